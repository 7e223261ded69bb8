package proxy

import (
	"io"
	"net/http"
	"sync"
)

// clientBody watches a request's body on its way to an upstream: whether a second attempt could
// still send it, and whether it was the client that broke off.
type clientBody struct {
	from    io.Reader
	reading sync.Mutex // held during a read
	mutex   sync.Mutex // the transport reads in a goroutine of its own
	started bool
	ended   bool
	err     error
}

func newBody(r *http.Request) *clientBody {
	if r.Body == nil || r.Body == http.NoBody {
		return &clientBody{ended: true}
	}
	return &clientBody{from: r.Body}
}

func (b *clientBody) Read(data []byte) (int, error) {
	if b.from == nil {
		return 0, io.EOF
	}
	b.reading.Lock()
	defer b.reading.Unlock()
	b.mutex.Lock()
	b.started = true
	b.mutex.Unlock()
	n, err := b.from.Read(data)
	if err != nil {
		b.mutex.Lock()
		defer b.mutex.Unlock()
		b.ended = true
		if err != io.EOF {
			b.err = err
		}
	}
	return n, err
}

// Close does nothing: a transport closes the body even when it could not connect, and the next
// attempt still needs it. Whoever made the request closes it in the end.
func (b *clientBody) Close() error { return nil }

// settle waits for a read to return. http.Server ends a request's context when a read fails, just
// before that read returns: only afterwards can it be told why the client is gone.
func (b *clientBody) settle() {
	b.reading.Lock()
	defer b.reading.Unlock()
}

func (b *clientBody) isStarted() bool {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	return b.started
}

// isPending is true while the client has sent a part of its body only.
func (b *clientBody) isPending() bool {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	return b.started && !b.ended
}

func (b *clientBody) failure() error {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	if b.err == nil {
		return nil
	}
	return &bodyError{b.err}
}
