import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { OciDescriptor } from '../../../lib/oci/descriptor.ts'
import type { ImageConfig } from '../../../lib/oci/image-config.ts'
import type { Index, Manifest } from '../../../lib/oci/manifest.ts'

/** One platform of an image, as its layout has it. */
export interface LaidImage {
  readonly platform: string
  readonly manifest: Manifest
  readonly config: ImageConfig
}

/** An OCI image layout, read by its specification and nothing of ours. */
export interface LaidOut {
  /** Indexes by tag. */
  readonly tags: ReadonlyMap<string, OciDescriptor>
  index(tag: string): Promise<Index>
  images(tag: string): Promise<readonly LaidImage[]>
}

/** Reads the layout in a folder. */
export async function readLayout(folder: string): Promise<LaidOut> {
  const json = async (path: string): Promise<unknown> => JSON.parse(await readFile(join(folder, path), 'utf8'))
  const blob = ({ digest }: { readonly digest: string }): Promise<unknown> => json(join('blobs', ...digest.split(':')))
  const { manifests } = await json('index.json') as Index
  const tags = new Map(manifests.map(one => [one.annotations?.['org.opencontainers.image.ref.name'] ?? '', one]))
  const index = async (tag: string): Promise<Index> => {
    const found = tags.get(tag)
    if (!found) throw new Error(`There is no ${tag}, but ${[...tags.keys()].join(', ')}`)
    return await blob(found) as Index
  }
  const imageOf = async (one: OciDescriptor): Promise<LaidImage> => {
    const manifest = await blob(one) as Manifest
    const { os = '', architecture = '' } = one.platform ?? {}
    return { platform: `${os}/${architecture}`, manifest, config: await blob(manifest.config) as ImageConfig }
  }
  return { tags, index, images: async tag => Promise.all((await index(tag)).manifests.map(imageOf)) }
}
