package accesslog

import (
	"bufio"
	"net"
	"net/http"
)

// recorder notes what is answered. Everything it does not know itself, such as flushing, reaches
// the server's own writer through Unwrap.
type recorder struct {
	http.ResponseWriter
	id     string
	status int
	bytes  int64
}

func (r *recorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }

func (r *recorder) WriteHeader(status int) {
	if r.status == 0 && status >= 200 {
		// Here and not earlier: an interim answer (103) clears the header afterwards.
		r.Header().Set(IDHeader, r.id)
		r.status = status
	}
	r.ResponseWriter.WriteHeader(status)
}

func (r *recorder) Write(data []byte) (int, error) {
	if r.status == 0 {
		r.WriteHeader(http.StatusOK)
	}
	n, err := r.ResponseWriter.Write(data)
	r.bytes += int64(n)
	return n, err
}

// Hijack hands over the connection; from then on nothing is counted.
func (r *recorder) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	conn, buffer, err := http.NewResponseController(r.ResponseWriter).Hijack()
	if err == nil {
		r.status = http.StatusSwitchingProtocols
	}
	return conn, buffer, err
}

// finalStatus is 0 for an answer that broke off before it began.
func (r *recorder) finalStatus(aborted bool) int {
	if r.status == 0 && !aborted {
		return http.StatusOK
	}
	return r.status
}
