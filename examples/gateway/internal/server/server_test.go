package server

import (
	"bufio"
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"example.com/gateway/internal/config"
)

var silent = slog.New(slog.NewTextHandler(io.Discard, nil))

type running struct {
	address string
	stop    func()       // asks the gateway to stop
	stopped <-chan error // what Run returned
}

func run(t *testing.T, c config.Config) running {
	t.Helper()
	return runServer(t, newServer(c, silent))
}

func runServer(t *testing.T, s *server) running {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	stopped := make(chan error, 1)
	go func() {
		stopped <- s.run(ctx, listener)
		close(stopped)
	}()
	t.Cleanup(func() {
		stop()
		<-stopped
	})
	return running{listener.Addr().String(), stop, stopped}
}

// upstream answers with handler at every path of the configuration it returns.
func upstream(t *testing.T, handler http.HandlerFunc) config.Config {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	address, err := url.Parse(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	c := config.Default()
	c.Routes = []config.Route{{Path: "/", Upstreams: []*url.URL{address}, Timeout: time.Minute, FailFor: time.Second}}
	return c
}

// send writes a raw request; the answer can be read from what it returns.
func send(t *testing.T, address, request string) *bufio.Reader {
	t.Helper()
	conn, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	if _, err := io.WriteString(conn, request); err != nil {
		t.Fatal(err)
	}
	return bufio.NewReader(conn)
}

func receive(t *testing.T, from *bufio.Reader) (int, string) {
	t.Helper()
	response, err := http.ReadResponse(from, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, string(body)
}

func get(t *testing.T, address, path string) (int, string) {
	t.Helper()
	return receive(t, send(t, address, "GET "+path+" HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"))
}

func TestHealthWithoutRoutes(t *testing.T) {
	gateway := run(t, config.Default())
	for path, want := range map[string]int{"/healthz": 200, "/readyz": 200, "/": 404, "/healthz/": 404} {
		if status, _ := get(t, gateway.address, path); status != want {
			t.Errorf("%s: got %d, want %d", path, status, want)
		}
	}
	request := "POST /healthz HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n"
	if status, _ := receive(t, send(t, gateway.address, request)); status != 405 {
		t.Errorf("POST: got %d", status)
	}
}

func TestHealthGoesBeforeRoutes(t *testing.T) {
	gateway := run(t, upstream(t, func(http.ResponseWriter, *http.Request) { t.Error("the upstream was asked") }))
	if status, body := get(t, gateway.address, "/healthz"); status != 200 || body != "ok\n" {
		t.Errorf("got %d %q", status, body)
	}
}

func TestLongHeadersAreRefused(t *testing.T) {
	c := config.Default()
	c.Server.MaxHeaderBytes = 1 << 10
	gateway := run(t, c)
	request := "GET /healthz HTTP/1.1\r\nHost: a\r\nX-Long: " + strings.Repeat("a", 8<<10) + "\r\n\r\n"
	if status, _ := receive(t, send(t, gateway.address, request)); status != 431 {
		t.Errorf("got %d", status)
	}
}

func TestStalledUploadEnds(t *testing.T) {
	c := upstream(t, func(_ http.ResponseWriter, r *http.Request) { io.Copy(io.Discard, r.Body) })
	c.Server.ReadTimeout = 20 * time.Millisecond
	gateway := run(t, c)
	answer := send(t, gateway.address, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc")
	if status, _ := receive(t, answer); status != 408 {
		t.Errorf("got %d", status)
	}
}

func TestClientThatTakesNothingIsCutOff(t *testing.T) {
	over := make(chan struct{})
	c := upstream(t, func(w http.ResponseWriter, r *http.Request) {
		defer close(over)
		for r.Context().Err() == nil {
			w.Write(make([]byte, 1<<20))
		}
	})
	c.Server.WriteTimeout = 50 * time.Millisecond
	gateway := run(t, c)
	send(t, gateway.address, "GET / HTTP/1.1\r\nHost: a\r\n\r\n")
	<-over
}

func TestStreamsOutlastTheWriteTimeout(t *testing.T) {
	t.Parallel()
	c := upstream(t, func(w http.ResponseWriter, _ *http.Request) {
		for range 3 {
			time.Sleep(200 * time.Millisecond)
			io.WriteString(w, "tick ")
			http.NewResponseController(w).Flush()
		}
		time.Sleep(200 * time.Millisecond)
	})
	c.Server.WriteTimeout = 150 * time.Millisecond
	gateway := run(t, c)
	if status, body := get(t, gateway.address, "/"); status != 200 || body != "tick tick tick " {
		t.Errorf("got %d %q", status, body)
	}
}

func TestStopLetsRequestsFinish(t *testing.T) {
	arrived, proceed := make(chan struct{}), make(chan struct{})
	c := upstream(t, func(w http.ResponseWriter, _ *http.Request) {
		close(arrived)
		<-proceed
		io.WriteString(w, "finished")
	})
	c.Shutdown.Timeout = time.Minute
	gateway := run(t, c)
	answer := send(t, gateway.address, "GET / HTTP/1.1\r\nHost: a\r\n\r\n")
	<-arrived
	gateway.stop()
	untilRefused(t, gateway.address)
	select {
	case <-gateway.stopped:
		t.Fatal("the gateway did not wait")
	default:
	}
	close(proceed)
	if status, body := receive(t, answer); status != 200 || body != "finished" {
		t.Errorf("got %d %q", status, body)
	}
	if err := <-gateway.stopped; err != nil {
		t.Error(err)
	}
}

// untilRefused returns when nobody listens any more.
func untilRefused(t *testing.T, address string) {
	t.Helper()
	for {
		conn, err := net.Dial("tcp", address)
		if err != nil {
			return
		}
		conn.Close()
		time.Sleep(time.Millisecond)
	}
}

func TestNotReadyDuringTheDelay(t *testing.T) {
	c := config.Default()
	c.Shutdown.Delay = time.Hour
	s := newServer(c, silent)
	paused, proceed := make(chan time.Duration), make(chan struct{})
	s.pause = func(delay time.Duration) {
		paused <- delay
		<-proceed
	}
	gateway := runServer(t, s)
	gateway.stop()
	if delay := <-paused; delay != time.Hour {
		t.Errorf("paused for %s", delay)
	}
	if status, body := get(t, gateway.address, "/readyz"); status != 503 || body != "stopping\n" {
		t.Errorf("got %d %q", status, body)
	}
	if status, _ := get(t, gateway.address, "/healthz"); status != 200 {
		t.Errorf("not live while stopping: %d", status)
	}
	close(proceed)
}

func TestStopCutsOffWhatLasts(t *testing.T) {
	arrived := make(chan struct{})
	c := upstream(t, func(_ http.ResponseWriter, r *http.Request) {
		close(arrived)
		<-r.Context().Done()
	})
	c.Shutdown.Timeout = time.Millisecond
	gateway := run(t, c)
	answer := send(t, gateway.address, "GET / HTTP/1.1\r\nHost: a\r\n\r\n")
	<-arrived
	gateway.stop()
	if status, _ := receive(t, answer); status != 503 {
		t.Errorf("got %d", status)
	}
	if err := <-gateway.stopped; err != nil {
		t.Error(err)
	}
}

func TestStopWaitsForSwitchedProtocols(t *testing.T) {
	c := upstream(t, func(w http.ResponseWriter, _ *http.Request) {
		conn, buffer, err := http.NewResponseController(w).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		defer conn.Close()
		io.WriteString(conn, "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n")
		io.Copy(conn, buffer)
	})
	const request = "GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n"
	for name, timeout := range map[string]time.Duration{"finishes": time.Minute, "is cut off": time.Millisecond} {
		t.Run(name, func(t *testing.T) {
			c.Shutdown.Timeout = timeout
			gateway := run(t, c)
			conn, err := net.Dial("tcp", gateway.address)
			if err != nil {
				t.Fatal(err)
			}
			defer conn.Close()
			io.WriteString(conn, request)
			reader := bufio.NewReader(conn)
			if status, _ := receive(t, reader); status != 101 {
				t.Fatalf("got %d", status)
			}
			io.WriteString(conn, "hello\n")
			if line, err := reader.ReadString('\n'); line != "hello\n" {
				t.Fatalf("got %q, %v", line, err)
			}
			gateway.stop()
			if timeout == time.Minute {
				untilRefused(t, gateway.address)
				io.WriteString(conn, "still here\n")
				if line, err := reader.ReadString('\n'); line != "still here\n" {
					t.Fatalf("got %q, %v", line, err)
				}
				conn.Close()
			} else if _, err := reader.ReadByte(); err == nil {
				t.Error("the connection goes on")
			}
			if err := <-gateway.stopped; err != nil {
				t.Error(err)
			}
		})
	}
}

func TestServeFails(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	listener.Close()
	if err := Run(context.Background(), listener, config.Default(), silent); !errors.Is(err, net.ErrClosed) {
		t.Errorf("got %v", err)
	}
}
