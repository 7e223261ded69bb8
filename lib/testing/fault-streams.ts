import type { ClientRequest, IncomingMessage, ServerResponse } from 'node:http'
import { pipeline } from 'node:stream/promises'
import { setTimeout as delay } from 'node:timers/promises'

/** Milliseconds before a slow answer begins, and between its parts. */
const [slowStart, slowPart] = [30, 5]
const parts = 10

/** What only two ends of one connection say to each other: RFC 9110, "Connection". */
const ofConnection = ['connection', 'keep-alive', 'proxy-connection']

/** Passes a request's body on; where the client goes away, the server gets no whole request. */
export function passRequest(request: IncomingMessage, upstream: ClientRequest): void {
  pipeline(request, upstream).catch(() => { upstream.destroy() })
}

/** Passes half of a body on, and ends both connections; a request without one ends before it is passed on. */
export function passHalf(request: IncomingMessage, upstream: ClientRequest): void {
  let left = Math.floor(Number(request.headers['content-length'] ?? 0) / 2)
  const cut = (): void => {
    upstream.destroy()
    request.socket.resetAndDestroy()
  }
  if (left === 0) return cut()
  request.on('data', (part: Buffer) => {
    const half = part.subarray(0, left)
    left -= half.length
    upstream.write(half, () => { if (left === 0) cut() })
  })
}

/** @param body of the answer, where it is not read yet the answer itself */
export async function passAnswer(
  answer: IncomingMessage, body: AsyncIterable<Buffer> | Iterable<Buffer>, response: ServerResponse, { slow, isHead }: { readonly slow: boolean, readonly isHead: boolean },
): Promise<void> {
  if (slow) await delay(slowStart)
  const headers = Object.fromEntries(Object.entries(answer.headers).filter(([name]) => !ofConnection.includes(name)))
  response.writeHead(answer.statusCode ?? 502, answer.statusMessage, headers)
  if (isHead) response.end()
  else await (slow ? pipeline(body, drip, response) : pipeline(body, response)).catch(() => { response.destroy() })
}

async function* drip(body: AsyncIterable<Buffer> | Iterable<Buffer>): AsyncGenerator<Buffer> {
  for await (const chunk of body) {
    const size = Math.max(1, Math.ceil(chunk.length / parts))
    for (let at = 0; at < chunk.length; at += size) {
      yield chunk.subarray(at, at + size)
      await delay(slowPart)
    }
  }
}
