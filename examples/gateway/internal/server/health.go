package server

import (
	"io"
	"net/http"
	"sync/atomic"

	"example.com/gateway/internal/accesslog"
)

// health answers probes. A gateway is live as long as it answers at all, and ready until it is
// asked to stop. Upstreams play no part in it: were one down, restarting every gateway in front
// of it or taking all of them out of service would only make things worse.
type health struct{ stopping atomic.Bool }

func (h *health) live(w http.ResponseWriter, r *http.Request) {
	answer(w, r, http.StatusOK, "ok\n")
}

func (h *health) ready(w http.ResponseWriter, r *http.Request) {
	if h.stopping.Load() {
		answer(w, r, http.StatusServiceUnavailable, "stopping\n")
		return
	}
	answer(w, r, http.StatusOK, "ok\n")
}

func answer(w http.ResponseWriter, r *http.Request, status int, text string) {
	accesslog.From(r.Context()).Quiet = true
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		http.Error(w, "405 method not allowed", http.StatusMethodNotAllowed)
		return
	}
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.WriteHeader(status)
	io.WriteString(w, text)
}
