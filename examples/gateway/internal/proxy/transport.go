package proxy

import (
	"net"
	"net/http"
	"time"
)

// newTransport goes to upstreams directly: HTTP_PROXY is for programs on the inside looking out.
func newTransport() *http.Transport {
	dialer := &net.Dialer{Timeout: 5 * time.Second, KeepAlive: 30 * time.Second}
	return &http.Transport{
		DialContext:            dialer.DialContext,
		TLSHandshakeTimeout:    5 * time.Second,
		ExpectContinueTimeout:  time.Second,
		IdleConnTimeout:        90 * time.Second,
		MaxIdleConns:           1024,
		MaxIdleConnsPerHost:    64, // the default of 2 makes a busy gateway reconnect all the time
		MaxResponseHeaderBytes: 1 << 20,
		ForceAttemptHTTP2:      true,
		DisableCompression:     true, // what client and upstream agreed on passes through as it is
	}
}
