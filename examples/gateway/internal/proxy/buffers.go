package proxy

import "sync"

// buffers lends out what answers are copied through, so that a busy gateway makes no garbage of it.
var buffers = &bufferPool{sync.Pool{New: func() any { return new([32 << 10]byte) }}}

type bufferPool struct{ pool sync.Pool }

func (b *bufferPool) Get() []byte { return b.pool.Get().(*[32 << 10]byte)[:] }

func (b *bufferPool) Put(buffer []byte) { b.pool.Put((*[32 << 10]byte)(buffer)) }
