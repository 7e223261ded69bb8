package proxy

import (
	"net/url"
	"slices"
	"strings"
)

// segments splits a percent-encoded path at its slashes and decodes the parts, so that an encoded
// slash (%2F) never counts as one. It refuses a path that could climb out of its prefix (".." in
// whatever disguise): one server would resolve it, the next one would not.
func segments(escaped string) ([]string, bool) {
	rest, ok := strings.CutPrefix(escaped, "/")
	if !ok {
		return nil, false
	}
	parts := strings.Split(rest, "/")
	for i, part := range parts {
		decoded, err := url.PathUnescape(part)
		if err != nil || slices.ContainsFunc(strings.FieldsFunc(decoded, isSeparator), isDots) {
			return nil, false
		}
		parts[i] = decoded
	}
	return parts, true
}

func isSeparator(c rune) bool { return c == '/' || c == '\\' }

func isDots(name string) bool { return name == "." || name == ".." }

// prefixSegments are the segments of a configured path; "/" has none.
func prefixSegments(path string) []string {
	if path == "/" {
		return nil
	}
	return strings.Split(path[1:], "/")
}

func hasPrefix(path, prefix []string) bool {
	return len(path) >= len(prefix) && slices.Equal(path[:len(prefix)], prefix)
}

// strip cuts the first n segments off a URL's path and keeps how the rest was encoded.
func strip(u *url.URL, n int) {
	rest := u.EscapedPath()
	for range n {
		_, rest, _ = strings.Cut(rest[1:], "/")
		rest = "/" + rest
	}
	if decoded, err := url.PathUnescape(rest); err == nil {
		u.Path, u.RawPath = decoded, rest
	}
}
