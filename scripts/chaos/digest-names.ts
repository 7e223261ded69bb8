import type { Sight } from '../../lib/testing/index.ts'
import { repositories } from './eyes.ts'
import type { Servers } from './servers.ts'

interface Described {
  readonly digest: string
}

/**
 * What each digest at the registry is: `<image:1.2.3-static manifests 0 layers 1>`. The same on every lane, where the digests of
 * charts differ with the address that they name.
 */
export async function digestNames(servers: Servers, seen: Sight): Promise<ReadonlyMap<string, string>> {
  const names = new Map<string, string>()
  const headers = { accept: 'application/vnd.oci.image.index.v1+json, application/vnd.oci.image.manifest.v1+json', ...servers.authorization === '' ? {} : { authorization: servers.authorization } }
  const name = async (repository: string, digest: string, what: string): Promise<void> => {
    if (names.has(digest)) return
    names.set(digest, `<${what}>`)
    const answer = await fetch(`${servers.addresses().registry}/v2/${repository}/manifests/${digest}`, { headers })
    if (answer.status !== 200) return
    const { manifests = [], config, layers = [] } = await answer.json() as { readonly manifests?: readonly Described[], readonly config?: Described, readonly layers?: readonly Described[] }
    for (const [index, one] of manifests.entries()) await name(repository, one.digest, `${what} manifests ${index}`)
    for (const [index, one] of [...config ? [config] : [], ...layers].entries()) if (!names.has(one.digest)) names.set(one.digest, `<${what} blobs ${index}>`)
  }
  for (const key of Object.keys(seen).sort()) {
    const [, kind] = /^(image|chart):/.exec(key) ?? []
    if (kind !== undefined) await name(repositories[kind as keyof typeof repositories], seen[key] ?? '', key)
  }
  return names
}
