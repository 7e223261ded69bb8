import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { refuseAccess } from './registry/access.ts'
import { type Answer, json, refusal, send } from './registry/answer.ts'
import { answerBlob } from './registry/blobs.ts'
import { listen } from './registry/listen.ts'
import { listReferrers, listTags } from './registry/listings.ts'
import { answerManifest } from './registry/manifests.ts'
import type { FakeRegistryOptions } from './registry/options.ts'
import { emptyState, repositoryOf, type Repository, type State } from './registry/state.ts'
import { startTokenServer, type TokenServer } from './registry/token-server.ts'
import { answerUpload, beginUpload } from './registry/uploads.ts'

export interface FakeRegistry {
  /** Host and port: `127.0.0.1:40123`. */
  readonly host: string
  readonly url: string
  /** What was asked of it, in order: `GET /v2/app/manifests/1.0`, the query with it. */
  readonly requests: readonly LoggedRequest[]
  /** What was asked of the token server: `GET /token?service=...`. */
  readonly tokenRequests: readonly string[]
  /** What was asked of the other origin that blobs are read from. */
  readonly elsewhere: readonly LoggedRequest[]
  /** What it holds; made where there is none. */
  repository(name: string): Repository
  close(): Promise<void>
}

export interface LoggedRequest {
  /** Method and path: `PUT /v2/app/manifests/1.0`. */
  readonly line: string
  readonly method: string
  /** Path and query. */
  readonly path: string
  readonly headers: IncomingMessage['headers']
  /** 0 until it was answered, and where it was cut. */
  readonly status: number
}

interface Parts {
  readonly state: State
  readonly options: FakeRegistryOptions
  readonly tokens: TokenServer | undefined
  readonly storage: string | undefined
}

const nothing: Repository = { blobs: new Map(), manifests: new Map(), tags: new Map() }

const route = /^\/v2\/(?<name>[a-z0-9._/-]+)\/(?:manifests\/(?<reference>[^/]+)|blobs\/uploads\/(?<upload>[^/]*)|blobs\/(?<digest>sha256:[a-f0-9]{64})|tags\/(?<tags>list)|referrers\/(?<subject>sha256:[a-f0-9]{64}))$/

/** A small and strict registry in memory on a free port: OCI distribution specification 1.1. */
export async function startFakeRegistry(options: FakeRegistryOptions = {}): Promise<FakeRegistry> {
  const state = emptyState()
  const tokens = options.auth?.kind === 'token' ? await startTokenServer(options.auth) : undefined
  const storage = options.redirectBlobs ? await startStorage(state) : undefined
  const parts = { state, options, tokens, storage: storage?.url }
  const { requests, server } = logged(request => answer(request, parts))
  const listening = await listen(server)
  return {
    host: listening.host, url: listening.url, requests, tokenRequests: tokens?.requests ?? [], elsewhere: storage?.requests ?? [],
    repository: name => repositoryOf(state, name),
    close: async () => { for (const one of [listening, tokens, storage]) await one?.close() },
  }
}

function logged(respond: (request: IncomingMessage) => Promise<Answer>): { requests: LoggedRequest[], server: ReturnType<typeof createServer> } {
  const requests: LoggedRequest[] = []
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { method = '', url: path = '', headers } = request
    const entry = { line: `${method} ${path}`, method, path, headers, status: 0 }
    requests.push(entry)
    request.on('error', () => {})   // a cut is seen by whoever reads the body
    try {
      const found = await respond(request)
      entry.status = found.status
      send(found, request, response)
    } catch {
      response.destroy()
    }
  }
  return { requests, server: createServer((request, response) => { void serve(request, response) }) }
}

/** Another origin that has every blob: what a registry's object store is. */
async function startStorage(state: State): Promise<Awaited<ReturnType<typeof listen>> & { requests: readonly LoggedRequest[] }> {
  const { requests, server } = logged(async request => {
    const digest = (request.url ?? '').slice(1).split('?')[0] ?? ''
    const holder = [...state.repositories.values()].find(({ blobs }) => blobs.has(digest))
    if (request.headers.authorization !== undefined) return refusal(400, 'DENIED', 'only one way to authorize is allowed')
    return holder ? answerBlob(request, digest, holder, {}) : { status: 404 }
  })
  return { ...await listen(server), requests }
}

async function answer(request: IncomingMessage, { state, options, tokens, storage }: Parts): Promise<Answer> {
  const instead = options.instead?.(request)
  if (instead) return instead
  const url = new URL(request.url ?? '/', 'http://localhost')
  const { name, reference, upload, digest, tags, subject } = route.exec(decodeURIComponent(url.pathname))?.groups ?? {}
  if (url.pathname === '/v2/') return json({})
  if (name === undefined) return refusal(404, 'NAME_INVALID', 'there is no such path')
  const wanted = { repository: name, action: actionOf(request) }
  const refused = options.auth && refuseAccess(request, wanted, options.auth, tokens)
  if (refused) {
    request.resume()
    return refused
  }
  // Asking for what is not there makes no repository.
  const repository = request.method === 'PUT' ? repositoryOf(state, name) : state.repositories.get(name) ?? nothing
  if (reference !== undefined) return answerManifest(request, reference, repository, options)
  if (tags !== undefined) return listTags(url, name, state.repositories.get(name), options)
  if (subject !== undefined) return listReferrers(url, name, subject, state.repositories.get(name), options)
  if (digest !== undefined && storage !== undefined && request.method === 'GET' && repository.blobs.has(digest)) {
    return { status: 307, headers: { location: `${storage}/${digest}?signature=secret` } }
  }
  if (digest !== undefined) return answerBlob(request, digest, repository, options)
  const mayRead = (repository: string): boolean =>
    !options.auth || !refuseAccess(request, { repository, action: 'pull' }, options.auth, tokens)
  const place = { state, name, options, mayRead }
  if (upload === '' && request.method === 'POST') return beginUpload(url, request, place)
  return answerUpload(url, request, upload ?? '', place)
}

function actionOf({ method }: IncomingMessage): 'pull' | 'push' | 'delete' {
  if (method === 'DELETE') return 'delete'
  return method === 'GET' || method === 'HEAD' ? 'pull' : 'push'
}
