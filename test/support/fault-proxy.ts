import { createServer, request as ask, type IncomingMessage, type RequestOptions, type ServerResponse } from 'node:http'
import { listen } from './registry/listen.ts'

/**
 * `reset` before anything is passed on; `lose` the answer after everything was; `stall` until the client gives up; `truncate`
 * or `flip` a byte of the answer's body; answer `429` or `500` instead; `cut` the request in the middle of its body.
 */
export type Fault = 'reset' | 'lose' | 'stall' | 'truncate' | 'flip' | '429' | '500' | 'cut'

export const faults: readonly Fault[] = ['reset', 'lose', 'stall', 'truncate', 'flip', '429', '500', 'cut']

export interface FaultProxy {
  readonly host: string
  /** `PUT /v2/app/manifests/1.0`, in order. */
  readonly requests: readonly string[]
  /** Has a fault happen at that request, counted from 1 and from now on, and at so many in all; undefined for none. */
  break(fault: Fault | undefined, at?: number, times?: number): void
  close(): Promise<void>
}

/** A proxy before one server that breaks the requests it is told to. */
export async function startFaultProxy(target: string): Promise<FaultProxy> {
  const requests: string[] = []
  let planned: { readonly fault: Fault | undefined, at: number, readonly times: number } = { fault: undefined, at: 0, times: 0 }
  const server = createServer((request, response) => {
    requests.push(`${request.method} ${request.url}`)
    planned.at -= 1
    const now = planned.at <= 0 && planned.at > -planned.times ? planned.fault : undefined
    for (const one of [request, response]) one.on('error', () => {})   // a client that goes away is no error here
    serve(now, request, response, target)
  })
  return {
    ...await listen(server), requests,
    break: (fault, at = 1, times = 1) => { planned = { fault, at, times } },
  }
}

function serve(fault: Fault | undefined, request: IncomingMessage, response: ServerResponse, target: string): void {
  switch (fault) {
    case 'stall': return
    case 'reset':
      request.socket.resetAndDestroy()
      return
    case '429':
    case '500':
      request.resume()
      response.writeHead(Number(fault), { 'Retry-After': '0' }).end('try again')
      return
    case 'lose': case 'truncate': case 'flip': case 'cut': case undefined: passOn(fault, request, response, target)
  }
}

function passOn(fault: Fault | undefined, request: IncomingMessage, response: ServerResponse, target: string): void {
  const [host, port] = target.split(':')
  const options: RequestOptions = { host, port, method: request.method, path: request.url, headers: request.headers, agent: false }
  const upstream = ask(options, answer => {
    answer.on('error', () => { response.destroy() })
    if (fault === 'lose') {
      answer.resume()
      answer.once('end', () => { request.socket.resetAndDestroy() })
      return
    }
    response.writeHead(answer.statusCode ?? 502, answer.headers)
    response.flushHeaders()
    void pass(answer, response, request, fault)
  })
  upstream.on('error', () => { request.socket.destroy() })
  if (fault === 'cut') cutRequest(request, upstream)
  else request.pipe(upstream)
}

async function pass(answer: IncomingMessage, response: ServerResponse, request: IncomingMessage, fault: Fault | undefined): Promise<void> {
  const parts: Buffer[] = []
  for await (const part of answer as AsyncIterable<Buffer>) parts.push(part)
  const bytes = Buffer.concat(parts)
  if (fault === 'truncate' && bytes.length > 0) {
    response.write(bytes.subarray(0, bytes.length / 2), () => { request.socket.resetAndDestroy() })
    return
  }
  const middle = Math.floor(bytes.length / 2)
  if (fault === 'flip' && bytes.length > 0) bytes.writeUInt8(bytes.readUInt8(middle) ^ 1, middle)
  response.end(bytes)
}

/** Half of the body arrives; a request without one is reset. */
function cutRequest(request: IncomingMessage, upstream: ReturnType<typeof ask>): void {
  let left = Math.floor(Number(request.headers['content-length'] ?? 0) / 2)
  const cut = (): void => {
    upstream.destroy()
    request.socket.resetAndDestroy()
  }
  if (left === 0) cut()
  request.on('data', (part: Buffer) => {
    const half = part.subarray(0, left)
    left -= half.length
    upstream.write(half, () => { if (left === 0) cut() })
  })
}
