import { createServer, request as askPlain, type IncomingMessage, type RequestOptions, type ServerResponse } from 'node:http'
import { request as askSecure } from 'node:https'
import { passAnswer, passHalf, passRequest } from './fault-streams.ts'
import { listen } from './listen.ts'

/**
 * What becomes of a request. `error`: it is answered with 500 and goes no further. `cut`: the connection ends before anything is
 * passed on. `torn`: half of its body is passed on. `lost`: it is carried out, and the answer never comes. `slow`: the answer
 * drips. `limit`: it is answered with 429 and Retry-After. `expired`: it is answered with 401, as when a token has expired.
 */
export type Fault = 'error' | 'cut' | 'torn' | 'lost' | 'slow' | 'limit' | 'expired'

/** Those that the next try may be spared. */
export const allFaults: readonly Fault[] = ['error', 'cut', 'torn', 'lost', 'slow', 'limit']

const answers: Readonly<Partial<Record<Fault, number>>> = { error: 500, limit: 429, expired: 401 }

export interface FaultPlan {
  /** Which request from now, counted from 1. Default: 1. */
  readonly at?: number
  /** How many in a row. Default: 1. */
  readonly times?: number
  /** Seconds that `limit` and `error` ask for. Default: 0. */
  readonly retryAfter?: number
}

export interface PassedRequest {
  /** Counted from 1. */
  readonly number: number
  readonly method: string
  /** Path and query. */
  readonly path: string
  /** What the server answered; 0 until then, and where it was not asked. */
  readonly status: number
}

export interface FaultProxyOptions {
  /** The server's address without a path: `http://127.0.0.1:5000`. */
  readonly target: string
  /**
   * Told of each request as it comes, before any of it is passed on, and once the server has carried it out, its answer whole, before
   * any of that is passed on. Nothing goes on before it returns. A fault that it returns before happens to this request; with any
   * one after, the answer is lost. With it, each answer is held in memory.
   */
  readonly watch?: (moment: 'before' | 'after', request: PassedRequest) => void | Fault | Promise<void | Fault>
}

export interface FaultProxy {
  /** Where it listens: `http://127.0.0.1:40123`. */
  readonly url: string
  /** All that was asked of it, in order. */
  readonly requests: readonly PassedRequest[]
  /** Has a fault happen from now on, in place of what was planned before; undefined for none. */
  break(fault: Fault | undefined, plan?: FaultPlan): void
  /** Resolves when nothing is under way any more: what somebody asked who is gone is carried out all the same. */
  idle(): Promise<void>
  close(): Promise<void>
}

interface Exchange {
  readonly entry: { -readonly [Name in keyof PassedRequest]: PassedRequest[Name] }
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly fault: Fault | undefined
  readonly retryAfter: number
}

/**
 * Stands before a server on a free port of this machine, and lets requests fail. Who asks it is told to the server as it is, so
 * that addresses that the server makes from it lead here again.
 * @example
 * const proxy = await startFaultProxy({ target: 'http://127.0.0.1:5000' })
 * proxy.break('lost', { at: 3 })
 */
export async function startFaultProxy(options: FaultProxyOptions): Promise<FaultProxy> {
  const requests: PassedRequest[] = []
  const exchanges = new Set<Promise<void>>()
  let planned: Required<FaultPlan> & { readonly fault: Fault | undefined } = { fault: undefined, at: 1, times: 0, retryAfter: 0 }
  const server = createServer((request, response) => {
    const { method = '', url: path = '' } = request
    const entry = { number: requests.length + 1, method, path, status: 0 }
    requests.push(entry)
    const { at, times, fault, retryAfter } = planned
    planned = { ...planned, at: at - 1 }
    for (const one of [request, response]) one.on('error', () => {})   // a client that goes away is no error here
    const own = exchange({ entry, request, response, retryAfter, fault: at <= 1 && at > 1 - times ? fault : undefined }, options)
      .catch(() => { request.socket.destroy() }).finally(() => exchanges.delete(own))
    exchanges.add(own)
  })
  const { host, close } = await listen(server)
  return {
    url: `http://${host}`, requests, close, idle: async () => { while (exchanges.size > 0) await Promise.all(exchanges) },
    break: (fault, { at = 1, times = 1, retryAfter = 0 } = {}) => { planned = { fault, at, times, retryAfter } },
  }
}

async function exchange(given: Exchange, options: FaultProxyOptions): Promise<void> {
  const own = { ...given, fault: await options.watch?.('before', given.entry) ?? given.fault }
  const { request, response, fault, retryAfter } = own
  const status = fault && answers[fault]
  if (fault === 'cut') request.socket.resetAndDestroy()
  else if (status !== undefined) {
    request.resume()
    response.writeHead(status, { ...status !== 401 && { 'Retry-After': String(retryAfter) }, 'Content-Type': 'text/plain' }).end('try again')
  } else await passOn(own, options)
}

/** Resolves when the server is done with it. */
async function passOn(own: Exchange, options: FaultProxyOptions): Promise<void> {
  const { request, fault } = own
  const upstream = (options.target.startsWith('https:') ? askSecure : askPlain)(targetOf(request, options.target))
  const answer = new Promise<IncomingMessage | undefined>(resolve => {
    upstream.once('response', resolve).once('close', () => { resolve(undefined) }).on('error', () => { request.socket.destroy() })
  })
  if (fault === 'torn') passHalf(request, upstream)
  else passRequest(request, upstream)
  const answering = await answer
  if (answering) await answered(own, answering, options)
}

function targetOf({ method, url, headers }: IncomingMessage, target: string): RequestOptions {
  const { hostname, port, protocol } = new URL(target)
  return { protocol, hostname, port, method, path: url, headers, agent: false }
}

async function answered({ entry, request, response, fault }: Exchange, answer: IncomingMessage, { watch }: FaultProxyOptions): Promise<void> {
  entry.status = answer.statusCode ?? 0
  // Some servers begin to answer before the work is done.
  const held: readonly Buffer[] | undefined = watch || fault === 'lost' ? await answer.toArray() : undefined
  const lost = await watch?.('after', entry) !== undefined || fault === 'lost'
  if (lost) request.socket.resetAndDestroy()
  else await passAnswer(answer, held ?? answer, response, { slow: fault === 'slow', isHead: request.method === 'HEAD' })
}
