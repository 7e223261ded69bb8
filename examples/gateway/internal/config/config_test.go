package config

import (
	"errors"
	"io/fs"
	"log/slog"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"
)

func TestExampleIsValid(t *testing.T) {
	c, err := Load("../../gateway.example.json")
	if err != nil {
		t.Fatal(err)
	}
	users := c.Routes[0]
	if users.Name != "users" || users.Path != "/users" || !users.StripPrefix || len(users.Upstreams) != 2 ||
		users.Timeout != 5*time.Second || users.FailFor != 10*time.Second {
		t.Errorf("unexpected route: %+v", users)
	}
	if got := users.Request; got.Set["X-Api-Version"] != "2" || !reflect.DeepEqual(got.Remove, []string{"Cookie"}) {
		t.Errorf("unexpected request headers: %+v", got)
	}
	if c.Log != (Log{"json", slog.LevelInfo}) || len(c.TrustedProxies) != 2 {
		t.Errorf("unexpected configuration: %+v", c)
	}
}

func TestWhatIsLeftOutHasDefaults(t *testing.T) {
	c, err := Parse("gateway.json", []byte("\ufeff{}"))
	if err != nil || !reflect.DeepEqual(c, Default()) {
		t.Errorf("got %+v, %v", c, err)
	}
	c, err = Parse("gateway.json", []byte(`{"routes": [{"host": "Example.COM.", "upstreams": ["http://[::1]:9000/base"]}]}`))
	if err != nil {
		t.Fatal(err)
	}
	route := c.Routes[0]
	if route.Name != "example.com/" || route.Host != "example.com" || route.Path != "/" || route.Timeout != 30*time.Second {
		t.Errorf("unexpected route: %+v", route)
	}
}

func TestMistakesAreLocated(t *testing.T) {
	for _, test := range []struct{ name, text, want string }{
		{"empty", ``, "f:1:1: not JSON: unexpected end of JSON input"},
		{"syntax", "{\n  \"listen\": \":80\",\n}", "f:3:1: not JSON: invalid character '}'"},
		{"behind the end", "{} {}", "f:1:4: not JSON: invalid character '{' after top-level value"},
		{"not an object", `[]`, "f:1:1: must be an object, not an array"},
		{"null", `{"log": null}`, "f:1:9: log: must be an object, not null"},
		{"unknown", "{\n  \"routs\": []\n}", "f:2:3: routs: unknown field (known here: listen, log, routes, server, shutdown, trustedProxies)"},
		{"letter case", `{"Listen": ":80"}`, "f:1:2: Listen: unknown field"},
		{"twice", `{"listen": ":80", "listen": ":81"}`, "f:1:19: listen: is given twice"},
		{"type", `{"listen": 80}`, "f:1:12: listen: must be a string, not a number"},
		{"columns are characters", `{"größe": 1}`, "f:1:2: größe: unknown field"},
		{"column behind umlauts", `{"trustedProxies": ["ö"], "listen": 1}`, "trustedProxies[0]: must be an address or a network such as 10.0.0.0/8, not \"ö\"\nf:1:37: listen: must be a string"},
		{"listen", `{"listen": "8080"}`, `f:1:12: listen: must be an address such as ":8080" or "127.0.0.1:8080", not "8080"`},
		{"port", `{"listen": ":65536"}`, "listen: must be an address"},
		{"format", `{"log": {"format": "xml"}}`, `f:1:20: log.format: must be "text" or "json", not "xml"`},
		{"level", `{"log": {"level": "INFO"}}`, `log.level: must be "debug", "info", "warn" or "error"`},
		{"duration", `{"shutdown": {"timeout": "20"}}`, `shutdown.timeout: must be a duration such as "30s"`},
		{"negative", `{"shutdown": {"timeout": "-1s"}}`, `shutdown.timeout: must be a duration`},
		{"range", `{"server": {"maxHeaderBytes": 1}}`, "server.maxHeaderBytes: must be a whole number from 1024 to 16777216, not 1"},
		{"fraction", `{"server": {"maxHeaderBytes": 2048.5}}`, "server.maxHeaderBytes: must be a whole number"},
		{"huge", `{"server": {"maxHeaderBytes": 1e99}}`, "server.maxHeaderBytes: must be a whole number"},
		{"network", `{"trustedProxies": ["10.0.0.1/8"]}`, `f:1:21: trustedProxies[0]: must be a network (10.0.0.0/8), not "10.0.0.1/8"`},
		{"not a network", `{"trustedProxies": ["localhost"]}`, "trustedProxies[0]: must be an address or a network"},
		{"no upstreams", `{"routes": [{"path": "/a"}]}`, "f:1:13: routes[0].upstreams: is missing"},
		{"empty upstreams", `{"routes": [{"upstreams": []}]}`, "routes[0].upstreams: must name at least one upstream"},
		{"no scheme", `{"routes": [{"upstreams": ["localhost:80"]}]}`, `f:1:28: routes[0].upstreams[0]: must be a URL such as`},
		{"no host", `{"routes": [{"upstreams": ["http://:80"]}]}`, "routes[0].upstreams[0]: must be a URL such as"},
		{"query", `{"routes": [{"upstreams": ["http://a?b"]}]}`, "routes[0].upstreams[0]: must be a URL without user, query and fragment"},
		{"path", `{"routes": [{"path": "a", "upstreams": ["http://a"]}]}`, `routes[0].path: must be a path such as "/api"`},
		{"path climbs", `{"routes": [{"path": "/a/../b", "upstreams": ["http://a"]}]}`, "routes[0].path: must be a path without"},
		{"own path", `{"routes": [{"path": "/healthz/", "upstreams": ["http://a"]}]}`, "routes[0].path: must be another path"},
		{"host", `{"routes": [{"host": "a:80", "upstreams": ["http://a"]}]}`, "routes[0].host: must be a host name"},
		{"same route", `{"routes": [{"path": "/a", "upstreams": ["http://a"]},
			{"path": "/a/", "upstreams": ["http://b"]}]}`, "f:2:4: routes[1]: has the same host and path as routes[0]"},
		{"header name", `{"routes": [{"upstreams": ["http://a"], "request": {"set": {"A B": "c"}}}]}`,
			"routes[0].request.set.A B: must be the name of a header"},
		{"header value", `{"routes": [{"upstreams": ["http://a"], "request": {"set": {"A": "b\nc"}}}]}`,
			`routes[0].request.set.A: must be without control characters, not "b\nc"`},
		{"header twice", `{"routes": [{"upstreams": ["http://a"], "request": {"set": {"A-B": "", "a-b": ""}}}]}`,
			"routes[0].request.set.a-b: is given twice (A-B)"},
		{"host header", `{"routes": [{"upstreams": ["http://a"], "request": {"set": {"host": "b"}}}]}`,
			"routes[0].request.set.host: must be another header: for Host there is preserveHost"},
		{"framing header", `{"routes": [{"upstreams": ["http://a"], "response": {"remove": ["content-length"]}}]}`,
			"routes[0].response.remove[0]: must be another header"},
	} {
		t.Run(test.name, func(t *testing.T) {
			c, err := Parse("f", []byte(test.text))
			if err == nil || !strings.HasPrefix(err.Error(), test.want) && !strings.Contains(err.Error(), ": "+test.want) {
				t.Errorf("got  %v\nwant %s", err, test.want)
			}
			if err != nil && !reflect.DeepEqual(c, Config{}) {
				t.Errorf("an invalid configuration was returned: %+v", c)
			}
		})
	}
}

func TestAllMistakesAreReportedInOrder(t *testing.T) {
	_, err := Parse("f", []byte("{\n  \"listen\": 1,\n  \"routes\": [\n    {\"host\": 2},\n    {\"upstreams\": [3]}\n  ],\n  \"x\": 4\n}"))
	var invalid *Error
	if !errors.As(err, &invalid) {
		t.Fatalf("got %v", err)
	}
	paths := []string{}
	for _, problem := range invalid.Problems {
		paths = append(paths, problem.Path)
	}
	want := []string{"listen", "routes[0].upstreams", "routes[0].host", "routes[1].upstreams[0]", "x"}
	if !reflect.DeepEqual(paths, want) {
		t.Errorf("got %q, want %q", paths, want)
	}
	if lines := strings.Count(err.Error(), "\n") + 1; lines != len(want) {
		t.Errorf("%d lines for %d problems", lines, len(want))
	}
}

func TestMissingFile(t *testing.T) {
	_, err := Load(filepath.Join(t.TempDir(), "none.json"))
	if !errors.Is(err, fs.ErrNotExist) || !strings.Contains(err.Error(), "none.json") {
		t.Errorf("got %v", err)
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(`{"routes": [{"path": "/a", "upstreams": ["http://a"]}]}`))
	f.Add([]byte(`{"a": [1, {"b": null}], "a": "\ud800"}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		_, err := Parse("f", data)
		var invalid *Error
		if err != nil && (!errors.As(err, &invalid) || len(invalid.Problems) == 0) {
			t.Errorf("not a located error: %v", err)
		}
	})
}
