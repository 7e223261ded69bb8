import { isMapping } from '../../formats/mapping.ts'
import type { Digest } from '../../values/descriptor.ts'
import { ReleaseError } from '../../values/errors.ts'
import { askingOf, type GithubAccess } from './access.ts'
import { listIn } from './answers.ts'
import type { GithubApi } from './api.ts'
import type { AskGithub } from './ask.ts'
import { githubFailure } from './failure.ts'
import { orNone, perPage } from './reading.ts'

/** A manifest in GitHub's container registry, and all tags that it has. */
export interface PackageVersion {
  readonly id: number
  readonly digest: Digest
  readonly tags: readonly string[]
}

/** Versions of one package of the container registry. Every call throws ReleaseError as `AskGithub`. */
export interface GithubPackages {
  /** `/orgs/example/packages/container/gateway`, as GitHub's API has it. */
  address(): Promise<string>
  /** None where there is no such package, or it may not be seen. */
  versions(): Promise<readonly PackageVersion[]>
  /** A version goes with all its tags; one that is gone is no error. */
  remove(version: PackageVersion): Promise<void>
}

export interface PackagesAccess extends Omit<GithubAccess, 'repository' | 'app'> {
  /** `example` of `ghcr.io/example/charts/gateway`. */
  readonly owner: string
  /** `charts/gateway` of it. */
  readonly name: string
}

/**
 * Versions of a package as GitHub's REST API has them: "REST API endpoints for packages". The registry itself lets go of nothing.
 * @throws ReleaseError (USAGE) for an address that is none
 */
export function createGithubPackages({ owner, name, ...access }: PackagesAccess): GithubPackages {
  const repository = `${owner}/${name}`
  const { ask } = askingOf({ ...access, repository }, { owner, repo: name })
  let place: Promise<string> | undefined
  const address = (): Promise<string> => place ??= ownerPath(ask, owner, access.token).then(path => `${path}/packages/container/${encodeURIComponent(name)}`)
  return {
    address,
    versions: async () => {
      const path = await address()
      const listed = await ask(`list the versions of the package ${repository}`, api => orNone(() => everyVersion(api, path)))
      return (listed ?? []).map(versionIn)
    },
    remove: async ({ id, digest }) => {
      const path = await address()
      await ask(`delete the version ${digest} of the package ${repository}`, api => orNone(async () => { await api.request(`DELETE ${path}/versions/{id}`, { id }) }))
    },
  }
}

interface Listed {
  readonly data: unknown
  readonly headers: { readonly link?: string }
}

/** Of another person's packages GitHub describes no size of pages: what comes next, it says itself. */
async function everyVersion(api: GithubApi, path: string): Promise<readonly unknown[]> {
  const size = path.startsWith('/users/') ? {} : { per_page: perPage }
  const all: unknown[] = []
  for (let page: string | undefined = '1'; page !== undefined;) {
    const answer = await api.request(`GET ${path}/versions`, { ...size, ...page === '1' ? {} : { page } }) as Listed
    all.push(...listIn(answer.data))
    page = /<[^>]*[?&]page=(\d+)[^>]*>;\s*rel="next"/.exec(answer.headers.link ?? '')?.[1]
  }
  return all
}

/** Organisations have their packages elsewhere than people have, and one's own private ones are in a place of their own. */
async function ownerPath(ask: AskGithub, owner: string, token: string | undefined): Promise<string> {
  const { data } = await ask(`look at ${owner}`, api => api.request('GET /users/{username}', { username: owner }))
  if (data.type === 'Organization') return `/orgs/${owner}`
  const own = token ? await ask('look who asks', async api => (await api.request('GET /user')).data.login).catch(nobody) : undefined
  return own?.toLowerCase() === owner.toLowerCase() ? '/user' : `/users/${owner}`
}

/** A token of an app is nobody's. */
function nobody(error: unknown): undefined {
  if ([401, 403, 404].includes(githubFailure(error)?.status ?? 0)) return undefined
  throw error
}

function versionIn(data: unknown): PackageVersion {
  const { id, name, metadata } = isMapping(data) ? data : {}
  const container = isMapping(metadata) && isMapping(metadata['container']) ? metadata['container'] : {}
  const tags: readonly unknown[] = Array.isArray(container['tags']) ? container['tags'] : []
  if (typeof id !== 'number' || typeof name !== 'string') {
    throw new ReleaseError('Cannot read an answer of GitHub: it is not a version of a package', { code: 'DESTINATION', hint: 'Check the address of GitHub, and whether something stands in between.' })
  }
  return { id, digest: name as Digest, tags: tags.filter(tag => typeof tag === 'string') }
}
