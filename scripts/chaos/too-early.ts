import type { Sight } from '../../lib/testing/index.ts'
import type { Servers } from './site.ts'

/** What must not be seen as it is, given what an undisturbed release comes to. */
export async function tooEarly(seen: Sight, whole: Sight, servers: Servers): Promise<readonly string[]> {
  if (Object.keys(seen).length === 0) return []
  const wrong = Object.entries(seen).filter(([key, value]) => whole[key] !== value).map(([key, value]) => `${key} is ${value}`)
  return [...wrong, ...lacking(seen, whole), ...await unstaged(whole, servers)]
}

/** What names something comes after it; the files of one release come at once. */
function lacking(seen: Sight, whole: Sight): readonly string[] {
  const has = (part: string): boolean => Object.keys(seen).some(key => key.startsWith(part))
  const missing = (part: string): readonly string[] => Object.keys(whole).filter(key => key.startsWith(part) && !(key in seen))
  return [
    ...['chart:', 'pages ', 'tap '].filter(part => has(part) && missing('image:1.2.3-static').length > 0).map(part => `${part.trim()} names an image that is not public`),
    ...has('github v') ? missing('github v').map(key => `${key} is missing in a public release`) : [],
    ...has('pages ') ? missing('pages ').map(key => `${key} is missing beside the index`) : [],
    ...has('tap ') ? missing('tap ').map(key => `${key} is missing on the branch`) : [],
  ]
}

/** Once anything is public, everything has to be staged. */
async function unstaged(whole: Sight, { registry, authorization, github }: Servers): Promise<readonly string[]> {
  const headers = { accept: 'application/vnd.oci.image.index.v1+json, application/vnd.oci.image.manifest.v1+json', ...authorization === '' ? {} : { authorization } }
  const digests = Object.entries(whole).flatMap(([key, value]) => {
    const [, kind] = /^(image|chart):1/.exec(key) ?? []
    return kind === undefined ? [] : [`${kind === 'image' ? 'team/hello' : 'team/charts/hello'}/manifests/${value}`]
  })
  const statuses = authorization === '' ? [] : await Promise.all([...new Set(digests)].map(async path => [path, (await fetch(`${registry}/v2/${path}`, { method: 'HEAD', headers })).status] as const))
  const assets = [...github.inside('example/hello').releases.values()].flatMap(release => [...release.assets.values()]).filter(({ state }) => state === 'uploaded').map(({ name }) => name)
  const files = Object.keys(whole).flatMap(key => /^github v[^/]+\/(.+)$/.exec(key)?.[1] ?? [])
  return [
    ...statuses.filter(([, status]) => status !== 200).map(([path]) => `something is public, and ${path} is not staged`),
    ...files.filter(name => !assets.includes(name)).map(name => `something is public, and ${name} is not staged`),
  ]
}
