package config

import (
	"fmt"
	"strings"
)

// Problem is one thing that is wrong with a configuration, and where. Lines and columns count from 1.
type Problem struct {
	Line, Column int
	Path         string // such as routes[1].upstreams[0]; empty for the file as a whole
	Message      string
}

// Error holds every problem of a configuration file, in the order of the file.
type Error struct {
	File     string
	Problems []Problem
}

// Error returns one line a problem, each with its position in the form that editors can follow.
func (e *Error) Error() string {
	lines := make([]string, len(e.Problems))
	for i, problem := range e.Problems {
		path := problem.Path
		if path != "" {
			path += ": "
		}
		lines[i] = fmt.Sprintf("%s:%d:%d: %s%s", e.File, problem.Line, problem.Column, path, problem.Message)
	}
	return strings.Join(lines, "\n")
}
