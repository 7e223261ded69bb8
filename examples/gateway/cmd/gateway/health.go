package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"time"
)

// healthTimeout is how long a gateway has to say that it lives. Probes give up after a few seconds, too.
const healthTimeout = 3 * time.Second

// healthCheck asks a running gateway how it is. Images without a shell and without curl have this instead.
func (c *command) healthCheck(ctx context.Context, arguments []string) error {
	address, file, timeout := c.getenv("GATEWAY_LISTEN"), c.getenv("GATEWAY_CONFIG"), healthTimeout
	flags := flag.NewFlagSet("health", flag.ContinueOnError)
	flags.StringVar(&address, "address", address, "")
	flags.StringVar(&file, "config", file, "")
	flags.DurationVar(&timeout, "timeout", timeout, "")
	if err := parse(flags, arguments); err != nil {
		return err
	}
	if timeout <= 0 {
		return &usageError{"health: --timeout must be more than 0"}
	}
	if address == "" {
		settings, err := load(file)
		if err != nil {
			return err
		}
		address = settings.Listen
	}
	address, err := reachable(address)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	if err := askHealth(ctx, address); err != nil {
		if ctx.Err() == context.DeadlineExceeded {
			err = fmt.Errorf("no answer within %s", timeout)
		}
		return fmt.Errorf("%s is not healthy: %w", address, err)
	}
	fmt.Fprintf(c.stdout, "%s is healthy\n", address)
	return nil
}

// reachable turns an address to listen on into one to connect to: what listens everywhere is asked on this machine.
func reachable(address string) (string, error) {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return "", &usageError{fmt.Sprintf("health: %q is no address such as :8080 or 127.0.0.1:8080", address)}
	}
	switch ip := net.ParseIP(host); {
	case host == "" || ip.Equal(net.IPv4zero):
		host = "127.0.0.1"
	case ip.Equal(net.IPv6unspecified):
		host = "::1"
	}
	return net.JoinHostPort(host, port), nil
}

func askHealth(ctx context.Context, address string) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+address+"/healthz", nil)
	if err != nil {
		return err
	}
	client := &http.Client{
		// Without a proxy: the environment names one for upstreams, if at all.
		Transport:     &http.Transport{DisableKeepAlives: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	response, err := client.Do(request)
	if err != nil {
		var failed *url.Error // names method and address once more
		if errors.As(err, &failed) {
			return failed.Err
		}
		return err
	}
	defer response.Body.Close()
	if _, err := io.Copy(io.Discard, io.LimitReader(response.Body, 1<<20)); err != nil {
		return err
	}
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("it answers %s", response.Status)
	}
	return nil
}
