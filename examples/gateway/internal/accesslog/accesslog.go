// Package accesslog writes one line a request, and gives every request an id.
package accesslog

import (
	"context"
	"log/slog"
	"net/http"
	"time"
)

// Entry is what handlers further in know about a request and the log line should say.
type Entry struct {
	ID       string
	Route    string
	Upstream string
	Quiet    bool // of interest only when debugging, such as a probe
}

type entryKey struct{}

// From returns the entry of a request, or an empty one outside of Handler.
func From(ctx context.Context) *Entry {
	if entry, ok := ctx.Value(entryKey{}).(*Entry); ok {
		return entry
	}
	return &Entry{}
}

// Handler logs every request that next answers, when the answer is over. Client names who made
// a request. Queries are not logged: they are where secrets turn up.
func Handler(next http.Handler, logger *slog.Logger, client func(*http.Request) string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		start := time.Now()
		entry := &Entry{ID: requestID(r)}
		answer := &recorder{ResponseWriter: w, id: entry.ID}
		aborted := true // until next returns: an answer that breaks off midway is a panic
		defer func() {
			level := slog.LevelInfo
			if entry.Quiet {
				level = slog.LevelDebug
			}
			logger.LogAttrs(r.Context(), level, "request", append(entry.attributes(),
				slog.String("client", client(r)),
				slog.String("method", r.Method),
				slog.String("host", r.Host),
				slog.String("path", r.URL.EscapedPath()),
				slog.String("proto", r.Proto),
				slog.Int("status", answer.finalStatus(aborted)),
				slog.Int64("bytes", answer.bytes),
				slog.Float64("duration_ms", float64(time.Since(start).Microseconds())/1000),
				slog.String("user_agent", r.UserAgent()),
				slog.Bool("aborted", aborted),
			)...)
		}()
		next.ServeHTTP(answer, r.WithContext(context.WithValue(r.Context(), entryKey{}, entry)))
		aborted = false
	})
}

func (e *Entry) attributes() []slog.Attr {
	attributes := []slog.Attr{slog.String("id", e.ID)}
	if e.Route != "" {
		attributes = append(attributes, slog.String("route", e.Route))
	}
	if e.Upstream != "" {
		attributes = append(attributes, slog.String("upstream", e.Upstream))
	}
	return attributes
}
