import { Readable } from 'node:stream'
import type { Response } from 'node-fetch'
import type { Http, HttpBody, HttpRequest, HttpResponse } from '../contracts/http.ts'
import { ReleaseError } from '../values/errors.ts'
import { connectionsOf, type Connection, type Connections } from './http-connections.ts'
import { networkError } from './network-error.ts'
import { timer, type Timer } from './timer.ts'

export interface HttpOptions {
  /** Read for HTTP_PROXY, HTTPS_PROXY, ALL_PROXY, NO_PROXY, SSL_CERT_FILE and NODE_EXTRA_CA_CERTS. */
  readonly environment: Readonly<Record<string, string | undefined>>
  /** Ends every exchange. */
  readonly signal?: AbortSignal
  readonly limits?: TimeLimits
}

/** Milliseconds. */
export interface TimeLimits {
  /** Until a connection stands, TLS included. Default: 30 s. */
  readonly connect?: number
  /** Until something moves again. A registry may hash a large blob before it answers. Default: 2 minutes. */
  readonly idle?: number
}

/** One request on its way: what ends it, and how it may fail. */
interface Exchange {
  readonly request: HttpRequest
  readonly url: URL
  readonly connection: Connection
  readonly controller: AbortController
  readonly idle: number
  /** What ended it, which node-fetch tells in other words: an error of the source, a signal, a limit. */
  ended?: { readonly error: unknown } | undefined
  /** Whether the whole request is on its way. */
  sent: boolean
  release(): void
}

const forgotten = 1 << 18

/**
 * HTTP over node-fetch, with connections that are used again. Proxies are taken from the environment and
 * never used for this machine; certificates are always checked.
 */
export function createHttp({ environment, signal, limits = {} }: HttpOptions): Http {
  const { connect = 30_000, idle = 120_000 } = limits
  let connections: Connections | undefined
  return async request => {
    const url = parsed(request.url)
    connections ??= connectionsOf(environment, connect)
    const connection = await connections(url)
    return exchangeOver(begin({ request, url, connection, idle }, [signal, request.signal]))
  }
}

function parsed(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (!url || !/^https?:$/.test(url.protocol)) {
    throw new ReleaseError('Cannot reach a server: its address is no http or https URL', { code: 'NETWORK', hint: 'Write it as https://host/path.' })
  }
  if (url.username !== '' || url.password !== '') {
    throw new ReleaseError(`Cannot reach ${url.host}: its address holds a user name or a password`, {
      code: 'NETWORK', hint: 'Take it out of the address, and give it as a credential.',
    })
  }
  return url
}

function begin(parts: Pick<Exchange, 'request' | 'url' | 'connection' | 'idle'>, signals: readonly (AbortSignal | undefined)[]): Exchange {
  const controller = new AbortController()
  const stop = (): void => {
    exchange.ended ??= { error: new ReleaseError(`Cannot finish a request to ${parts.url.host}: the run was stopped`, { code: 'CANCELLED' }) }
    controller.abort()
  }
  const exchange: Exchange = {
    ...parts, controller, sent: false,
    release: () => { for (const signal of signals) signal?.removeEventListener('abort', stop) },
  }
  for (const signal of signals) signal?.addEventListener('abort', stop, { once: true })
  if (signals.some(signal => signal?.aborted)) stop()
  return exchange
}

async function exchangeOver(exchange: Exchange): Promise<HttpResponse> {
  const { request: { method, headers = {}, body }, url, connection: { agent }, controller } = exchange
  const waiting = expiring(exchange)
  try {
    const { default: fetch } = await import('node-fetch')
    const whole = body && body.size > 0 ? body : undefined
    exchange.sent = !whole
    if (!whole) waiting.start()
    const response = await fetch(url, {
      method, agent, redirect: 'manual', compress: false, signal: controller.signal,
      headers: { 'User-Agent': 'slipway', ...headers, ...body && { 'Content-Length': String(body.size) } },
      body: whole ? Readable.from(sending(whole, exchange, waiting), { objectMode: false }) : null,
    })
    return answerOf(response, exchange)
  } catch (error) {
    exchange.release()
    throw failureOf(error, exchange, 'reach')
  } finally {
    waiting.stop()
  }
}

function answerOf(response: Response, exchange: Exchange): HttpResponse {
  const body = receiving(response, exchange)
  if (exchange.request.method === 'HEAD' || response.status === 204) exchange.release()
  return {
    status: response.status,
    header: name => response.headers.get(name) ?? undefined,
    body,
    discard: () => discard(body),
  }
}

/** Counts what it sends: a server would wait forever for what is missing. */
async function* sending(body: HttpBody, exchange: Exchange, waiting: Timer): AsyncGenerator<Uint8Array> {
  let size = 0
  let ours = true   // an error that comes in at a yield is the connection's
  try {
    for await (const part of body.open()) {
      size += part.length
      if (size > body.size) throw wrongSize(size, body.size, exchange)
      waiting.start()
      ours = false
      yield part
      ours = true
      waiting.stop()
    }
    if (size < body.size) throw wrongSize(size, body.size, exchange)
    exchange.sent = true
    waiting.start()
  } catch (error) {
    if (ours) exchange.ended ??= { error }
    throw error
  } finally {
    if (!exchange.sent) waiting.stop()
  }
}

function wrongSize(size: number, wanted: number, { url }: Exchange): ReleaseError {
  const count = size > wanted ? `more than ${wanted}` : `${size} in place of ${wanted}`
  return new ReleaseError(`Cannot send to ${url.host}: there are ${count} bytes`, { code: 'CONTENT', hint: 'Run the release again.' })
}

async function* receiving(response: Response, exchange: Exchange): AsyncGenerator<Uint8Array> {
  const waiting = expiring(exchange)
  try {
    const parts = (response.body ?? []) as AsyncIterable<Uint8Array>
    waiting.start()
    for await (const part of parts) {
      waiting.stop()
      yield part
      waiting.start()
    }
  } catch (error) {
    throw failureOf(error, exchange, 'read from')
  } finally {
    waiting.stop()
    exchange.release()
    if (!exchange.sent) exchange.controller.abort()   // it was answered before it had come: nobody wants the rest
  }
}

/** Much is not worth a connection. */
async function discard(body: AsyncIterable<Uint8Array>): Promise<void> {
  let size = 0
  try {
    for await (const part of body) {
      size += part.length
      if (size > forgotten) return
    }
  } catch {
    // What nobody wants to read cannot be missed.
  }
}

function expiring(exchange: Exchange): Timer {
  const { idle, url, connection: { proxy } } = exchange
  return timer(idle, () => {
    const error = Object.assign(new Error(`nothing came for ${idle / 1000} s`), { code: 'ETIMEDOUT' })
    exchange.ended ??= { error: networkError(error, { verb: 'reach', url, proxy }) }
    exchange.controller.abort()
  })
}

function failureOf(error: unknown, { ended, url, connection: { proxy } }: Exchange, verb: 'reach' | 'read from'): unknown {
  if (ended) return ended.error
  return error instanceof ReleaseError ? error : networkError(error, { verb, url, proxy })
}
