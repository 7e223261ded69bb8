package config

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/netip"
	"strings"
)

// Parse reads and checks the text of a configuration file; file is only its name in errors.
func Parse(file string, data []byte) (Config, error) {
	data = bytes.TrimPrefix(data, []byte("\ufeff")) // Windows editors write one
	r := &reader{data: data}
	config := Default()

	root, err := parseTree(data)
	if err == nil {
		r.config(&config)("", root)
	} else {
		r.syntax(err)
	}
	if problems := r.sorted(); len(problems) > 0 {
		return Config{}, &Error{file, problems}
	}
	return config, nil
}

func (r *reader) syntax(err error) {
	offset := len(r.data)
	if syntax := (*json.SyntaxError)(nil); errors.As(err, &syntax) {
		offset = int(syntax.Offset) - 1 // the offset counts the byte that is wrong
	}
	r.report(offset, "", "not JSON: %s", strings.TrimPrefix(err.Error(), "json: "))
}

func (r *reader) config(c *Config) field {
	return r.object(map[string]field{
		"listen": text(r, &c.Listen, parseListen),
		"log": r.object(map[string]field{
			"format": text(r, &c.Log.Format, parseFormat),
			"level":  text(r, &c.Log.Level, parseLevel),
		}),
		"server": r.object(map[string]field{
			"readHeaderTimeout": r.duration(&c.Server.ReadHeaderTimeout),
			"readTimeout":       r.duration(&c.Server.ReadTimeout),
			"writeTimeout":      r.duration(&c.Server.WriteTimeout),
			"idleTimeout":       r.duration(&c.Server.IdleTimeout),
			"maxHeaderBytes":    r.integer(&c.Server.MaxHeaderBytes, 1<<10, 16<<20),
		}),
		"shutdown": r.object(map[string]field{
			"delay":   r.duration(&c.Shutdown.Delay),
			"timeout": r.duration(&c.Shutdown.Timeout),
		}),
		"trustedProxies": list(r, &c.TrustedProxies, parsePrefix),
		"routes":         r.routes(&c.Routes),
	})
}

func (r *reader) routes(into *[]Route) field {
	type place struct{ host, path string }
	taken := map[place]string{}
	return r.items(func(path string, n node) {
		count, route := len(r.problems), defaultRoute()
		r.route(&route)(path, n)
		if len(r.problems) > count {
			return
		}
		if other, twice := taken[place{route.Host, route.Path}]; twice {
			r.report(n.offset, path, "has the same host and path as %s", other)
			return
		}
		taken[place{route.Host, route.Path}] = path
		if route.Name == "" {
			route.Name = route.Host + route.Path
		}
		*into = append(*into, route)
	})
}

func (r *reader) route(route *Route) field {
	object := r.object(map[string]field{
		"name":         text(r, &route.Name, parseName),
		"host":         text(r, &route.Host, parseHost),
		"path":         text(r, &route.Path, parsePath),
		"stripPrefix":  r.boolean(&route.StripPrefix),
		"preserveHost": r.boolean(&route.PreserveHost),
		"upstreams":    list(r, &route.Upstreams, parseUpstream),
		"timeout":      r.duration(&route.Timeout),
		"failFor":      r.duration(&route.FailFor),
		"request":      r.headers(&route.Request),
		"response":     r.headers(&route.Response),
	}, "upstreams")
	return func(path string, n node) {
		count := len(r.problems)
		object(path, n)
		if len(r.problems) == count && len(route.Upstreams) == 0 {
			r.report(n.offset, path+".upstreams", "must name at least one upstream")
		}
	}
}

func (r *reader) headers(into *Headers) field {
	return r.object(map[string]field{
		"remove": list(r, &into.Remove, parseHeaderName),
		"set": func(path string, n node) {
			into.Set = map[string]string{}
			r.members(path, n, func(at string, m member) { r.header(into.Set, at, m) })
		},
	})
}

func (r *reader) header(into map[string]string, at string, m member) {
	name, err := parseHeaderName(m.name)
	if err != nil {
		r.report(m.offset, at, "must be %s", err)
		return
	}
	if _, twice := into[name]; twice {
		r.report(m.offset, at, "is given twice (%s)", name)
		return
	}
	value := ""
	text(r, &value, parseHeaderValue)(at, m.value)
	into[name] = value
}

func parseFormat(value string) (string, error) {
	if value != "text" && value != "json" {
		return "", errors.New(`"text" or "json"`)
	}
	return value, nil
}

func parseLevel(value string) (slog.Level, error) {
	levels := map[string]slog.Level{
		"debug": slog.LevelDebug, "info": slog.LevelInfo, "warn": slog.LevelWarn, "error": slog.LevelError,
	}
	level, known := levels[value]
	if !known {
		return 0, errors.New(`"debug", "info", "warn" or "error"`)
	}
	return level, nil
}

func parseName(value string) (string, error) {
	if value == "" {
		return "", errors.New("a name")
	}
	return value, nil
}

// parsePrefix accepts a network or a single address.
func parsePrefix(value string) (netip.Prefix, error) {
	if address, err := netip.ParseAddr(value); err == nil && address.Zone() == "" {
		return netip.PrefixFrom(address.Unmap(), address.Unmap().BitLen()), nil
	}
	prefix, err := netip.ParsePrefix(value)
	if err != nil {
		return netip.Prefix{}, errors.New("an address or a network such as 10.0.0.0/8")
	}
	if prefix != prefix.Masked() {
		return netip.Prefix{}, fmt.Errorf("a network (%s)", prefix.Masked())
	}
	return prefix, nil
}

func parseHeaderName(value string) (string, error) {
	if !isToken(value) {
		return "", errors.New("the name of a header")
	}
	name := http.CanonicalHeaderKey(value)
	switch name {
	case "Host":
		return "", errors.New("another header: for Host there is preserveHost")
	case "Connection", "Content-Length", "Keep-Alive", "Te", "Trailer", "Transfer-Encoding", "Upgrade":
		return "", errors.New("another header: this one belongs to the connection, not to the message")
	}
	return name, nil
}

func parseHeaderValue(value string) (string, error) {
	for _, c := range []byte(value) {
		if c < ' ' && c != '\t' || c == 0x7f {
			return "", errors.New("without control characters")
		}
	}
	return value, nil
}

// isToken follows RFC 9110, section 5.6.2.
func isToken(value string) bool {
	for _, c := range []byte(value) {
		letter := 'a' <= c|0x20 && c|0x20 <= 'z'
		digit := '0' <= c && c <= '9'
		if !letter && !digit && strings.IndexByte("!#$%&'*+-.^_`|~", c) < 0 {
			return false
		}
	}
	return value != ""
}
