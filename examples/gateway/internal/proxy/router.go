// Package proxy sends requests to upstreams.
package proxy

import (
	"log/slog"
	"net"
	"net/http"
	"slices"
	"strings"

	"example.com/gateway/internal/config"
	"example.com/gateway/internal/forwarded"
)

// Router hands each request to the route with the longest path that matches; a route that names
// the request's host goes before one for every host.
type Router struct {
	byHost    map[string][]*route // the longest path first; "" holds the routes for every host
	transport *http.Transport
}

// New makes a router. It opens no connection before the first request.
func New(routes []config.Route, trusted forwarded.Trusted, logger *slog.Logger) *Router {
	router := &Router{byHost: map[string][]*route{}, transport: newTransport()}
	for _, r := range routes {
		router.byHost[r.Host] = append(router.byHost[r.Host], newRoute(r, trusted, router.transport, logger))
	}
	for _, routes := range router.byHost {
		slices.SortStableFunc(routes, func(a, b *route) int { return len(b.prefix) - len(a.prefix) })
	}
	return router
}

// Close closes connections to upstreams that nobody uses any more.
func (router *Router) Close() { router.transport.CloseIdleConnections() }

func (router *Router) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	path, ok := segments(r.URL.EscapedPath())
	if !ok {
		http.Error(w, "400 bad path", http.StatusBadRequest)
		return
	}
	if route := router.find(hostname(r.Host), path); route != nil {
		route.ServeHTTP(w, r)
		return
	}
	http.Error(w, "404 no route", http.StatusNotFound)
}

func (router *Router) find(host string, path []string) *route {
	hosts := []string{host, ""}
	if host == "" {
		hosts = hosts[1:]
	}
	for _, host := range hosts {
		for _, route := range router.byHost[host] {
			if hasPrefix(path, route.prefix) {
				return route
			}
		}
	}
	return nil
}

// hostname is a Host header's name in the form that the configuration keeps.
func hostname(host string) string {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	host = strings.TrimSuffix(strings.TrimPrefix(host, "["), "]")
	return strings.ToLower(strings.TrimSuffix(host, "."))
}
