package config

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"sort"
	"strings"
	"time"
	"unicode/utf8"
)

// reader turns nodes into values and collects what is wrong with them, so that one look at a
// file shows all its mistakes.
type reader struct {
	data     []byte
	problems []located
}

type located struct {
	offset int
	Problem
}

// field stores the value of one node, or reports why it cannot.
type field func(path string, n node)

func (r *reader) report(offset int, path, format string, args ...any) {
	line, column := position(r.data, offset)
	r.problems = append(r.problems, located{offset, Problem{line, column, path, fmt.Sprintf(format, args...)}})
}

func (r *reader) wrongType(path string, n node, wanted string) {
	r.report(n.offset, path, "must be %s, not %s", wanted, kind(n))
}

// sorted returns the problems in the order of the file.
func (r *reader) sorted() []Problem {
	sort.SliceStable(r.problems, func(i, j int) bool { return r.problems[i].offset < r.problems[j].offset })
	problems := make([]Problem, len(r.problems))
	for i, problem := range r.problems {
		problems[i] = problem.Problem
	}
	return problems
}

func (r *reader) object(fields map[string]field, required ...string) field {
	return func(path string, n node) {
		seen, ok := r.members(path, n, func(at string, m member) {
			if read, known := fields[m.name]; known {
				read(at, m.value)
				return
			}
			names := slices.Sorted(maps.Keys(fields))
			r.report(m.offset, at, "unknown field (known here: %s)", strings.Join(names, ", "))
		})
		for _, name := range required {
			if ok && !seen[name] {
				r.report(n.offset, join(path, name), "is missing")
			}
		}
	}
}

// members calls each once for every name of an object, and says which names there were.
func (r *reader) members(path string, n node, each func(at string, m member)) (map[string]bool, bool) {
	members, ok := n.value.([]member)
	if !ok {
		r.wrongType(path, n, "an object")
		return nil, false
	}
	seen := map[string]bool{}
	for _, m := range members {
		at := join(path, m.name)
		if seen[m.name] {
			r.report(m.offset, at, "is given twice")
			continue
		}
		seen[m.name] = true
		each(at, m)
	}
	return seen, true
}

func (r *reader) items(each field) field {
	return func(path string, n node) {
		items, ok := n.value.([]node)
		if !ok {
			r.wrongType(path, n, "an array")
			return
		}
		for i, item := range items {
			each(fmt.Sprintf("%s[%d]", path, i), item)
		}
	}
}

// text reads a string that parse accepts; what parse says completes "must be ...".
func text[T any](r *reader, into *T, parse func(string) (T, error)) field {
	return func(path string, n node) {
		value, ok := n.value.(string)
		if !ok {
			r.wrongType(path, n, "a string")
			return
		}
		parsed, err := parse(value)
		if err != nil {
			r.report(n.offset, path, "must be %s, not %q", err, value)
			return
		}
		*into = parsed
	}
}

func list[T any](r *reader, into *[]T, parse func(string) (T, error)) field {
	return r.items(func(path string, n node) {
		count := len(r.problems)
		var value T
		text(r, &value, parse)(path, n)
		if len(r.problems) == count {
			*into = append(*into, value)
		}
	})
}

func (r *reader) boolean(into *bool) field {
	return func(path string, n node) {
		value, ok := n.value.(bool)
		if !ok {
			r.wrongType(path, n, "true or false")
			return
		}
		*into = value
	}
}

func (r *reader) integer(into *int, least, most int) field {
	return func(path string, n node) {
		number, ok := n.value.(json.Number)
		if !ok {
			r.wrongType(path, n, "a number")
			return
		}
		value, err := number.Int64()
		if err != nil || value < int64(least) || value > int64(most) {
			r.report(n.offset, path, "must be a whole number from %d to %d, not %s", least, most, number)
			return
		}
		*into = int(value)
	}
}

func (r *reader) duration(into *time.Duration) field {
	return text(r, into, func(value string) (time.Duration, error) {
		duration, err := time.ParseDuration(value)
		if err != nil || duration < 0 {
			return 0, fmt.Errorf(`a duration such as "30s" or "1m30s"`)
		}
		return duration, nil
	})
}

func join(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}

func kind(n node) string {
	switch n.value.(type) {
	case nil:
		return "null"
	case bool:
		return "a boolean"
	case string:
		return "a string"
	case json.Number:
		return "a number"
	case []node:
		return "an array"
	}
	return "an object"
}

// position returns the line and the column, in characters, of an offset in bytes.
func position(data []byte, offset int) (line, column int) {
	before := data[:min(max(offset, 0), len(data))]
	start := bytes.LastIndexByte(before, '\n') + 1
	return bytes.Count(before, []byte("\n")) + 1, utf8.RuneCount(before[start:]) + 1
}
