package proxy

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"

	"example.com/gateway/internal/accesslog"
)

// errTimeout means that no upstream has begun an answer within the route's timeout.
var errTimeout = errors.New("no answer within the route's timeout")

// bodyError means that the client's request broke off, which is no upstream's fault.
type bodyError struct{ cause error }

func (e *bodyError) Error() string { return "cannot read the request's body: " + e.cause.Error() }
func (e *bodyError) Unwrap() error { return e.cause }

// statusClientGone is nginx's number for a client that did not wait. Only the log ever sees it.
const statusClientGone = 499

type failures struct{ logger *slog.Logger }

// answer tells the client what became of a request that got no answer from an upstream.
func (f *failures) answer(w http.ResponseWriter, r *http.Request, err error) {
	status, ctx := statusOf(r.Context(), err), r.Context()
	if status >= 500 {
		f.logger.LogAttrs(ctx, slog.LevelWarn, "request failed", slog.String("id", accesslog.From(ctx).ID),
			slog.Int("status", status), slog.String("error", err.Error()))
	}
	http.Error(w, fmt.Sprintf("%d %s", status, text(status)), status)
}

func statusOf(ctx context.Context, err error) int {
	var body *bodyError
	var network net.Error
	switch {
	case errors.As(err, &body) && errors.Is(err, os.ErrDeadlineExceeded):
		return http.StatusRequestTimeout
	case ctx.Err() != nil && context.Cause(ctx) == context.Canceled:
		return statusClientGone
	case ctx.Err() != nil: // somebody here had a reason to give up: the gateway is stopping
		return http.StatusServiceUnavailable
	case errors.As(err, &body):
		return http.StatusBadRequest
	case errors.Is(err, errTimeout), errors.As(err, &network) && network.Timeout():
		return http.StatusGatewayTimeout
	}
	return http.StatusBadGateway
}

func text(status int) string {
	if status == statusClientGone {
		return "client closed request"
	}
	return http.StatusText(status)
}
