import { createInstallationToken, getInstallation, getUser, listInstallationRepositories } from './app.ts'
import { deleteAsset, download, getAsset, listAssets, updateAsset } from './assets.ts'
import { listAttestations } from './attestations.ts'
import type { Handler, RepositoryCall } from './call.ts'
import { createReference, deleteReference, getCommit, getReference, getTagObject, listReferences } from './git.ts'
import { graphql } from './graphql.ts'
import { addLabels, createPull, getPull, listLabels, listPulls, mergePull, updatePull } from './pulls.ts'
import { deletePackageVersion, getAccount, getPackageVersion, listPackageVersions } from './packages.ts'
import { createRelease, deleteRelease, generateNotes, getLatestRelease, getRelease, getReleaseByTag, listReleases, updateRelease } from './releases.ts'
import { getBranch, getImmutability, getRepository, listTags } from './repositories.ts'
import { uploadAsset } from './upload.ts'

export interface Route {
  readonly method: string
  /** As GitHub's description writes it. */
  readonly path: string
  readonly handler: { readonly whole: Handler } | { readonly repository: Handler<RepositoryCall> }
  /** Whether only those may who may write. */
  readonly writes?: boolean
  /** Whether the app itself asks, which sees the repositories of its installation only so. */
  readonly app?: boolean
  /** Whether the body is a stream of bytes. */
  readonly upload?: boolean
}

const repository = '/repos/{owner}/{repo}'
const reads = (method: string, path: string, handler: Handler<RepositoryCall>): Route => ({ method, path: `${repository}${path}`, handler: { repository: handler } })
const writes = (method: string, path: string, handler: Handler<RepositoryCall>): Route => ({ ...reads(method, path, handler), writes: true })

/** All that this server answers. The first one that fits is taken. */
export const routes: readonly Route[] = [
  reads('GET', '', getRepository),
  reads('GET', '/immutable-releases', getImmutability),
  reads('GET', '/attestations/{subject_digest}', listAttestations),
  reads('GET', '/branches/{branch}', getBranch),
  reads('GET', '/tags', listTags),
  reads('GET', '/commits/{ref}', getCommit),
  reads('GET', '/git/ref/{ref}', getReference),
  reads('GET', '/git/matching-refs/{ref}', listReferences),
  reads('GET', '/git/tags/{tag_sha}', getTagObject),
  writes('POST', '/git/refs', createReference),
  writes('DELETE', '/git/refs/{ref}', deleteReference),
  reads('GET', '/releases', listReleases),
  writes('POST', '/releases', createRelease),
  writes('POST', '/releases/generate-notes', generateNotes),
  reads('GET', '/releases/latest', getLatestRelease),
  reads('GET', '/releases/tags/{tag}', getReleaseByTag),
  reads('GET', '/releases/assets/{asset_id}', getAsset),
  writes('PATCH', '/releases/assets/{asset_id}', updateAsset),
  writes('DELETE', '/releases/assets/{asset_id}', deleteAsset),
  reads('GET', '/releases/{release_id}', getRelease),
  writes('PATCH', '/releases/{release_id}', updateRelease),
  writes('DELETE', '/releases/{release_id}', deleteRelease),
  reads('GET', '/releases/{release_id}/assets', listAssets),
  { ...writes('POST', '/releases/{release_id}/assets', uploadAsset), upload: true },
  reads('GET', '/pulls', listPulls),
  reads('POST', '/pulls', createPull),
  reads('GET', '/pulls/{pull_number}', getPull),
  reads('PATCH', '/pulls/{pull_number}', updatePull),
  writes('PUT', '/pulls/{pull_number}/merge', mergePull),
  reads('GET', '/issues/{issue_number}/labels', listLabels),
  reads('POST', '/issues/{issue_number}/labels', addLabels),
  { ...reads('GET', '/installation', getInstallation), app: true },
  { method: 'POST', path: '/app/installations/{installation_id}/access_tokens', handler: { whole: createInstallationToken } },
  { method: 'GET', path: '/installation/repositories', handler: { whole: listInstallationRepositories } },
  { method: 'GET', path: '/user', handler: { whole: getUser } },
  { method: 'GET', path: '/users/{username}', handler: { whole: getAccount } },
  ...['/orgs/{org}', '/users/{username}', '/user'].flatMap((owner): readonly Route[] => [
    { method: 'GET', path: `${owner}/packages/{package_type}/{package_name}/versions`, handler: { whole: listPackageVersions } },
    { method: 'GET', path: `${owner}/packages/{package_type}/{package_name}/versions/{package_version_id}`, handler: { whole: getPackageVersion } },
    { method: 'DELETE', path: `${owner}/packages/{package_type}/{package_name}/versions/{package_version_id}`, handler: { whole: deletePackageVersion } },
  ]),
  { method: 'POST', path: '/graphql', handler: { whole: graphql } },
  { method: 'GET', path: '/{owner}/{repo}/releases/download/{tag}/{name}', handler: { repository: download } },
]

/** Names in a path that may hold slashes: those of tags and branches. */
const greedy = new Set(['ref', 'branch', 'tag'])

const patterns = routes.map(route => ({ route, pattern: patternOf(route) }))

/** The route for a request, and what stands in its path. */
export function findRoute(method: string, pathname: string): { readonly route: Route, readonly params: Readonly<Record<string, string>> } | undefined {
  for (const { route, pattern } of patterns) {
    const found = route.method === method ? pattern.exec(pathname) : undefined
    if (found) return { route, params: Object.fromEntries(Object.entries(found.groups ?? {}).map(([name, value]) => [name, decodeURIComponent(value)])) }
  }
  return undefined
}

function patternOf({ path }: Route): RegExp {
  return new RegExp(`^${path.replaceAll(/\{(\w+)\}/g, (_text, name: string) => `(?<${name}>${greedy.has(name) ? '.+' : '[^/]+'})`)}$`)
}
