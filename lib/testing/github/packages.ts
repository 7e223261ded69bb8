import { type Answer, json, notFound, refusal } from './answer.ts'
import type { Call, Handler } from './call.ts'
import { page } from './page.ts'
import { presentUser } from './present-user.ts'
import { registryImages, type RegistryImage } from './registry-images.ts'
import { seconds } from './seconds.ts'

/** Packages of the container registry, whose bytes and tags a registry holds. */
export interface PackagesState {
  /** Its address, `http://127.0.0.1:5000`; without one there is no package. */
  readonly registry: string | undefined
  /** Logins that are organisations. */
  readonly organizations: readonly string[]
  /** Digests of versions that were downloaded more than 5,000 times. */
  readonly downloaded: readonly string[]
  /** Versions by their package's full name and digest, as they were seen first. */
  readonly seen: Map<string, Map<string, SeenVersion>>
}

interface SeenVersion {
  readonly id: number
  readonly createdAt: string
}

interface PackageVersion extends RegistryImage, SeenVersion {}

export const getAccount: Handler = ({ params: { username = '' }, state, links }) => {
  const type = isOrganization(username, state.packages) ? 'Organization' : 'User'
  return json({
    ...presentUser(username, links), type, name: username, company: null, blog: '', location: null, email: null, hireable: null, bio: null,
    public_repos: state.repositories.size, public_gists: 0, followers: 0, following: 0, created_at: '2026-01-01T00:00:00Z', updated_at: '2026-01-01T00:00:00Z',
  })
}

/** The newest first. */
export const listPackageVersions: Handler = call => withPackage(call, 'read:packages scope to list package versions.', async (versions, name) =>
  page([...versions].sort((one, other) => other.id - one.id).map(version => presentVersion(version, name, call)), call))

export const getPackageVersion: Handler = call => withPackage(call, 'read:packages scope to get a package version.', async (versions, name) => {
  const version = versions.find(({ id }) => id === Number(call.params['package_version_id']))
  return version ? json(presentVersion(version, name, call)) : refusal(404, 'Package not found.')
})

/** A version goes with all its tags. The last one that has a tag does not go, nor one that many have. */
export const deletePackageVersion: Handler = call => withPackage(call, 'delete:packages scope to delete a package version.', async (versions, name) => {
  const { registry, downloaded, seen } = call.state.packages
  const version = versions.find(({ id }) => id === Number(call.params['package_version_id']))
  if (!version) return refusal(404, 'Package not found.')
  if (version.tags.length > 0 && versions.filter(({ tags }) => tags.length > 0).length === 1) {
    return refusal(400, 'You cannot delete the last tagged version of a package. You must delete the package instead.')
  }
  if (downloaded.includes(version.digest)) {
    return refusal(400, 'Publicly visible package versions with more than 5000 downloads cannot be deleted. Contact GitHub support for further assistance.')
  }
  const { status } = await fetch(`${registry}/v2/${name}/manifests/${version.digest}`, { method: 'DELETE' })
  if (status >= 300) throw new Error(`the registry answers ${status} to a DELETE of ${version.digest}`)
  seen.get(name)?.delete(version.digest)
  return { status: 204 }
})

type Act = (versions: readonly PackageVersion[], fullName: string) => Promise<Answer>

async function withPackage(call: Call, needed: string, act: Act): Promise<Answer> {
  const { principal, params, state: { packages }, url } = call
  if (principal.kind === 'anonymous') return refusal(401, 'Requires authentication')
  const may = principal.packages
  if (may === undefined || (may === 'read' && call.method === 'DELETE')) {
    return refusal(403, principal.kind === 'installation' ? 'Resource not accessible by integration' : `You need at least ${needed}`)
  }
  const { org, username, package_type: type, package_name: name = '' } = params
  const owner = (org ?? username ?? principal.login).toLowerCase()
  // The wrong kind of owner has no packages; an app's own token is no person's.
  const apt = url.pathname.startsWith('/user/') ? principal.kind !== 'installation' : isOrganization(owner, packages) === (org !== undefined)
  const versions = apt && type === 'container' && packages.registry !== undefined ? await versionsOf(`${owner}/${name}`, call) : []
  return versions.length === 0 ? type === 'container' ? refusal(404, 'Package not found.') : notFound() : act(versions, `${owner}/${name}`)
}

/** What tags lead to now, and what was led to once and is there still. */
async function versionsOf(fullName: string, { state: { packages: { registry = '', seen }, nextId }, now }: Call): Promise<readonly PackageVersion[]> {
  const known = seen.get(fullName) ?? new Map<string, SeenVersion>()
  seen.set(fullName, known)
  const images = await registryImages(registry, fullName, [...known.keys()])
  for (const { digest } of images) if (!known.has(digest)) known.set(digest, { id: nextId(), createdAt: seconds(now) })
  return images.flatMap(image => {
    const version = known.get(image.digest)
    return version ? [{ ...image, ...version }] : []
  })
}

function presentVersion({ id, createdAt, digest, tags }: PackageVersion, fullName: string, { url, links }: Call): object {
  const [owner = '', ...name] = fullName.split('/')
  const [, at] = /^(.*\/versions)/.exec(url.pathname) ?? []
  const page = `${links.web}/${owner}/packages/container/package/${encodeURIComponent(name.join('/'))}`
  return {
    id, name: digest, url: `${links.api}${at}/${id}`, package_html_url: page, html_url: `${page}/${id}`, created_at: createdAt, updated_at: createdAt,
    metadata: { package_type: 'container', container: { tags } },
  }
}

function isOrganization(login: string, { organizations }: PackagesState): boolean {
  return organizations.some(one => one.toLowerCase() === login.toLowerCase())
}
