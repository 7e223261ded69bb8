package accesslog

import (
	"bytes"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func client(*http.Request) string { return "192.0.2.9" }

// serve answers one request and returns the answer and the log line, nil when there is none.
func serve(t *testing.T, handler http.HandlerFunc, r *http.Request) (*http.Response, map[string]any) {
	t.Helper()
	var log bytes.Buffer
	answer := httptest.NewRecorder()
	func() {
		defer func() { _ = recover() }()
		Handler(handler, slog.New(slog.NewJSONHandler(&log, nil)), client).ServeHTTP(answer, r)
	}()
	if log.Len() == 0 {
		return answer.Result(), nil
	}
	var line map[string]any
	if err := json.Unmarshal(log.Bytes(), &line); err != nil {
		t.Fatal(err)
	}
	return answer.Result(), line
}

func TestLine(t *testing.T) {
	r := httptest.NewRequest("POST", "http://example.com/a%2Fb?token=secret", nil)
	r.Header.Set("User-Agent", "test")
	answer, line := serve(t, func(w http.ResponseWriter, r *http.Request) {
		From(r.Context()).Route, From(r.Context()).Upstream = "users", "10.0.0.1:80"
		w.WriteHeader(http.StatusTeapot)
		io.WriteString(w, "short and stout")
	}, r)
	for name, want := range map[string]any{
		"msg": "request", "level": "INFO", "client": "192.0.2.9", "method": "POST", "host": "example.com",
		"path": "/a%2Fb", "status": 418.0, "bytes": 15.0, "route": "users", "upstream": "10.0.0.1:80",
		"user_agent": "test", "aborted": false, "proto": "HTTP/1.1",
	} {
		if line[name] != want {
			t.Errorf("%s is %v, want %v", name, line[name], want)
		}
	}
	if id := answer.Header.Get(IDHeader); len(id) != 32 || line["id"] != id {
		t.Errorf("the answer has the id %q, the log %q", id, line["id"])
	}
}

func TestStatus(t *testing.T) {
	for _, test := range []struct {
		name    string
		handler http.HandlerFunc
		status  float64
		aborted bool
	}{
		{"nothing written", func(http.ResponseWriter, *http.Request) {}, 200, false},
		{"only a body", func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "a") }, 200, false},
		{"broken off at once", func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, 0, true},
		{"broken off midway", func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(206)
			panic(http.ErrAbortHandler)
		}, 206, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, line := serve(t, test.handler, httptest.NewRequest("GET", "/", nil))
			if line["status"] != test.status || line["aborted"] != test.aborted {
				t.Errorf("got %v, aborted %v", line["status"], line["aborted"])
			}
		})
	}
}

func TestQuietRequestsAreNotLogged(t *testing.T) {
	_, line := serve(t, func(_ http.ResponseWriter, r *http.Request) { From(r.Context()).Quiet = true },
		httptest.NewRequest("GET", "/", nil))
	if line != nil {
		t.Errorf("got %v", line)
	}
}

func TestID(t *testing.T) {
	for id, kept := range map[string]bool{
		"01HZX-3.a_b:c": true, "": false, "a b": false, "a\nb": false, "ä": false, `"`: false,
		strings.Repeat("a", 128): true, strings.Repeat("a", 129): false,
	} {
		r := httptest.NewRequest("GET", "/", nil)
		r.Header.Set(IDHeader, id)
		if got := requestID(r); (got == id) != kept {
			t.Errorf("%q became %q", id, got)
		}
	}
}
