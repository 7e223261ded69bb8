/** A manifest that a registry has. */
export interface RegistryImage {
  readonly digest: string
  /** In order. */
  readonly tags: readonly string[]
}

const accept = ['application/vnd.oci.image.index.v1+json', 'application/vnd.oci.image.manifest.v1+json', 'application/vnd.docker.distribution.manifest.list.v2+json', 'application/vnd.docker.distribution.manifest.v2+json'].join(', ')

/**
 * What a repository of a registry has, as far as anybody can tell from outside: what tags lead to, what that lists, and what was known
 * and is there still.
 * @param registry `http://127.0.0.1:5000`
 */
export async function registryImages(registry: string, repository: string, known: readonly string[]): Promise<readonly RegistryImage[]> {
  const address = `${registry}/v2/${repository}`
  const answer = await fetch(`${address}/tags/list?n=10000`)
  const listed = answer.ok ? (await answer.json() as { readonly tags: readonly string[] | null }).tags ?? [] : []
  const found = new Map<string, string[]>()
  const visit = async (reference: string): Promise<void> => {
    if (found.has(reference)) return
    const manifest = await manifestAt(address, reference)
    if (!manifest) return
    const tags = found.get(manifest.digest) ?? []
    found.set(manifest.digest, tags)
    if (reference !== manifest.digest) tags.push(reference)
    for (const digest of manifest.children) await visit(digest)
  }
  for (const reference of [...[...listed].sort(), ...known]) await visit(reference)
  return [...found].map(([digest, tags]) => ({ digest, tags }))
}

async function manifestAt(address: string, reference: string): Promise<{ readonly digest: string; readonly children: readonly string[] } | undefined> {
  const answer = await fetch(`${address}/manifests/${reference}`, { headers: { accept } })
  const digest = answer.headers.get('docker-content-digest')
  if (!answer.ok || digest === null) {
    await answer.body?.cancel()
    return undefined
  }
  const { manifests = [] } = await answer.json() as { readonly manifests?: readonly { readonly digest: string }[] }
  return { digest, children: manifests.map(one => one.digest) }
}
