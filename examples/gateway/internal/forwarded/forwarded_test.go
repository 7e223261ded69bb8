package forwarded

import (
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/netip"
	"reflect"
	"testing"
)

var trusted = Trusted{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("::1/128")}

func TestClient(t *testing.T) {
	for _, test := range []struct {
		name, peer string
		chain      []string
		want       string
	}{
		{"direct", "192.0.2.1:5", nil, "192.0.2.1"},
		{"untrusted peer is not believed", "192.0.2.1:5", []string{"198.51.100.1"}, "192.0.2.1"},
		{"trusted peer", "10.1.1.1:5", []string{"198.51.100.1"}, "198.51.100.1"},
		{"invented addresses stand left", "10.1.1.1:5", []string{"1.2.3.4, 198.51.100.1, 10.2.2.2"}, "198.51.100.1"},
		{"several headers are one list", "10.1.1.1:5", []string{"1.2.3.4", "198.51.100.1"}, "198.51.100.1"},
		{"only proxies", "10.1.1.1:5", []string{"10.3.3.3"}, "10.3.3.3"},
		{"nonsense ends the list", "10.1.1.1:5", []string{"198.51.100.1, unknown"}, "10.1.1.1"},
		{"IPv6", "[::1]:5", []string{"2001:db8::1"}, "2001:db8::1"},
		{"IPv4 in IPv6", "[::ffff:10.1.1.1]:5", []string{"::ffff:198.51.100.1"}, "198.51.100.1"},
		{"no address", "@", []string{"198.51.100.1"}, "@"},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := httptest.NewRequest("GET", "/", nil)
			r.RemoteAddr = test.peer
			r.Header["X-Forwarded-For"] = test.chain
			if got := trusted.Client(r); got != test.want {
				t.Errorf("got %s, want %s", got, test.want)
			}
		})
	}
}

func TestForward(t *testing.T) {
	sent := http.Header{
		"X-Forwarded-For":    {"198.51.100.1"},
		"X-Forwarded-Host":   {"front.example"},
		"X-Forwarded-Proto":  {"https"},
		"X-Forwarded-Port":   {"443"},
		"X-Forwarded-Prefix": {"/front/"},
		"X-Real-Ip":          {"198.51.100.1"},
	}
	for _, test := range []struct {
		name, peer string
		want       http.Header
	}{
		{"untrusted", "192.0.2.1:5", http.Header{
			"X-Forwarded-For":    {"192.0.2.1"},
			"X-Forwarded-Host":   {"gateway.example"},
			"X-Forwarded-Proto":  {"http"},
			"X-Forwarded-Prefix": {"/api"},
		}},
		{"trusted", "10.1.1.1:5", http.Header{
			"X-Forwarded-For":    {"198.51.100.1, 10.1.1.1"},
			"X-Forwarded-Host":   {"front.example"},
			"X-Forwarded-Proto":  {"https"},
			"X-Forwarded-Port":   {"443"},
			"X-Forwarded-Prefix": {"/front/api"},
			"X-Real-Ip":          {"198.51.100.1"},
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			in := httptest.NewRequest("GET", "http://gateway.example/api/x", nil)
			in.RemoteAddr, in.Header = test.peer, sent.Clone()
			out := in.Clone(in.Context())
			for _, name := range []string{"X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto"} {
				out.Header.Del(name) // as ReverseProxy does
			}
			trusted.Forward(&httputil.ProxyRequest{In: in, Out: out}, "/api")
			if !reflect.DeepEqual(out.Header, test.want) {
				t.Errorf("got  %v\nwant %v", out.Header, test.want)
			}
			if !reflect.DeepEqual(in.Header, sent) {
				t.Errorf("the inbound request was changed: %v", in.Header)
			}
		})
	}
}
