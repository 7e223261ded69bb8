package config

import (
	"errors"
	"net"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

func parseListen(value string) (string, error) {
	_, port, err := net.SplitHostPort(value)
	if err == nil {
		_, err = strconv.ParseUint(port, 10, 16)
	}
	if err != nil {
		return "", errors.New(`an address such as ":8080" or "127.0.0.1:8080"`)
	}
	return value, nil
}

// parseHost accepts what a Host header can hold, without the port.
func parseHost(value string) (string, error) {
	host := strings.ToLower(strings.TrimSuffix(value, "."))
	if bare := strings.TrimSuffix(strings.TrimPrefix(host, "["), "]"); strings.Contains(bare, ":") {
		if _, err := netip.ParseAddr(bare); err == nil {
			return bare, nil
		}
		return "", errors.New("a host name without scheme and port")
	}
	for _, c := range []byte(host) {
		if !('a' <= c && c <= 'z' || '0' <= c && c <= '9' || c == '-' || c == '.' || c == '_') {
			return "", errors.New("a host name without scheme, port and wildcard")
		}
	}
	if host == "" {
		return "", errors.New("a host name (leave the field out to match every host)")
	}
	return host, nil
}

// parsePath accepts a prefix of whole segments, in plain (not percent-encoded) form.
func parsePath(value string) (string, error) {
	if value == "/" {
		return value, nil
	}
	if !strings.HasPrefix(value, "/") || strings.ContainsAny(value, "?#%*") {
		return "", errors.New(`a path such as "/api", without query, escapes and wildcards`)
	}
	path := strings.TrimSuffix(value, "/")
	segments := strings.Split(path[1:], "/")
	if slices.Contains(segments, "") || slices.Contains(segments, ".") || slices.Contains(segments, "..") {
		return "", errors.New("a path without empty segments, . and ..")
	}
	if path == "/healthz" || path == "/readyz" {
		return "", errors.New("another path: the gateway answers this one itself")
	}
	return path, nil
}

func parseUpstream(value string) (*url.URL, error) {
	upstream, err := url.Parse(value)
	if err != nil || upstream.Scheme != "http" && upstream.Scheme != "https" || upstream.Hostname() == "" {
		return nil, errors.New(`a URL such as "http://127.0.0.1:9000"`)
	}
	if upstream.User != nil || upstream.RawQuery != "" || upstream.ForceQuery || upstream.Fragment != "" {
		return nil, errors.New("a URL without user, query and fragment")
	}
	return upstream, nil
}
