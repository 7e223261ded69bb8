package proxy

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"sync/atomic"
	"time"

	"example.com/gateway/internal/accesslog"
	"example.com/gateway/internal/config"
)

// pool is a group of upstreams that can stand in for each other. They take turns; one that fails
// is passed over for a while.
type pool struct {
	upstreams    []*upstream
	turn         atomic.Uint64
	timeout      time.Duration
	failFor      time.Duration
	preserveHost bool
	transport    http.RoundTripper
	logger       *slog.Logger
	now          func() time.Time
}

type upstream struct {
	url       *url.URL
	downUntil atomic.Int64 // Unix time in nanoseconds
}

func newPool(c config.Route, transport http.RoundTripper, logger *slog.Logger) *pool {
	p := &pool{
		timeout: c.Timeout, failFor: c.FailFor, preserveHost: c.PreserveHost,
		transport: transport, logger: logger, now: time.Now,
	}
	for _, u := range c.Upstreams {
		p.upstreams = append(p.upstreams, &upstream{url: u})
	}
	return p
}

// RoundTrip sends a request to the upstream whose turn it is, or to the next ones where that is
// safe. The timeout covers everything up to the answer's header, but not the answer's body: a
// stream may last.
func (p *pool) RoundTrip(r *http.Request) (*http.Response, error) {
	if p.timeout == 0 {
		return p.attempts(r.Context(), r)
	}
	// A context with a deadline would cut the body too; this one ends with the request's own.
	ctx, cancel := context.WithCancelCause(r.Context())
	timer := time.AfterFunc(p.timeout, func() { cancel(errTimeout) })
	response, err := p.attempts(ctx, r)
	if !timer.Stop() && err == nil { // too late by a hair: reading the body would fail
		response.Body.Close()
		return nil, errTimeout
	}
	return response, err
}

func (p *pool) attempts(ctx context.Context, r *http.Request) (response *http.Response, err error) {
	body := newBody(r)
	for _, u := range p.candidates() {
		accesslog.From(ctx).Upstream = u.url.Host
		response, err = p.transport.RoundTrip(p.request(ctx, r, u, body))
		if err == nil {
			u.downUntil.Store(0)
			return response, nil
		}
		if ctx.Err() != nil {
			err = context.Cause(ctx)
		}
		if errors.Is(err, context.Canceled) {
			body.settle()
		}
		if failed := body.failure(); failed != nil {
			err = failed
		}
		if p.isAtFault(r, err, body) {
			p.fail(ctx, u, err)
		}
		if ctx.Err() != nil || !isRepeatable(r, err, body) {
			break
		}
	}
	return nil, err
}

// candidates lists the upstreams in the order in which to try them: those that work, beginning
// with the one whose turn it is; then the others, because when none works trying is all there is.
func (p *pool) candidates() []*upstream {
	now := p.now().UnixNano()
	count := uint64(len(p.upstreams))
	start := p.turn.Add(1) - 1
	up, down := make([]*upstream, 0, count), []*upstream(nil)
	for i := range count {
		u := p.upstreams[(start+i)%count]
		if u.downUntil.Load() > now {
			down = append(down, u)
		} else {
			up = append(up, u)
		}
	}
	return append(up, down...)
}

func (p *pool) request(ctx context.Context, r *http.Request, u *upstream, body *clientBody) *http.Request {
	out := r.WithContext(ctx)
	address := *r.URL
	out.URL = &address
	if r.Body != nil {
		out.Body = body
	}
	(&httputil.ProxyRequest{In: r, Out: out}).SetURL(u.url)
	if p.preserveHost {
		out.Host = r.Host
	}
	return out
}

func (p *pool) fail(ctx context.Context, u *upstream, err error) {
	u.downUntil.Store(p.now().Add(p.failFor).UnixNano())
	p.logger.LogAttrs(ctx, slog.LevelWarn, "upstream failed", slog.String("id", accesslog.From(ctx).ID),
		slog.String("upstream", u.url.Host), slog.String("error", err.Error()))
}

// isAtFault tells a failing upstream from a client that went away or sends too slowly.
func (p *pool) isAtFault(r *http.Request, err error, body *clientBody) bool {
	var client *bodyError
	if r.Context().Err() != nil || errors.As(err, &client) {
		return false
	}
	return !errors.Is(err, errTimeout) || !body.isPending()
}

// isRepeatable holds where no upstream can have acted on the request yet, or where it would not
// matter: nothing was sent, or there is nothing that acts.
func isRepeatable(r *http.Request, err error, body *clientBody) bool {
	if body.isStarted() {
		return false
	}
	var network *net.OpError
	if errors.As(err, &network) && network.Op == "dial" {
		return true
	}
	switch r.Method {
	case http.MethodGet, http.MethodHead, http.MethodOptions, http.MethodTrace:
		return r.Body == nil || r.Body == http.NoBody
	}
	return false
}
