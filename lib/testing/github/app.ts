import { randomBytes } from 'node:crypto'
import { json, notFound, refusal } from './answer.ts'
import type { Handler, RepositoryCall } from './call.ts'
import { page } from './page.ts'
import { presentRepository } from './present-repository.ts'
import { presentUser } from './present-user.ts'
import { rightOf } from './access.ts'
import { seconds } from './seconds.ts'
import { findRepository } from './state.ts'

const hour = 3_600_000

export const getInstallation: Handler<RepositoryCall> = ({ repository, state, principal, links }) => {
  if (principal.kind !== 'app') return refusal(401, 'A JSON web token could not be decoded')
  const [id, installation] = [...state.installations].find(([, { app }]) => app === principal.login) ?? []
  if (id === undefined || !installation || rightOf({ ...principal, may: installation.may }, repository) === undefined) return notFound()
  const url = `${links.api}/app/installations/${id}`
  return json({
    id, app_id: Number(installation.app), app_slug: 'releaser', target_id: 1, target_type: 'Organization', single_file_name: null,
    repository_selection: 'selected', access_tokens_url: `${url}/access_tokens`, html_url: `${links.web}/settings/installations/${id}`,
    repositories_url: `${links.api}/installation/repositories`, events: [], account: presentUser(repository.owner, links),
    permissions: { contents: 'write', metadata: 'read' }, created_at: '2026-01-01T00:00:00Z', updated_at: '2026-01-01T00:00:00Z',
    suspended_by: null, suspended_at: null,
  })
}

/** A token for an hour, with less than the installation may do where less is asked for. */
export const createInstallationToken: Handler = ({ params, principal, state, body, now }) => {
  const installation = state.installations.get(Number(params['installation_id']))
  if (principal.kind !== 'app') return refusal(401, 'A JSON web token could not be decoded')
  if (installation?.app !== principal.login) return notFound()
  const { repositories, permissions = {} } = body as { readonly repositories?: readonly string[], readonly permissions?: { readonly contents?: string } }
  const may = Object.entries(installation.may)
    .filter(([name]) => !repositories || repositories.includes(name.split('/')[1] ?? ''))
    .map(([name, right]) => [name, permissions.contents === 'read' ? 'read' as const : right] as const)
  if (repositories && may.length < repositories.length) return refusal(422, 'There is at least one repository that does not exist or is not accessible to the parent installation.')
  const [token, expires] = [`ghs_${randomBytes(18).toString('hex')}`, now + hour]
  state.tokens.set(token, { kind: 'installation', login: 'releaser[bot]', may: Object.fromEntries(may), expires })
  return json({ token, expires_at: seconds(expires), permissions: { contents: permissions.contents ?? 'write', metadata: 'read' }, repository_selection: 'selected' }, 201)
}

export const listInstallationRepositories: Handler = call => {
  const { principal, state, links } = call
  if (principal.kind !== 'installation') return refusal(403, 'Resource not accessible by personal access token')
  const repositories = Object.keys(principal.may).flatMap(name => findRepository(state, name) ?? [])
  const { json: items, ...rest } = page(repositories.map(one => presentRepository(one, links, principal)), call)
  return { ...rest, json: { total_count: repositories.length, repositories: items } }
}

/** The person behind a token. */
export const getUser: Handler = ({ principal, links }) => {
  if (principal.kind === 'anonymous') return refusal(401, 'Requires authentication')
  if (principal.kind === 'installation' || principal.kind === 'app') return refusal(403, 'Resource not accessible by integration')
  return json({
    ...presentUser(principal.login, links), name: null, company: null, blog: null, location: null, email: null, hireable: null, bio: null,
    public_repos: 0, public_gists: 0, followers: 0, following: 0, created_at: '2026-01-01T00:00:00Z', updated_at: '2026-01-01T00:00:00Z',
  })
}

