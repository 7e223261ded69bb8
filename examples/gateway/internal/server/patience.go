package server

import (
	"errors"
	"io"
	"net/http"
	"os"
	"time"

	"example.com/gateway/internal/config"
)

// patient limits how long a client may stall, not how long a request may last: http.Server's own
// ReadTimeout and WriteTimeout would cut every long download, upload and event stream. Each read
// and each write moves the deadline on.
func patient(next http.Handler, limits config.Server) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		control := http.NewResponseController(w)
		if limits.ReadTimeout > 0 && r.Body != nil && r.Body != http.NoBody {
			// A copy: the server compares the body of its own request with what it put there.
			clone := *r
			clone.Body = &patientBody{r.Body, control, limits.ReadTimeout}
			r = &clone
		}
		if limits.WriteTimeout > 0 {
			patient := &patientWriter{w, control, limits.WriteTimeout}
			defer patient.extend() // for what the server still has to write, such as the last chunk
			w = patient
		}
		next.ServeHTTP(w, r)
	})
}

type patientBody struct {
	io.ReadCloser
	control *http.ResponseController
	timeout time.Duration
}

func (b *patientBody) Read(data []byte) (int, error) {
	b.control.SetReadDeadline(time.Now().Add(b.timeout))
	n, err := b.ReadCloser.Read(data)
	if err != nil && !errors.Is(err, os.ErrDeadlineExceeded) {
		// From here on the server reads only to notice that the client has gone: no hurry.
		b.control.SetReadDeadline(time.Time{})
	}
	return n, err
}

type patientWriter struct {
	http.ResponseWriter
	control *http.ResponseController
	timeout time.Duration
}

func (w *patientWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

func (w *patientWriter) extend() { w.control.SetWriteDeadline(time.Now().Add(w.timeout)) }

// FlushError is what http.ResponseController looks for.
func (w *patientWriter) FlushError() error {
	w.extend()
	return w.control.Flush()
}

func (w *patientWriter) WriteHeader(status int) {
	w.extend()
	w.ResponseWriter.WriteHeader(status)
}

func (w *patientWriter) Write(data []byte) (int, error) {
	w.extend()
	return w.ResponseWriter.Write(data)
}
