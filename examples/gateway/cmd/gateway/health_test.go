package main

import (
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// answering starts a server with this handler and returns its address.
func answering(t *testing.T, handler http.HandlerFunc) string {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return server.Listener.Addr().String()
}

func TestHealthy(t *testing.T) {
	asked := ""
	address := answering(t, func(w http.ResponseWriter, r *http.Request) { asked = r.Method + " " + r.URL.Path })
	_, port, _ := net.SplitHostPort(address)
	file := write(t, `{"listen": ":`+port+`"}`)
	for _, test := range []struct {
		name        string
		environment map[string]string
		arguments   []string
	}{
		{"flag", map[string]string{"GATEWAY_LISTEN": ":1"}, []string{"--address", address}},
		{"environment", map[string]string{"GATEWAY_LISTEN": ":" + port, "GATEWAY_CONFIG": "none.json"}, nil},
		{"file in the environment", map[string]string{"GATEWAY_CONFIG": file}, nil},
		{"file", map[string]string{"GATEWAY_CONFIG": "none.json"}, []string{"--config", file}},
		{"proxy", map[string]string{"GATEWAY_LISTEN": "0.0.0.0:" + port, "HTTP_PROXY": "http://127.0.0.1:1"}, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			asked = ""
			code, stdout, stderr := invoke(test.environment, append([]string{"health"}, test.arguments...)...)
			if code != 0 || stdout != "127.0.0.1:"+port+" is healthy\n" || stderr != "" {
				t.Errorf("got %d %q %q", code, stdout, stderr)
			}
			if asked != "GET /healthz" {
				t.Errorf("asked %q", asked)
			}
		})
	}
}

func TestNotHealthy(t *testing.T) {
	hang := make(chan struct{})
	slow := answering(t, func(_ http.ResponseWriter, r *http.Request) {
		select {
		case <-hang:
		case <-r.Context().Done():
		}
	})
	t.Cleanup(func() { close(hang) })
	closed, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	closed.Close()
	for _, test := range []struct {
		name      string
		arguments []string
		want      string
	}{
		{"broken", []string{"--address", answering(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(500) })},
			"it answers 500 Internal Server Error\n"},
		{"moved", []string{"--address", answering(t, func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/", 302) })},
			"it answers 302 Found\n"},
		{"slow", []string{"--address", slow, "--timeout", "50ms"}, "no answer within 50ms\n"},
		{"closed", []string{"--address", closed.Addr().String()}, "dial tcp " + closed.Addr().String()},
	} {
		t.Run(test.name, func(t *testing.T) {
			code, stdout, stderr := invoke(nil, append([]string{"health"}, test.arguments...)...)
			want := "gateway: " + test.arguments[1] + " is not healthy: " + test.want
			if code != 1 || stdout != "" || !strings.HasPrefix(stderr, want) || strings.Count(stderr, "\n") != 1 {
				t.Errorf("got %d %q %q, want %q", code, stdout, stderr, want)
			}
		})
	}
}

func TestHealthUsedWrongly(t *testing.T) {
	for _, test := range []struct {
		arguments []string
		code      int
		want      string
	}{
		{[]string{"--address", "8080"}, 2, `health: "8080" is no address such as :8080`},
		{[]string{"--timeout", "0s"}, 2, "health: --timeout must be more than 0"},
		{[]string{"--timeout", "3"}, 2, "health: invalid value"},
		{[]string{"--config", "none.json"}, 1, "cannot read the configuration"},
		{[]string{"--config", write(t, `{"listen": 1}`)}, 1, "the configuration is not valid"},
	} {
		code, stdout, stderr := invoke(nil, append([]string{"health"}, test.arguments...)...)
		if code != test.code || stdout != "" || !strings.HasPrefix(stderr, "gateway: "+test.want) {
			t.Errorf("%q: got %d %q %q", test.arguments, code, stdout, stderr)
		}
	}
}

func TestReachable(t *testing.T) {
	for listen, want := range map[string]string{
		":8080": "127.0.0.1:8080", "0.0.0.0:80": "127.0.0.1:80", "[::]:80": "[::1]:80", "[::1]:80": "[::1]:80",
		"10.0.0.1:80": "10.0.0.1:80", "gateway.example:http": "gateway.example:http",
	} {
		if got, err := reachable(listen); err != nil || got != want {
			t.Errorf("%s: got %q %v, want %q", listen, got, err, want)
		}
	}
}
