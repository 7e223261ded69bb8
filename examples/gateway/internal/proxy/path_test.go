package proxy

import (
	"net/url"
	"reflect"
	"testing"
)

func TestSegments(t *testing.T) {
	for escaped, want := range map[string][]string{
		"/":             {""},
		"/a/b":          {"a", "b"},
		"/a/":           {"a", ""},
		"//a":           {"", "a"},
		"/a%2Fb/%63":    {"a/b", "c"},
		"/.well-known":  {".well-known"},
		"/a...b/...":    {"a...b", "..."},
		"":              nil,
		"*":             nil,
		"/a/../b":       nil,
		"/a/./b":        nil,
		"/a/..":         nil,
		"/a/%2e%2E/b":   nil,
		"/a/..%2Fb":     nil,
		"/a%2f..%2fb":   nil,
		`/a/..%5cb`:     nil,
		"/a/%zz":        nil,
		"/a/..%00/ok..": {"a", "..\x00", "ok.."},
	} {
		got, ok := segments(escaped)
		if !reflect.DeepEqual(got, want) || ok != (want != nil) {
			t.Errorf("%q: got %q, %v, want %q", escaped, got, ok, want)
		}
	}
}

func TestStrip(t *testing.T) {
	for _, test := range []struct {
		path string
		n    int
		want string
	}{
		{"/a", 1, "/"},
		{"/a/", 1, "/"},
		{"/a/b/", 1, "/b/"},
		{"/a/b/c", 2, "/c"},
		{"/%61/b%2Fc", 1, "/b%2Fc"},
		{"/a/b%20c", 1, "/b%20c"},
		{"/a//b", 1, "//b"},
	} {
		u, err := url.Parse("http://example.com" + test.path)
		if err != nil {
			t.Fatal(err)
		}
		strip(u, test.n)
		if got := u.EscapedPath(); got != test.want {
			t.Errorf("%s without %d: got %s, want %s", test.path, test.n, got, test.want)
		}
	}
}
