package proxy

import (
	"log/slog"
	"net/http"
	"net/http/httputil"

	"example.com/gateway/internal/accesslog"
	"example.com/gateway/internal/config"
	"example.com/gateway/internal/forwarded"
)

// route serves the requests of one entry of the configuration.
type route struct {
	config  config.Route
	prefix  []string
	trusted forwarded.Trusted
	pool    *pool
	proxy   *httputil.ReverseProxy
}

func newRoute(c config.Route, trusted forwarded.Trusted, transport http.RoundTripper, logger *slog.Logger) *route {
	r := &route{config: c, prefix: prefixSegments(c.Path), trusted: trusted, pool: newPool(c, transport, logger)}
	r.proxy = &httputil.ReverseProxy{
		Rewrite:        r.rewrite,
		Transport:      r.pool,
		ModifyResponse: r.modifyResponse,
		ErrorHandler:   (&failures{logger}).answer,
		ErrorLog:       slog.NewLogLogger(logger.Handler(), slog.LevelWarn),
		BufferPool:     buffers,
		FlushInterval:  -1, // at once: what an upstream sends in pieces, such as events, arrives in pieces
	}
	return r
}

func (r *route) ServeHTTP(w http.ResponseWriter, request *http.Request) {
	accesslog.From(request.Context()).Route = r.config.Name
	r.proxy.ServeHTTP(w, request)
}

// rewrite makes the request for an upstream, all but its address: the pool chooses that.
func (r *route) rewrite(request *httputil.ProxyRequest) {
	prefix := ""
	if r.config.StripPrefix && len(r.prefix) > 0 {
		prefix = r.config.Path
		strip(request.Out.URL, len(r.prefix))
	}
	// ReverseProxy drops what Go cannot parse of a query; upstreams may well understand it.
	request.Out.URL.RawQuery = request.In.URL.RawQuery
	r.trusted.Forward(request, prefix)
	request.Out.Header.Set(accesslog.IDHeader, accesslog.From(request.In.Context()).ID)
	change(request.Out.Header, r.config.Request)
}

func (r *route) modifyResponse(response *http.Response) error {
	change(response.Header, r.config.Response)
	response.Header.Set(accesslog.IDHeader, accesslog.From(response.Request.Context()).ID)
	return nil
}

func change(header http.Header, by config.Headers) {
	for _, name := range by.Remove {
		header.Del(name)
	}
	for name, value := range by.Set {
		header.Set(name, value)
	}
}
