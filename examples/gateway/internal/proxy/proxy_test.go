package proxy

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httptrace"
	"net/netip"
	"net/textproto"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"example.com/gateway/internal/accesslog"
	"example.com/gateway/internal/config"
	"example.com/gateway/internal/forwarded"
)

var silent = slog.New(slog.NewTextHandler(io.Discard, nil))

// start serves routes on a real port.
func start(t *testing.T, routes ...config.Route) (*httptest.Server, *Router) {
	t.Helper()
	router := New(routes, forwarded.Trusted{netip.MustParsePrefix("203.0.113.0/24")}, silent)
	gateway := httptest.NewServer(accesslog.Handler(router, silent, func(*http.Request) string { return "" }))
	t.Cleanup(func() {
		gateway.Close()
		router.Close()
	})
	return gateway, router
}

func upstreamServer(t *testing.T, handler http.HandlerFunc) *url.URL {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return parse(t, server.URL)
}

// named is an upstream that answers with its name and the request's target.
func named(t *testing.T, name string) *url.URL {
	return upstreamServer(t, func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, "%s %s", name, r.RequestURI)
	})
}

// dead is the address of an upstream that refuses connections.
func dead(t *testing.T) *url.URL {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	return parse(t, "http://"+listener.Addr().String())
}

func parse(t *testing.T, address string) *url.URL {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

func to(path string, upstreams ...*url.URL) config.Route {
	return config.Route{Name: path, Path: path, Upstreams: upstreams, Timeout: time.Minute, FailFor: 10 * time.Second}
}

// ask sends a request for a raw target, without the cleaning that a client would do.
func ask(t *testing.T, gateway *httptest.Server, method, target, body string, header http.Header) (int, string, http.Header) {
	t.Helper()
	r, err := http.NewRequest(method, gateway.URL, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.URL.Opaque = target
	if header != nil {
		r.Header = header
		r.Host = header.Get("Host")
	}
	response, err := gateway.Client().Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, string(text), response.Header
}

func get(t *testing.T, gateway *httptest.Server, target string) (int, string) {
	t.Helper()
	status, text, _ := ask(t, gateway, "GET", target, "", nil)
	return status, text
}

func TestRouting(t *testing.T) {
	api, strip, onHost, deep := to("/api", named(t, "api")), to("/strip", named(t, "strip")),
		to("/", named(t, "host")), to("/api/deep", named(t, "deep"))
	strip.StripPrefix = true
	onHost.Host = "chat.example"
	based := to("/based", parse(t, named(t, "based").String()+"/base/"))
	based.StripPrefix = true
	gateway, _ := start(t, api, strip, onHost, deep, based)

	for _, test := range []struct {
		host, target string
		status       int
		want         string
	}{
		{"", "/api", 200, "api /api"},
		{"", "/api/", 200, "api /api/"},
		{"", "/api/a%2Fb?c=d&;e=%zz", 200, "api /api/a%2Fb?c=d&;e=%zz"},
		{"", "/%61pi/x", 200, "api /%61pi/x"},
		{"", "/api/deep/x", 200, "deep /api/deep/x"},
		{"", "/api/deeper", 200, "api /api/deeper"},
		{"", "/apis", 404, "404 no route\n"},
		{"", "/api%2Fdeep", 404, "404 no route\n"},
		{"", "/", 404, "404 no route\n"},
		{"", "/strip", 200, "strip /"},
		{"", "/strip/a%2Fb/?q", 200, "strip /a%2Fb/?q"},
		{"", "/based/x", 200, "based /base/x"},
		{"chat.example", "/x", 200, "host /x"},
		{"CHAT.example.:8080", "/api", 200, "host /api"},
		{"other.example", "/api", 200, "api /api"},
		{"", "/api/../secret", 400, "400 bad path\n"},
		{"", "/api/%2e%2e/secret", 400, "400 bad path\n"},
	} {
		status, text, _ := ask(t, gateway, "GET", test.target, "", http.Header{"Host": {test.host}})
		if status != test.status || text != test.want {
			t.Errorf("%s%s: got %d %q, want %d %q", test.host, test.target, status, text, test.status, test.want)
		}
	}
}

func TestHostFallsBackToRoutesForEveryHost(t *testing.T) {
	chat := to("/chat", named(t, "chat"))
	chat.Host = "chat.example"
	gateway, _ := start(t, chat, to("/", named(t, "any")))
	_, text, _ := ask(t, gateway, "GET", "/other", "", http.Header{"Host": {"chat.example"}})
	if text != "any /other" {
		t.Errorf("got %q", text)
	}
}

func TestHeaders(t *testing.T) {
	received := make(chan *http.Request, 1)
	upstream := upstreamServer(t, func(w http.ResponseWriter, r *http.Request) {
		received <- r
		w.Header().Set("Server", "secret")
		w.Header().Set("X-Request-Id", "the upstream's")
		w.Header().Set("Link", "</style.css>; rel=preload")
		w.WriteHeader(http.StatusEarlyHints)
	})
	route := to("/api", upstream)
	route.StripPrefix = true
	route.Request = config.Headers{Remove: []string{"Cookie"}, Set: map[string]string{"X-Version": "2"}}
	route.Response = config.Headers{Remove: []string{"Server"}, Set: map[string]string{"X-Frame-Options": "DENY"}}
	gateway, _ := start(t, route)

	hints := 0
	ctx := httptrace.WithClientTrace(context.Background(), &httptrace.ClientTrace{
		Got1xxResponse: func(int, textproto.MIMEHeader) error { hints++; return nil },
	})
	r, _ := http.NewRequestWithContext(ctx, "GET", gateway.URL+"/api/x", nil)
	r.Header = http.Header{
		"Cookie": {"a=b"}, "X-Version": {"1"}, "X-Request-Id": {"mine"}, "X-Keep": {"kept"},
		"X-Forwarded-For": {"1.2.3.4"}, "X-Forwarded-Proto": {"https"}, "Forwarded": {"for=1.2.3.4"},
		"Connection": {"X-Hop"}, "X-Hop": {"1"}, "User-Agent": {""},
	}
	response, err := gateway.Client().Do(r)
	if err != nil {
		t.Fatal(err)
	}
	response.Body.Close()
	got := <-received

	for name, want := range map[string]string{
		"Cookie": "", "X-Version": "2", "X-Request-Id": "mine", "X-Keep": "kept", "X-Forwarded-For": "127.0.0.1",
		"X-Forwarded-Proto": "http", "X-Forwarded-Host": strings.TrimPrefix(gateway.URL, "http://"),
		"X-Forwarded-Prefix": "/api", "Forwarded": "", "X-Hop": "", "User-Agent": "",
	} {
		if value := strings.Join(got.Header.Values(name), "|"); value != want {
			t.Errorf("the upstream received %s: %q, want %q", name, value, want)
		}
	}
	for name, want := range map[string]string{"Server": "", "X-Frame-Options": "DENY", "X-Request-Id": "mine"} {
		if value := strings.Join(response.Header.Values(name), "|"); value != want {
			t.Errorf("the client received %s: %q, want %q", name, value, want)
		}
	}
	if got.Host != upstream.Host {
		t.Errorf("the upstream received Host %q", got.Host)
	}
	if hints != 1 {
		t.Errorf("%d interim answers arrived", hints)
	}
}

func TestPreserveHost(t *testing.T) {
	route := to("/", upstreamServer(t, func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, r.Host) }))
	route.PreserveHost = true
	gateway, _ := start(t, route)
	if _, text, _ := ask(t, gateway, "GET", "/", "", http.Header{"Host": {"shop.example"}}); text != "shop.example" {
		t.Errorf("got %q", text)
	}
}

func TestRoundRobin(t *testing.T) {
	gateway, _ := start(t, to("/", named(t, "a"), named(t, "b"), named(t, "c")))
	order := ""
	for range 6 {
		_, text := get(t, gateway, "/")
		order += text[:1]
	}
	if order != "abcabc" {
		t.Errorf("got %s", order)
	}
}

func TestFailedUpstreamIsPassedOverForAWhile(t *testing.T) {
	gateway, router := start(t, to("/", dead(t), named(t, "b")))
	pool := router.byHost[""][0].pool
	now := time.Unix(1_000_000_000, 0)
	pool.now = func() time.Time { return now }

	for range 4 {
		if status, text := get(t, gateway, "/"); status != 200 || text != "b /" {
			t.Fatalf("got %d %q", status, text)
		}
	}
	if until := pool.upstreams[0].downUntil.Load(); until != now.Add(10*time.Second).UnixNano() {
		t.Errorf("down until %d", until)
	}
	if first := pool.candidates()[0]; first != pool.upstreams[1] {
		t.Error("the failed upstream is tried before the one that works")
	}
	now = now.Add(10 * time.Second)
	if a, b := pool.candidates()[0], pool.candidates()[0]; a == b {
		t.Error("the failed upstream never gets another chance")
	}
}

func TestPostFailsOverBeforeAnythingWasSent(t *testing.T) {
	echo := upstreamServer(t, func(w http.ResponseWriter, r *http.Request) { io.Copy(w, r.Body) })
	gateway, _ := start(t, to("/", dead(t), dead(t), echo))
	for range 3 {
		if status, text, _ := ask(t, gateway, "POST", "/", "payload", nil); status != 200 || text != "payload" {
			t.Errorf("got %d %q", status, text)
		}
	}
}

func TestOnlySafeRequestsAreRepeated(t *testing.T) {
	for method, repeated := range map[string]bool{"GET": true, "POST": false, "DELETE": false} {
		t.Run(method, func(t *testing.T) {
			broken := upstreamServer(t, func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })
			gateway, _ := start(t, to("/", broken, named(t, "b")))
			status, text := 0, ""
			if method == "POST" {
				status, text, _ = ask(t, gateway, method, "/", "payload", nil)
			} else {
				status, text, _ = ask(t, gateway, method, "/", "", nil)
			}
			if repeated && (status != 200 || text != "b /") || !repeated && (status != 502 || text != "502 Bad Gateway\n") {
				t.Errorf("got %d %q", status, text)
			}
		})
	}
}

func TestNoUpstreamLeft(t *testing.T) {
	gateway, _ := start(t, to("/", dead(t), dead(t)))
	for range 2 { // the second time both are known to be down and are tried all the same
		if status, text := get(t, gateway, "/"); status != 502 || text != "502 Bad Gateway\n" {
			t.Errorf("got %d %q", status, text)
		}
	}
}

func TestGarbageIsABadGateway(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			http.ReadRequest(bufio.NewReader(conn))
			io.WriteString(conn, "SSH-2.0-OpenSSH_9.6\r\n\r\n")
			conn.Close()
		}
	}()
	gateway, _ := start(t, to("/", parse(t, "http://"+listener.Addr().String())))
	if status, _ := get(t, gateway, "/"); status != 502 {
		t.Errorf("got %d", status)
	}
}

// hanging is an upstream that answers only when its client has gone.
func hanging(t *testing.T) *url.URL {
	return upstreamServer(t, func(_ http.ResponseWriter, r *http.Request) {
		io.Copy(io.Discard, r.Body)
		<-r.Context().Done()
	})
}

func TestTimeout(t *testing.T) {
	for _, body := range []string{"", "payload"} {
		route := to("/", hanging(t), hanging(t))
		route.Timeout = 20 * time.Millisecond
		gateway, router := start(t, route)
		if status, text, _ := ask(t, gateway, "POST", "/", body, nil); status != 504 || text != "504 Gateway Timeout\n" {
			t.Errorf("got %d %q", status, text)
		}
		pool := router.byHost[""][0].pool
		if pool.upstreams[0].downUntil.Load() == 0 || pool.upstreams[1].downUntil.Load() != 0 {
			t.Error("not just the upstream that timed out is down")
		}
	}
}

func TestTimeoutEndsWithTheHeader(t *testing.T) {
	t.Parallel()
	proceed := make(chan struct{})
	route := to("/", upstreamServer(t, func(w http.ResponseWriter, _ *http.Request) {
		io.WriteString(w, "first ")
		http.NewResponseController(w).Flush()
		<-proceed
		io.WriteString(w, "last")
	}))
	route.Timeout = time.Second
	gateway, _ := start(t, route)
	response, err := gateway.Client().Get(gateway.URL)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	// The first piece arrives while the upstream is still at work: nothing is held back.
	first := make([]byte, len("first "))
	if _, err := io.ReadFull(response.Body, first); err != nil || string(first) != "first " {
		t.Fatalf("got %q, %v", first, err)
	}
	time.AfterFunc(route.Timeout+100*time.Millisecond, func() { close(proceed) })
	if rest, err := io.ReadAll(response.Body); err != nil || string(rest) != "last" {
		t.Errorf("got %q, %v", rest, err)
	}
}

func TestClientThatLeavesIsNoFailure(t *testing.T) {
	arrived := make(chan struct{})
	left := make(chan struct{})
	upstream := upstreamServer(t, func(_ http.ResponseWriter, r *http.Request) {
		close(arrived)
		<-r.Context().Done()
		close(left)
	})
	gateway, router := start(t, to("/", upstream))
	ctx, cancel := context.WithCancel(context.Background())
	go func() {
		<-arrived
		cancel()
	}()
	r, _ := http.NewRequestWithContext(ctx, "GET", gateway.URL, nil)
	if _, err := gateway.Client().Do(r); !errors.Is(err, context.Canceled) {
		t.Fatalf("got %v", err)
	}
	<-left
	gateway.Close() // waits for the handler
	if router.byHost[""][0].pool.upstreams[0].downUntil.Load() != 0 {
		t.Error("the upstream is down because a client left")
	}
}

func TestBrokenUploadIsNoFailure(t *testing.T) {
	gateway, router := start(t, to("/", upstreamServer(t, func(_ http.ResponseWriter, r *http.Request) {
		io.Copy(io.Discard, r.Body)
	})))
	conn, err := net.Dial("tcp", gateway.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	io.WriteString(conn, "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\nnonsense\r\n")
	response, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatal(err)
	}
	response.Body.Close()
	if response.StatusCode != 400 {
		t.Errorf("got %d", response.StatusCode)
	}
	if router.byHost[""][0].pool.upstreams[0].downUntil.Load() != 0 {
		t.Error("the upstream is down because of a client's mistake")
	}
}

func TestStatusOf(t *testing.T) {
	gone, leave := context.WithCancel(context.Background())
	leave()
	stopping, stop := context.WithCancelCause(context.Background())
	stop(errors.New("stopping"))
	for _, test := range []struct {
		name string
		ctx  context.Context
		err  error
		want int
	}{
		{"client gone", gone, context.Canceled, 499},
		{"slow client", gone, &bodyError{&net.OpError{Op: "read", Err: os.ErrDeadlineExceeded}}, 408},
		{"stopping", stopping, context.Canceled, 503},
		{"timeout", context.Background(), errTimeout, 504},
		{"dial timeout", context.Background(), &net.OpError{Op: "dial", Err: timeoutError{}}, 504},
		{"broken upload", context.Background(), &bodyError{io.ErrUnexpectedEOF}, 400},
		{"anything else", context.Background(), io.ErrUnexpectedEOF, 502},
	} {
		if got := statusOf(test.ctx, test.err); got != test.want {
			t.Errorf("%s: got %d, want %d", test.name, got, test.want)
		}
	}
}

type timeoutError struct{}

func (timeoutError) Error() string   { return "i/o timeout" }
func (timeoutError) Timeout() bool   { return true }
func (timeoutError) Temporary() bool { return true }

func TestUpgrade(t *testing.T) {
	gateway, _ := start(t, to("/", upstreamServer(t, echoProtocol)))
	conn, err := net.Dial("tcp", gateway.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	io.WriteString(conn, "GET /socket HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nX-Request-Id: mine\r\n\r\n")
	reader := bufio.NewReader(conn)
	response, err := http.ReadResponse(reader, nil)
	if err != nil {
		t.Fatal(err)
	}
	if response.StatusCode != 101 || response.Header.Get("Upgrade") != "websocket" || response.Header.Get("X-Request-Id") != "mine" {
		t.Fatalf("got %d %v", response.StatusCode, response.Header)
	}
	for _, line := range []string{"one\n", "two\n"} {
		io.WriteString(conn, line)
		if got, err := reader.ReadString('\n'); got != line {
			t.Fatalf("got %q, %v", got, err)
		}
	}
}

// echoProtocol switches protocols, then sends back what it receives.
func echoProtocol(w http.ResponseWriter, _ *http.Request) {
	conn, buffer, err := http.NewResponseController(w).Hijack()
	if err != nil {
		return
	}
	defer conn.Close()
	io.WriteString(conn, "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n")
	io.Copy(conn, buffer)
}
