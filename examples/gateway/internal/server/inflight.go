package server

import (
	"context"
	"net/http"
	"sync"
)

// inflight counts the requests being served. http.Server forgets about a connection that switched
// protocols; a WebSocket is still a request here.
type inflight struct {
	mutex sync.Mutex
	count int
	empty chan struct{} // closed when count falls to zero; nil while nobody waits
}

func (f *inflight) handler(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		f.add(1)
		defer f.add(-1)
		next.ServeHTTP(w, r)
	})
}

func (f *inflight) add(n int) {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	f.count += n
	if f.count == 0 && f.empty != nil {
		close(f.empty)
		f.empty = nil
	}
}

// wait returns how many requests were left when there were none, or when ctx was over.
func (f *inflight) wait(ctx context.Context) int {
	f.mutex.Lock()
	if f.count == 0 {
		f.mutex.Unlock()
		return 0
	}
	if f.empty == nil {
		f.empty = make(chan struct{})
	}
	empty := f.empty
	f.mutex.Unlock()

	select {
	case <-empty:
	case <-ctx.Done():
	}
	f.mutex.Lock()
	defer f.mutex.Unlock()
	return f.count
}
