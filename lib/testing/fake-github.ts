import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { refusal } from './github/answer.ts'
import { secondaryLimit } from './github/limits.ts'
import { openDescription } from './github/openapi.ts'
import type { FakeGithubFault, FakeGithubOptions, FakeGithubRequest, FaultOptions } from './github/options.ts'
import { respond, type Incoming, type Parts } from './github/respond.ts'
import { send } from './github/send.ts'
import { findSecrets, secretsOf } from './github/secrets.ts'
import { type AssetState, findRepository, initialState, type RepositoryState } from './github/state.ts'
import { witness, type Witness } from './github/witness.ts'
import { listen } from './listen.ts'

/** A GitHub of one's own, which holds releases, pull requests, and repositories that lie on the disk. */
export interface FakeGithub {
  /** Where it listens, as `baseUrl` names it: `http://127.0.0.1:40123`. With `/api/v3` it is a GitHub Enterprise Server. */
  readonly url: string
  /** All that was asked of it, in order. */
  readonly requests: readonly FakeGithubRequest[]
  /** Where a token came by any other way than in the Authorization header of GitHub itself. */
  readonly leaks: readonly string[]
  /** What of requests and answers is not as GitHub describes it; empty without a description. */
  readonly mistakes: readonly string[]
  /** Lets requests fail. */
  break(fault: FakeGithubFault, options?: FaultOptions): void
  /** What somebody without an account sees of a repository. Not a request: nothing is counted, and nothing fails. */
  witness(repository: string): Promise<Witness>
  /** All of a repository, to look at and to change behind everybody's back. */
  inside(repository: string): RepositoryState
  close(): Promise<void>
}

interface Planned extends Required<FaultOptions> {
  readonly fault: FakeGithubFault
}

interface Serving {
  readonly parts: Parts
  readonly options: FakeGithubOptions
  readonly requests: FakeGithubRequest[]
  readonly leaks: string[]
  /** The fault of this request, where there is one. */
  planned(): Planned | undefined
}

/**
 * Plays api.github.com, uploads.github.com, and the pages of github.com that releases are downloaded from, on a free port of
 * this machine. What it was told to be is forgotten when it is closed; assets stay in the folder.
 */
export async function startFakeGithub(options: FakeGithubOptions): Promise<FakeGithub> {
  const state = initialState(options)
  const requests: FakeGithubRequest[] = []
  const [mistakes, leaks]: [string[], string[]] = [[], []]
  let faults: Planned | undefined
  const planned = (): Planned | undefined => {
    if (!faults) return undefined
    faults = { ...faults, at: faults.at - 1 }
    const now = faults.at <= 0 ? faults : undefined
    if (faults.at <= 1 - faults.times) faults = undefined
    return now
  }
  const serving = { options, requests, leaks, planned }
  const storage = await listen(createServer((request, response) => { void serveAsset({ ...serving, parts }, request, response) }))
  const parts: Parts = {
    state, options, mistakes, description: options.description === undefined ? undefined : openDescription(options.description), storage: `http://${storage.host}`,
  }
  const github = await listen(createServer((request, response) => { void serve({ ...serving, parts }, request, response) }))
  return {
    url: `http://${github.host}`, requests, leaks, mistakes,
    break: (fault, { at = 1, times = 1, status = 403, retryAfter = 1 } = {}) => { faults = { fault, at, times, status, retryAfter } },
    witness: repository => witness(repository, path => respond(quietly(path), { ...parts, description: undefined }), location => assetAt(new URL(location, 'http://localhost').pathname, parts)?.file),
    inside: name => findRepository(state, name) ?? unknown(name),
    close: async () => { await Promise.all([github.close(), storage.close()]) },
  }
}

async function serve(serving: Serving, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { parts, leaks } = serving
  const entry = logged(serving, request, 'github')
  leaks.push(...findSecrets(request, secretsOf(parts), entry.line))
  await exchange(serving, { entry, request, response }, async fault => {
    if (fault?.fault === 'limit') return secondaryLimit(fault.status, fault.retryAfter)
    const upload = request.method === 'POST' && /\/releases\/\d+\/assets(?:\?|$)/.test(entry.path)
    if (fault?.fault === 'error' && !upload) return refusal(500, 'Server Error')
    const incoming: Incoming = { method: entry.method, path: entry.path, request: fault?.fault === 'torn' ? torn(request) : request, breaks: fault?.fault === 'error' }
    return respond(incoming, parts)
  })
}

async function serveAsset(serving: Serving, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const entry = logged(serving, request, 'storage')
  await exchange(serving, { entry, request, response }, async fault => {
    if (fault && ['error', 'limit'].includes(fault.fault)) return { status: fault.fault === 'error' ? 500 : 503 }
    if (request.headers.authorization !== undefined) {
      serving.leaks.push(`${entry.line}: the storage is told who asks`)
      return refusal(400, 'Only one auth mechanism allowed')
    }
    const asset = assetAt(new URL(entry.path, 'http://localhost').pathname, serving.parts)
    if (!asset) return { status: 404 }
    asset.downloads += 1
    return { status: 200, file: asset.file }
  })
}

interface Exchange {
  readonly entry: FakeGithubRequest & { status: number }
  readonly request: IncomingMessage
  readonly response: ServerResponse
}

type Respond = (fault: Planned | undefined) => ReturnType<typeof respond>

async function exchange({ options, planned }: Serving, { entry, request, response }: Exchange, respondTo: Respond): Promise<void> {
  request.on('error', () => {})   // a cut is seen by whoever reads the body
  const fault = planned()
  try {
    await options.watch?.('before', entry)
    if (fault?.fault === 'cut') {
      request.socket.resetAndDestroy()
      return
    }
    const answer = await respondTo(fault)
    await options.watch?.('after', entry)
    if (fault?.fault === 'lost' || fault?.fault === 'torn') {
      request.socket.resetAndDestroy()
      return
    }
    entry.status = answer.status
    request.resume()
    await send(answer, request, response, { slow: fault?.fault === 'slow', now: (options.now ?? Date.now)() })
  } catch {
    response.destroy()
  }
}

function logged({ requests }: Serving, request: IncomingMessage, server: FakeGithubRequest['server']): Exchange['entry'] {
  const { method = '', url = '' } = request
  // A proxy is asked for whole addresses.
  const path = url.replace(/^https?:\/\/[^/]+/, '')
  const entry = { number: requests.length + 1, line: `${method} ${path}`, method, path, server, status: 0 }
  requests.push(entry)
  return entry
}

/** Half of a request. */
function torn(request: IncomingMessage): Incoming['request'] {
  const half = Math.floor(Number(request.headers['content-length'] ?? 0) / 2)
  const parts = async function* (): AsyncGenerator<Uint8Array> {
    let left = half
    for await (const part of request as AsyncIterable<Uint8Array>) {
      yield part.subarray(0, left)
      left -= part.length
      if (left <= 0) break
    }
    throw new Error('the connection was cut')
  }
  return { headers: request.headers, [Symbol.asyncIterator]: parts }
}

/** Asked from inside, by somebody without an account. */
function quietly(path: string): Incoming {
  return { method: 'GET', path, counts: false, request: { headers: { host: 'localhost' }, [Symbol.asyncIterator]: async function* () { /* no body */ } } }
}

function assetAt(pathname: string, { state }: Parts): AssetState | undefined {
  const [, name = '', id] = /^\/([^/]+\/[^/]+)\/(\d+)$/.exec(pathname) ?? []
  const releases = [...findRepository(state, name)?.releases.values() ?? []]
  return releases.flatMap(({ assets }) => assets.get(Number(id)) ?? []).find(({ state: is }) => is === 'uploaded')
}

function unknown(name: string): never {
  throw new Error(`there is no repository ${name}`)
}
