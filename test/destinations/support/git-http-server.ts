import { spawn } from 'node:child_process'
import { createServer as createPlain, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http'
import { createServer as createSecure } from 'node:https'
import type { TlsCertificate } from '../../support/tls-certificate.ts'
import { listen } from '../../../lib/testing/listen.ts'

export interface GitHttpServer {
  /** `http://127.0.0.1:49152` */
  readonly url: string
  /** `POST /tap.git/git-receive-pack`, with who asks. */
  readonly requests: readonly string[]
  /** Every header Authorization that came. */
  readonly authorizations: readonly string[]
  /** Answers in place of git: a status, with a place for redirects; undefined for git again. */
  instead(answer: ((request: IncomingMessage) => { readonly status: number; readonly location?: string; readonly body?: string } | undefined) | undefined): void
  close(): Promise<void>
}

export interface GitHttpOptions {
  /** The folder that repositories are in. */
  readonly root: string
  /** Passwords of those who may write, and of those who may read, by name. */
  readonly writers?: Readonly<Record<string, string>>
  readonly readers?: Readonly<Record<string, string>>
  readonly tls?: TlsCertificate
}

/**
 * Serves repositories over git's smart HTTP by `git http-backend`, with Basic authentication where there are names.
 * Source: https://git-scm.com/docs/git-http-backend, and RFC 3875 for what it is given and gives.
 */
export async function startGitHttp(options: GitHttpOptions): Promise<GitHttpServer> {
  const requests: string[] = []
  const authorizations: string[] = []
  let other: Parameters<GitHttpServer['instead']>[0]
  const serve: RequestListener = (request, response) => {
    const { authorization } = request.headers
    if (authorization !== undefined) authorizations.push(authorization)
    const user = userOf(authorization, options)
    requests.push(`${request.method} ${request.url} ${user?.name ?? 'nobody'}`)
    const answer = other?.(request)
    if (answer) {
      request.resume()
      response.writeHead(answer.status, answer.location === undefined ? {} : { Location: answer.location }).end(answer.body)
      return
    }
    const status = refusal(request, user, options)
    if (status === undefined) runBackend(request, response, options.root, user?.name)
    else response.writeHead(status, { 'WWW-Authenticate': 'Basic realm="git"' }).end()
  }
  const server = options.tls ? createSecure({ key: options.tls.key, cert: options.tls.cert }, serve) : createPlain(serve)
  const { host, close } = await listen(server)
  return { url: `${options.tls ? 'https' : 'http'}://${host}`, requests, authorizations, instead: answer => { other = answer }, close }
}

interface User { readonly name: string; readonly writes: boolean }

function userOf(authorization: string | undefined, { writers = {}, readers = {} }: GitHttpOptions): User | undefined {
  const [name = '', password = ''] = Buffer.from(authorization?.replace(/^Basic /, '') ?? '', 'base64').toString().split(/:(.*)/s)
  if (writers[name] !== undefined && writers[name] === password) return { name, writes: true }
  return readers[name] !== undefined && readers[name] === password ? { name, writes: false } : undefined
}

function refusal(request: IncomingMessage, user: User | undefined, { writers, readers }: GitHttpOptions): number | undefined {
  if (!writers && !readers) return undefined
  if (!user) return 401
  return /git-receive-pack/.test(request.url ?? '') && !user.writes ? 403 : undefined
}

function runBackend(request: IncomingMessage, response: ServerResponse, root: string, user: string | undefined): void {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://x')
  const { 'content-type': type, 'content-length': length, 'content-encoding': encoding, 'git-protocol': protocol } = request.headers
  // A group of its own: git starts another program, which would go on alone.
  const child = spawn('git', ['http-backend'], {
    detached: true,
    env: {
      PATH: process.env['PATH'], GIT_PROJECT_ROOT: root, GIT_HTTP_EXPORT_ALL: '1', GIT_CONFIG_NOSYSTEM: '1', GIT_CONFIG_GLOBAL: '/dev/null',
      // Who may push is told by the front; without a name nobody may.
      REMOTE_USER: user ?? 'anybody', REMOTE_ADDR: '127.0.0.1', PATH_INFO: decodeURIComponent(pathname), QUERY_STRING: searchParams.toString(), REQUEST_METHOD: request.method,
      ...type ? { CONTENT_TYPE: type } : {}, ...length ? { CONTENT_LENGTH: length } : {}, ...encoding ? { HTTP_CONTENT_ENCODING: encoding } : {},
      ...protocol ? { GIT_PROTOCOL: String(protocol) } : {},
    },
  })
  for (const one of [child.stdin, child, request, response]) one.on('error', () => {})   // whoever goes away is no error here
  request.pipe(child.stdin)
  const stop = (): void => {
    if (child.pid !== undefined && child.exitCode === null && child.signalCode === null) process.kill(-child.pid, 'SIGKILL')
  }
  request.once('close', () => { if (!request.complete) stop() })
  // Nobody reads what it still has to say.
  response.once('close', () => { if (!response.writableFinished) stop() })
  child.stderr.resume()
  let head = Buffer.alloc(0)
  const reading = (part: Buffer): void => {
    head = Buffer.concat([head, part])
    const end = head.indexOf('\r\n\r\n')
    if (end < 0) return
    child.stdout.off('data', reading)
    const headers = head.subarray(0, end).toString().split('\r\n').map(line => line.split(/: (.*)/s).slice(0, 2) as [string, string])
    const [, status = '200'] = headers.find(([name]) => name === 'Status') ?? []
    response.writeHead(Number.parseInt(status, 10), Object.fromEntries(headers.filter(([name]) => name !== 'Status')))
    response.write(head.subarray(end + 4))
    child.stdout.pipe(response)
  }
  child.stdout.on('data', reading)
  child.once('close', () => { if (!response.headersSent) response.writeHead(500).end() })
}
