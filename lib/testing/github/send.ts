import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { pipeline } from 'node:stream/promises'
import { setTimeout as delay } from 'node:timers/promises'
import type { Answer } from './answer.ts'

/** Sends an answer; with an entity tag, and nothing where the one who asks has it already: RFC 9110, "If-None-Match". */
export async function send(answer: Answer, request: IncomingMessage, response: ServerResponse, { slow = false, now = Date.now() } = {}): Promise<void> {
  const { status, headers = {}, json, file, bytes } = answer
  const common = { date: new Date(now).toUTCString(), 'x-github-request-id': 'FA4E:1', ...headers }
  if (file !== undefined) {
    const { size } = await stat(file)
    response.writeHead(status, { ...common, 'content-length': size, 'content-type': 'application/octet-stream' })
    if (slow) response.flushHeaders()
    await (request.method === 'HEAD' ? response.end() : pipeline(createReadStream(file), response))
    return
  }
  if (bytes !== undefined) {
    response.writeHead(status, { ...common, 'content-length': bytes.length })
    await (slow ? drip(Buffer.from(bytes), response) : new Promise<void>(resolve => { response.end(bytes, () => { resolve() }) }))
    return
  }
  const text = Buffer.from(json === undefined ? '' : JSON.stringify(json))
  const tag = `W/"${createHash('sha256').update(text).digest('hex')}"`
  const same = status === 200 && request.headers['if-none-match'] === tag
  response.writeHead(same ? 304 : status, {
    ...common, ...status === 200 ? { etag: tag } : {},
    ...same || status === 204 ? {} : { 'content-length': text.length, ...(text.length > 0 ? { 'content-type': 'application/json; charset=utf-8' } : {}) },
  })
  if (same || text.length === 0) response.end()
  else await (slow ? drip(text, response) : new Promise<void>(resolve => { response.end(text, () => { resolve() }) }))
}

async function drip(text: Buffer, response: ServerResponse): Promise<void> {
  const size = Math.ceil(text.length / 10)
  for (let at = 0; at < text.length; at += size) {
    response.write(text.subarray(at, at + size))
    await delay(3)
  }
  response.end()
}
