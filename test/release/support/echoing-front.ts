import { createServer, request as ask, type IncomingMessage, type ServerResponse } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { listen } from '../../../lib/testing/listen.ts'

/** How a server's errors look. */
export type Dialect = 'github' | 'registry' | 's3' | 'text'

/** What a front does with a request: it passes it on, repeats all that it was sent, or sends whoever asks elsewhere. */
export type Mood = 'pass' | 'repeat' | 'redirect'

export interface Front {
  readonly url: string
  /** How many requests were not passed on. */
  readonly odd: number
  /** All that was said in place of the server. */
  readonly said: readonly string[]
  close(): Promise<void>
}

export interface FrontOptions {
  readonly target: string
  readonly dialect: Dialect
  /** @param count counted from 1 */
  mood(request: { readonly method: string; readonly path: string }, count: number): Mood
  /** Where to, for redirects. */
  readonly elsewhere: string
}

/** Stands before a server. What it repeats is what was sent, in every form that a server could write it in. */
export async function startFront({ target, dialect, mood, elsewhere }: FrontOptions): Promise<Front> {
  let [count, odd] = [0, 0]
  const said: string[] = []
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { method = '', url = '' } = request
    count += 1
    const now = mood({ method, path: url }, count)
    if (now === 'pass') {
      pass(request, response, target)
      return
    }
    odd += 1
    const body = await buffer(request).catch(() => Buffer.alloc(0))
    if (now === 'redirect') response.writeHead(307, { Location: `${elsewhere}${url}` }).end()
    else said.push(repeat(response, dialect, [...Object.entries(request.headers).sort(([one], [other]) => rankOf(one) - rankOf(other)).map(([, value]) => String(value)), url, body.subarray(0, 2000).toString('latin1')], count))
  }
  const { host, close } = await listen(createServer((request, response) => { serve(request, response).catch(() => response.destroy()) }))
  return { url: `http://${host}`, said, get odd() { return odd }, close }
}

/** What authorizes stands first, where nothing is cut off. */
function rankOf(header: string): number {
  return ['x-amz-security-token', 'authorization'].includes(header) ? 0 : 1
}

function pass(request: IncomingMessage, response: ServerResponse, target: string): void {
  const { hostname, port } = new URL(target)
  let whole = false
  const upstream = ask({ hostname, port, method: request.method, path: request.url, headers: request.headers, agent: false }, answer => {
    response.writeHead(answer.statusCode ?? 500, answer.headers)
    answer.pipe(response)
    answer.on('end', () => { whole = true }).on('error', () => { response.destroy() })
  })
  for (const one of [request, response]) one.on('error', () => {})   // who goes away is no error here
  upstream.on('error', () => { if (!whole) response.destroy() })   // who answers before all has come may cut what is still sent
  request.pipe(upstream)
}

/** Texts before it are of different lengths, so that what is shortened is cut at different places of it. */
function repeat(response: ServerResponse, dialect: Dialect, sent: readonly string[], count: number): string {
  const words = sent.flatMap(text => {
    const credential = text.replace(/^(?:Basic|Bearer|token) /i, '')
    const plain = Buffer.from(credential, 'base64').toString('latin1')
    return [credential, plain, ...[credential, plain].flatMap(one => [encodeURIComponent(one), Buffer.from(one, 'latin1').toString('hex'), Buffer.from(one, 'latin1').toString('base64')])]
  })
  const text = `${'x'.repeat((count * 17) % 299)} ${[...words.slice(count % 8), ...words.slice(0, count % 8)].join(' ')}`
  const json = (status: number, body: object): void => { response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body)) }
  if (dialect === 'github') json(count % 2 === 0 ? 403 : 422, { message: text, errors: [text, { message: text }], documentation_url: text })
  else if (dialect === 'registry') json(count % 2 === 0 ? 403 : 400, { errors: [{ code: 'DENIED', message: text, detail: text }] })
  else if (dialect === 's3') response.writeHead(400, { 'Content-Type': 'application/xml' }).end(`<Error><Code>Odd</Code><Message>${text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')}</Message></Error>`)
  else response.writeHead(403, { 'Content-Type': 'text/plain' }).end(text)
  return text
}
