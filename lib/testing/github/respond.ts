import type { IncomingHttpHeaders } from 'node:http'
import { authenticate, mayRead, mayWrite, refuseWrite } from './access.ts'
import { type Answer, notFound, refusal } from './answer.ts'
import type { Call, Handler, RepositoryCall } from './call.ts'
import { compareWithDescription } from './compare-with-description.ts'
import { countRequest } from './limits.ts'
import { linksFor } from './links.ts'
import { isGitPath, serveGit, unknownToGit } from './git-backend.ts'
import type { Description } from './openapi.ts'
import type { FakeGithubOptions } from './options.ts'
import { findRoute, type Route } from './routes.ts'
import { seconds } from './seconds.ts'
import { settlePulls } from './settle-pulls.ts'
import { findRepository, fullNameOf, type GithubState, readBranches } from './state.ts'
import { breakUpload } from './upload.ts'

/** A request as it comes. */
export interface Incoming {
  readonly method: string
  /** Path and query. */
  readonly path: string
  readonly request: { readonly headers: IncomingHttpHeaders } & AsyncIterable<Uint8Array>
  /** Whether an upload breaks in the middle. */
  readonly breaks?: boolean
  /** Whether it counts for the primary limit. Default: true. */
  readonly counts?: boolean
}

export interface Parts {
  readonly state: GithubState
  readonly options: FakeGithubOptions
  readonly description: Description | undefined
  /** Where assets are sent from. */
  readonly storage: string
  /** Gathers what is not as GitHub describes it. */
  readonly mistakes: string[]
}

/** What GitHub answers. */
export async function respond(incoming: Incoming, { state, options, description, storage, mistakes }: Parts): Promise<Answer> {
  const { method, path, request: { headers } } = incoming
  const now = (options.now ?? Date.now)()
  const known = authenticate(headers.authorization, { state, apps: options.apps ?? {}, now })
  const git = isGitPath(new URL(path, 'http://localhost').pathname)
  if ('refused' in known) return git ? unknownToGit : known.refused
  const { principal } = known
  if (git) return serveGit(incoming, principal, state)
  const limit = incoming.counts === false ? { headers: {} } : countRequest(principal, { state, hourly: options.hourly ?? 5000, now })
  if ('refused' in limit && limit.refused) return { ...limit.refused, headers: limit.headers }
  const url = new URL(path.replace(/^\/api\/(?:v3|uploads)(?=\/)/, '').replace(/^\/api\/graphql/, '/graphql'), 'http://localhost')
  const { route, params = {} } = findRoute(method, url.pathname) ?? {}
  if (!route) return notFound()
  const body = route.upload || method === 'GET' || method === 'DELETE' ? {} : await jsonIn(incoming.request)
  if (body === undefined) return refusal(400, 'Problems parsing JSON')
  const call: Call = {
    method, url, params, principal, state, body, request: incoming.request, folder: options.folder, digests: options.digests ?? true, now,
    links: linksFor(headers.host ?? 'localhost', path, storage),
  }
  const answer = await dispatch(route, call, incoming.breaks ?? false)
  if (description) mistakes.push(...compareWithDescription({ route, url, params, body, answer }, description))
  return { ...answer, headers: { ...limit.headers, ...answer.headers } }
}

async function dispatch(route: Route, call: Call, breaks: boolean): Promise<Answer> {
  if ('whole' in route.handler) return route.handler.whole(call)
  const { owner = '', repo = '' } = call.params
  const repository = findRepository(call.state, `${owner}/${repo}`)
  if (!repository || !(route.app || mayRead(call.principal, repository))) return notFound()
  if (repository.name.toLowerCase() !== repo.toLowerCase() || repository.owner.toLowerCase() !== owner.toLowerCase()) return moved(call, fullNameOf(repository))
  const writes = mayWrite(call.principal, repository)
  if (route.writes && !writes) return refuseWrite(call.principal)
  if (route.writes && repository.archived) return refusal(403, 'Repository was archived so is read-only.')
  for (const one of call.state.repositories.values()) await readBranches(one)
  await settlePulls(repository, seconds(call.now))
  const handler: Handler<RepositoryCall> = breaks && route.upload ? breakUpload : route.handler.repository
  return handler({ ...call, repository, writes })
}

/** A repository that was renamed. */
function moved({ method, url, params, links }: Call, fullName: string): Answer {
  const location = `${links.api}${url.pathname.replace(`${params['owner']}/${params['repo']}`, fullName)}${url.search}`
  return { ...refusal(method === 'GET' ? 301 : 307, 'Moved Permanently'), headers: { location } }
}

async function jsonIn(request: AsyncIterable<Uint8Array>): Promise<Readonly<Record<string, unknown>> | undefined> {
  const parts: Uint8Array[] = []
  for await (const part of request) parts.push(part)
  const text = Buffer.concat(parts).toString()
  try {
    return text === '' ? {} : JSON.parse(text) as Readonly<Record<string, unknown>>
  } catch {
    return undefined
  }
}
