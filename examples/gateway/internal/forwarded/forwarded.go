// Package forwarded decides whom to believe about where a request came from.
package forwarded

import (
	"net/http"
	"net/http/httputil"
	"net/netip"
	"strings"
)

// Trusted lists the networks of proxies whose X-Forwarded-* headers are believed. Whoever else
// sends such headers could make up any client address, so they are dropped.
type Trusted []netip.Prefix

// Client returns the address of whoever made the request: the peer, or what trusted proxies say,
// read from the right because everything left of the first untrusted address can be invented.
func (t Trusted) Client(r *http.Request) string {
	peer, ok := peerAddress(r)
	if !ok {
		return r.RemoteAddr
	}
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for i := len(hops) - 1; i >= 0 && t.contains(peer); i-- {
		hop, err := netip.ParseAddr(strings.TrimSpace(hops[i]))
		if err != nil {
			break
		}
		peer = hop.Unmap()
	}
	return peer.String()
}

// Forward writes the X-Forwarded-* headers of a request to an upstream. Prefix is the path that
// was cut off in front of it, or empty.
func (t Trusted) Forward(request *httputil.ProxyRequest, prefix string) {
	in, out := request.In.Header, request.Out.Header
	peer, ok := peerAddress(request.In)
	if !ok || !t.contains(peer) {
		in = http.Header{}
		for name := range out {
			if strings.HasPrefix(name, "X-Forwarded-") || name == "X-Real-Ip" {
				delete(out, name)
			}
		}
	}
	if chain := in.Values("X-Forwarded-For"); len(chain) > 0 {
		out["X-Forwarded-For"] = chain // SetXForwarded appends the peer
	}
	request.SetXForwarded()
	for _, name := range []string{"X-Forwarded-Host", "X-Forwarded-Proto"} {
		if value := in.Get(name); value != "" {
			out.Set(name, value)
		}
	}
	if prefix != "" {
		out.Set("X-Forwarded-Prefix", strings.TrimSuffix(in.Get("X-Forwarded-Prefix"), "/")+prefix)
	}
}

func (t Trusted) contains(address netip.Addr) bool {
	for _, prefix := range t {
		if prefix.Contains(address.WithZone("")) {
			return true
		}
	}
	return false
}

func peerAddress(r *http.Request) (netip.Addr, bool) {
	peer, err := netip.ParseAddrPort(r.RemoteAddr)
	return peer.Addr().Unmap(), err == nil
}
