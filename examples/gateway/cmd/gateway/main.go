// Command gateway is a small HTTP gateway: it sends requests to upstreams by host and path.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"os/signal"
	"syscall"

	"example.com/gateway/internal/config"
	"example.com/gateway/internal/server"
)

const help = `gateway sends HTTP requests to upstreams by host and path.

Usage:
  gateway serve [--config FILE] [--listen ADDRESS]   serve until SIGTERM or SIGINT
  gateway check --config FILE                        say what is wrong with a configuration
  gateway health [--address ADDRESS]                 ask a running gateway whether it is healthy
  gateway version                                    print the version
  gateway help                                       print this text

Flags:
  --config FILE      configuration file (environment: GATEWAY_CONFIG);
                     without one, only /healthz and /readyz are served
  --listen ADDRESS   address to listen on, such as :8080 or 127.0.0.1:8080
                     (environment: GATEWAY_LISTEN); goes before the configuration file

  --address ADDRESS  address that health asks; without one, the one that serve would
                     listen on: GATEWAY_LISTEN, the configuration file, port 8080
  --timeout TIME     how long health waits for the answer (3s)

Exit codes: 0 done, 1 failed, 2 used wrongly
`

// usageError is a mistake on the command line.
type usageError struct{ message string }

func (e *usageError) Error() string { return e.message }

// command is one run of the program, with all that it needs of the outside.
type command struct {
	getenv         func(string) string
	stdout, stderr io.Writer
}

func main() {
	c := &command{os.Getenv, os.Stdout, os.Stderr}
	os.Exit(c.run(context.Background(), os.Args[1:]))
}

// run returns the exit code.
func (c *command) run(ctx context.Context, arguments []string) int {
	err := c.dispatch(ctx, arguments)
	var usage *usageError
	var settings *config.Error
	switch {
	case err == nil:
		return 0
	case errors.Is(err, flag.ErrHelp):
		fmt.Fprint(c.stdout, help)
		return 0
	case errors.As(err, &usage):
		fmt.Fprintf(c.stderr, "gateway: %s\nRun 'gateway help' for usage.\n", usage)
		return 2
	case errors.As(err, &settings):
		fmt.Fprintf(c.stderr, "gateway: the configuration is not valid\n%s\n", settings)
		return 1
	}
	fmt.Fprintln(c.stderr, "gateway:", err)
	return 1
}

func (c *command) dispatch(ctx context.Context, arguments []string) error {
	if len(arguments) == 0 {
		return &usageError{"a command is missing: serve, check, health, version or help"}
	}
	switch name, rest := arguments[0], arguments[1:]; name {
	case "serve":
		return c.serve(ctx, rest)
	case "check":
		return c.check(rest)
	case "health":
		return c.healthCheck(ctx, rest)
	case "version", "--version", "-version":
		fmt.Fprintln(c.stdout, versionLine())
		return nil
	case "help", "--help", "-help", "-h":
		return flag.ErrHelp
	default:
		return &usageError{fmt.Sprintf("unknown command %q", name)}
	}
}

func (c *command) serve(ctx context.Context, arguments []string) error {
	file, listen := c.getenv("GATEWAY_CONFIG"), c.getenv("GATEWAY_LISTEN")
	flags := flag.NewFlagSet("serve", flag.ContinueOnError)
	flags.StringVar(&file, "config", file, "")
	flags.StringVar(&listen, "listen", listen, "")
	if err := parse(flags, arguments); err != nil {
		return err
	}
	settings, err := load(file)
	if err != nil {
		return err
	}
	if listen != "" {
		settings.Listen = listen
	}

	listener, err := net.Listen("tcp", settings.Listen)
	if err != nil {
		return fmt.Errorf("cannot listen: %w", err)
	}
	ctx, stop := signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop) // a second signal ends the program at once

	logger := newLogger(c.stdout, settings.Log)
	logger.Info("listening", "address", listener.Addr().String(), "version", version, "routes", len(settings.Routes))
	return server.Run(ctx, listener, settings, logger)
}

func (c *command) check(arguments []string) error {
	file := c.getenv("GATEWAY_CONFIG")
	flags := flag.NewFlagSet("check", flag.ContinueOnError)
	flags.StringVar(&file, "config", file, "")
	if err := parse(flags, arguments); err != nil {
		return err
	}
	if file == "" {
		return &usageError{"check needs --config FILE"}
	}
	settings, err := config.Load(file)
	if err != nil {
		return err
	}
	fmt.Fprintf(c.stdout, "%s: ok, %d routes\n", file, len(settings.Routes))
	return nil
}

func parse(flags *flag.FlagSet, arguments []string) error {
	flags.SetOutput(io.Discard) // run prints errors and help its own way
	switch err := flags.Parse(arguments); {
	case errors.Is(err, flag.ErrHelp):
		return err
	case err != nil:
		return &usageError{fmt.Sprintf("%s: %s", flags.Name(), err)}
	case flags.NArg() > 0:
		return &usageError{fmt.Sprintf("%s: unexpected argument %q", flags.Name(), flags.Arg(0))}
	}
	return nil
}

func load(file string) (config.Config, error) {
	if file == "" {
		return config.Default(), nil
	}
	return config.Load(file)
}

func newLogger(to io.Writer, c config.Log) *slog.Logger {
	options := &slog.HandlerOptions{Level: c.Level}
	if c.Format == "json" {
		return slog.New(slog.NewJSONHandler(to, options))
	}
	return slog.New(slog.NewTextHandler(to, options))
}
