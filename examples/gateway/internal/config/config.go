// Package config reads the gateway's configuration file.
package config

import (
	"fmt"
	"log/slog"
	"net/netip"
	"net/url"
	"os"
	"time"
)

// Config is everything the gateway can be told. Default returns one that is complete.
type Config struct {
	Listen         string         // address to listen on, host:port
	Log            Log            //
	Server         Server         //
	Shutdown       Shutdown       //
	TrustedProxies []netip.Prefix // peers whose X-Forwarded-* headers are believed
	Routes         []Route        // in the order of the file
}

// Log says how log lines look and which of them are written.
type Log struct {
	Format string // "text" or "json"
	Level  slog.Level
}

// Server limits what one client can hold on to. A duration of zero is no limit.
type Server struct {
	ReadHeaderTimeout time.Duration // a request's header must have arrived after this
	ReadTimeout       time.Duration // a client that sends nothing of a body for this long is cut off
	WriteTimeout      time.Duration // a client that takes nothing of an answer for this long is cut off
	IdleTimeout       time.Duration // a kept connection without a request is closed after this
	MaxHeaderBytes    int           // a longer request header is refused with 431
}

// Shutdown says how the gateway stops when it is asked to.
type Shutdown struct {
	Delay   time.Duration // /readyz says 503 for this long while requests are still accepted
	Timeout time.Duration // requests in flight have this long to finish
}

// Route sends the requests below one path, on one host or all, to one group of upstreams.
type Route struct {
	Name         string // in the log; host and path unless given
	Host         string // lower case, without a port; empty matches every host
	Path         string // starts with a slash and does not end with one, except "/" itself
	StripPrefix  bool   // the upstream sees the path without Path
	PreserveHost bool   // the upstream sees the client's Host header instead of its own name
	Upstreams    []*url.URL
	Timeout      time.Duration // the upstream must have begun its answer after this; zero is no limit
	FailFor      time.Duration // a failed upstream is passed over for this long
	Request      Headers       // applied to what the upstream receives
	Response     Headers       // applied to what the client receives
}

// Headers is a change to a message's header: what is to be removed, then what is to be set.
type Headers struct {
	Remove []string
	Set    map[string]string
}

// Default returns the configuration of a gateway without a file: no routes, sane limits.
func Default() Config {
	return Config{
		Listen: ":8080",
		Log:    Log{Format: "text", Level: slog.LevelInfo},
		Server: Server{
			ReadHeaderTimeout: 10 * time.Second,
			ReadTimeout:       30 * time.Second,
			WriteTimeout:      30 * time.Second,
			IdleTimeout:       2 * time.Minute,
			MaxHeaderBytes:    64 << 10,
		},
		Shutdown: Shutdown{Timeout: 20 * time.Second},
	}
}

func defaultRoute() Route {
	return Route{Path: "/", Timeout: 30 * time.Second, FailFor: 10 * time.Second}
}

// Load reads and checks a configuration file. Everything wrong with it is in one *Error.
func Load(file string) (Config, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return Config{}, fmt.Errorf("cannot read the configuration: %w", err)
	}
	return Parse(file, data)
}
