import { connect, type NetConnectOpts, type Socket } from 'node:net'
import { Duplex } from 'node:stream'

/** Bytes of a buffer that is read into, at first and at most: it grows where as much has come as it takes. */
const [least, most] = [1 << 16, 1 << 20]
/** What is left of a buffer has to take this much for another read. */
const worthwhile = 1 << 14

/**
 * A TCP connection that is read into large buffers: a socket of node's own hands on 64 KiB at a time, each of which costs as much as
 * hashing it. What http.Agent asks of a socket beside is handed on.
 */
export class WideConnection extends Duplex {
  readonly #socket: Socket
  #buffer = Buffer.alloc(0)
  #size = least

  constructor(options: NetConnectOpts) {
    super({ allowHalfOpen: false, readableHighWaterMark: most, writableHighWaterMark: most })
    this.#socket = connect({ ...options, onread: { buffer: () => this.#room(), callback: size => this.#took(size) } } as NetConnectOpts)
    let ended = false
    const end = (): void => {
      ended = true
      this.push(null)
    }
    this.#socket.on('connect', () => { this.emit('connect') }).on('end', end).on('timeout', () => { this.emit('timeout') })
      // What came before the end may still wait to be read.
      .on('error', error => { this.destroy(error) }).on('close', () => { if (!ended) this.destroy() })
  }

  /** What was handed on is never written over. */
  #room(): Buffer {
    if (this.#buffer.length < worthwhile) this.#buffer = Buffer.allocUnsafeSlow(this.#size)
    return this.#buffer
  }

  #took(size: number): boolean {
    if (size === this.#buffer.length) this.#size = Math.min(4 * this.#size, most)
    const part = this.#buffer.subarray(0, size)
    this.#buffer = this.#buffer.subarray(size)
    return this.push(part)
  }

  get connecting(): boolean {
    return this.#socket.connecting
  }

  override _read(): void {
    this.#socket.resume()
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#socket.write(chunk, done)
  }

  override _writev(chunks: readonly { readonly chunk: Buffer }[], done: (error?: Error | null) => void): void {
    this.#socket.cork()
    chunks.forEach(({ chunk }, index) => { this.#socket.write(chunk, index === chunks.length - 1 ? done : undefined) })
    this.#socket.uncork()
  }

  override _final(done: () => void): void {
    if (this.#socket.destroyed) done()
    else this.#socket.end(done)
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#socket.destroy()
    done(error)
  }

  setTimeout(milliseconds: number): this {
    this.#socket.setTimeout(milliseconds)
    return this
  }

  setNoDelay(on?: boolean): this {
    this.#socket.setNoDelay(on)
    return this
  }

  setKeepAlive(on?: boolean, delay?: number): this {
    this.#socket.setKeepAlive(on, delay)
    return this
  }

  ref(): this {
    this.#socket.ref()
    return this
  }

  unref(): this {
    this.#socket.unref()
    return this
  }
}
