// Package server puts the gateway's parts together and runs them until they are asked to stop.
package server

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"

	"example.com/gateway/internal/accesslog"
	"example.com/gateway/internal/config"
	"example.com/gateway/internal/forwarded"
	"example.com/gateway/internal/proxy"
)

// errStopping is why a request that outlasts the drain timeout is given up.
var errStopping = errors.New("the gateway is stopping")

// lastWords is how long requests that were given up have to say so.
const lastWords = time.Second

type server struct {
	config   config.Config
	logger   *slog.Logger
	http     *http.Server
	router   *proxy.Router
	health   health
	inflight inflight
	giveUp   context.CancelCauseFunc
	pause    func(time.Duration)
}

// Run serves requests from listener until ctx is over, then lets those in flight finish. It
// returns nil after an orderly stop, also when requests had to be cut off.
func Run(ctx context.Context, listener net.Listener, c config.Config, logger *slog.Logger) error {
	return newServer(c, logger).run(ctx, listener)
}

func (s *server) run(ctx context.Context, listener net.Listener) error {
	defer s.router.Close()
	failed := make(chan error, 1)
	go func() { failed <- s.http.Serve(listener) }()
	select {
	case err := <-failed:
		return fmt.Errorf("cannot serve: %w", err)
	case <-ctx.Done():
		s.drain()
		return nil
	}
}

func newServer(c config.Config, logger *slog.Logger) *server {
	trusted := forwarded.Trusted(c.TrustedProxies)
	base, giveUp := context.WithCancelCause(context.Background())
	s := &server{config: c, logger: logger, giveUp: giveUp, pause: time.Sleep}
	s.router = proxy.New(c.Routes, trusted, logger)
	s.http = &http.Server{
		Handler:           s.inflight.handler(accesslog.Handler(patient(s.endpoints(), c.Server), logger, trusted.Client)),
		ReadHeaderTimeout: c.Server.ReadHeaderTimeout,
		WriteTimeout:      c.Server.WriteTimeout, // only until the first write, see patient
		IdleTimeout:       c.Server.IdleTimeout,
		MaxHeaderBytes:    c.Server.MaxHeaderBytes,
		ErrorLog:          slog.NewLogLogger(logger.Handler(), slog.LevelWarn),
		BaseContext:       func(net.Listener) context.Context { return base },
	}
	return s
}

// endpoints does without http.ServeMux, which redirects paths that it would write differently.
func (s *server) endpoints() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/healthz":
			s.health.live(w, r)
		case "/readyz":
			s.health.ready(w, r)
		default:
			s.router.ServeHTTP(w, r)
		}
	})
}

func (s *server) drain() {
	s.health.stopping.Store(true)
	s.logger.Info("stopping", "delay", s.config.Shutdown.Delay.String(),
		"timeout", s.config.Shutdown.Timeout.String())
	s.pause(s.config.Shutdown.Delay) // load balancers still send requests until they have seen /readyz

	if left := s.settle(s.config.Shutdown.Timeout); left > 0 {
		s.logger.Warn("requests cut off", "count", left)
	}
	s.giveUp(errStopping)
	s.settle(lastWords)
	s.http.Close()
	s.logger.Info("stopped")
}

// settle waits until the last answer is on its way and says how many requests did not get there.
// The server knows when an answer has been sent, but not of connections that switched protocols.
func (s *server) settle(timeout time.Duration) int {
	ctx, cancel := context.WithTimeout(context.Background(), timeout)
	defer cancel()
	s.http.Shutdown(ctx) // its error says no more than ctx does
	return s.inflight.wait(ctx)
}
