import type { IncomingMessage, ServerResponse } from 'node:http'

export interface Answer {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: Uint8Array | string
}

/** An error as a registry gives it: OCI distribution specification 1.1, "error codes". */
export function refusal(status: number, code: string, message: string, headers: Readonly<Record<string, string>> = {}): Answer {
  return { status, headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify({ errors: [{ code, message }] }) }
}

export function json(value: unknown, headers: Readonly<Record<string, string>> = {}): Answer {
  return { status: 200, headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(value) }
}

/** Sends it; a HEAD gets the headers alone. */
export function send({ status, headers = {}, body }: Answer, request: IncomingMessage, response: ServerResponse): void {
  const bytes = Buffer.from(body ?? '')
  const length = status === 204 ? {} : { 'content-length': headers['content-length'] ?? String(bytes.length) }
  response.writeHead(status, { ...headers, ...length })
  response.end(request.method === 'HEAD' ? undefined : bytes)
}

/** All of a request's body. Throws where it was cut. */
export async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = []
  for await (const part of request as AsyncIterable<Buffer>) parts.push(part)
  return Buffer.concat(parts)
}
