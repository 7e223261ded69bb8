import type { Index, Manifest } from '../../../lib/oci/manifest.ts'
import type { OciDescriptor } from '../../../lib/oci/descriptor.ts'
import type { Layout } from './layout.ts'

/**
 * Sends an image and all that it lists to a registry over plain HTTP, children first, and tags it. As plain as can be and
 * apart from the library's own client, which is judged with what this has sent.
 */
export async function push(layout: Layout, root: OciDescriptor, repository: string, tag: string): Promise<void> {
  const { manifests = [] } = JSON.parse((await layout.read(root.digest)).toString()) as Partial<Index>
  for (const each of manifests) await pushImage(layout, each, repository)
  await pushManifest(layout, root, repository, tag)
}

async function pushImage(layout: Layout, image: OciDescriptor, repository: string): Promise<void> {
  const { config, layers } = JSON.parse((await layout.read(image.digest)).toString()) as Manifest
  for (const blob of [config, ...layers]) await pushBlob(layout, blob, repository)
  await pushManifest(layout, image, repository, image.digest)
}

async function pushBlob(layout: Layout, { digest }: OciDescriptor, repository: string): Promise<void> {
  const { status } = await fetch(`${repository}/blobs/${digest}`, { method: 'HEAD' })
  if (status === 200) return
  const begun = await ask(`${repository}/blobs/uploads/`, { method: 'POST' })
  const place = new URL(begun.headers.get('location') ?? '', begun.url)
  place.searchParams.set('digest', digest)
  await ask(place.href, { method: 'PUT', body: await layout.read(digest), headers: { 'content-type': 'application/octet-stream' } })
}

async function pushManifest(layout: Layout, { digest, mediaType }: OciDescriptor, repository: string, reference: string): Promise<void> {
  await ask(`${repository}/manifests/${reference}`, { method: 'PUT', body: await layout.read(digest), headers: { 'content-type': mediaType } })
}

async function ask(url: string, request: RequestInit): Promise<Response> {
  const response = await fetch(url, request)
  if (!response.ok) throw new Error(`${request.method} ${url} answers ${response.status}: ${await response.text()}`)
  await response.arrayBuffer()
  return response
}
