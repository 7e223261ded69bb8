import { readFile, stat } from 'node:fs/promises'
import { ReleaseError } from '../../values/errors.ts'
import type { OciDescriptor } from '../descriptor.ts'
import { isDigest } from '../digest-problem.ts'
import { mediaTypes } from '../media-types.ts'
import { manifestLimit } from '../parse-manifest.ts'
import { entryName, readIndexFile } from './index-file.ts'
import type { LayoutManifests } from './manifests.ts'

export interface LayoutPlace {
  readonly folder: string
  /** What errors call it. */
  readonly name: string
  readonly manifests: LayoutManifests
  fileOf(descriptor: Pick<OciDescriptor, 'digest'>): string
}

/**
 * What a tag or a digest stands for in a layout. Tools name entries by the tag or by a whole reference; an only one
 * without a name is `latest`, and an empty text means an only one whatever its name.
 * @throws ReleaseError (REGISTRY) where there is none, or more than one
 */
export async function findEntry(tagOrDigest: string, layout: LayoutPlace): Promise<OciDescriptor> {
  if (isDigest(tagOrDigest)) return await byDigest(tagOrDigest, layout) ?? refuse(tagOrDigest, layout, 'there is no such manifest')
  const top = (await readIndexFile(layout.folder)).manifests
  const names = top.map(entryName).filter(one => one !== undefined)
  if (tagOrDigest === '') {
    const only = unique(top)
    return only && only !== 'several' ? only : refuse('an image', layout, only ? `it has several${names.length > 0 ? `: ${names.slice(0, 10).join(', ')}` : ''}` : 'it is empty')
  }
  const nested = await layout.manifests.all()
  for (const entries of [top, nested]) {
    const found = unique(entries.filter(one => entryName(one) === tagOrDigest)) ?? unique(entries.filter(one => entryName(one)?.endsWith(`:${tagOrDigest}`)))
    if (found === 'several') return refuse(tagOrDigest, layout, 'several entries have that name')
    if (found) return found
  }
  const [only, ...others] = top
  if (only && others.length === 0 && (tagOrDigest === '' || (tagOrDigest === 'latest' && entryName(only) === undefined))) return only
  const what = names.length > 0 ? `it has ${names.slice(0, 10).join(', ')}` : `its ${top.length} entries have no names`
  return refuse(tagOrDigest, layout, top.length === 0 ? 'it is empty' : what)
}

function unique(found: readonly OciDescriptor[]): OciDescriptor | 'several' | undefined {
  return new Set(found.map(({ digest }) => digest)).size > 1 ? 'several' : found[0]
}

async function byDigest(digest: OciDescriptor['digest'], { manifests, fileOf }: LayoutPlace): Promise<OciDescriptor | undefined> {
  const listed = (await manifests.all()).find(one => one.digest === digest)
  if (listed) return listed
  const file = fileOf({ digest })
  const size = (await stat(file).catch(() => undefined))?.size
  if (size === undefined || size > manifestLimit) return undefined
  const mediaType = mediaTypeOf(await readFile(file))
  return mediaType === undefined ? undefined : { mediaType, digest, size }
}

/** OCI manifests need not say their own media type: image specification 1.1, "image manifest", "mediaType". */
function mediaTypeOf(bytes: Buffer): string | undefined {
  try {
    const value = JSON.parse(bytes.toString()) as { readonly mediaType?: unknown; readonly manifests?: unknown; readonly layers?: unknown }
    if (typeof value.mediaType === 'string') return value.mediaType
    if (Array.isArray(value.manifests)) return mediaTypes.index
    return Array.isArray(value.layers) ? mediaTypes.manifest : undefined
  } catch {
    return undefined
  }
}

function refuse(what: string, { name }: LayoutPlace, why: string): never {
  throw new ReleaseError(`Cannot find ${what === '' ? 'one image' : what} in ${name}: ${why}`, { code: 'REGISTRY', hint: 'Name one of its entries, or a digest.' })
}
