import type { Content } from '../contracts/content.ts'
import type { DeflateMemory } from '../formats/deflate-pieces.ts'
import type { LayerBlob } from '../values/image.ts'
import type { StoredEntry } from '../values/layer-content.ts'
import { layerOf } from './layer-of.ts'
import type { WantedFile } from './place-files.ts'
import { placeFiles } from './place-files.ts'
import { emptyTree, type Tree } from './tree.ts'

export interface LayerPacking {
  /** The commit's time. */
  readonly date: string
  /** 0 to 9 as in zlib. */
  readonly level: number
  /** Compressed pieces from earlier. */
  readonly memory?: DeflateMemory | undefined
}

/**
 * Packs files of the content store into a layer and stores it.
 * @param tree what it is laid over; where it is absent, any base in which its folders are plain folders
 * @throws ReleaseError (NAME, IMAGE) for a path that cannot be
 */
export async function storedLayer(
  entries: readonly StoredEntry[], { date, level, memory }: LayerPacking, content: Content, tree: Tree = emptyTree, name = 'a layer',
): Promise<LayerBlob> {
  const { descriptor, diffId } = await layerOf(placeFiles(tree, wantedFiles(entries, content), name), { time: new Date(date), level, memory }, content)
  return { ...descriptor, diffId }
}

/** Files of the content store as something that is wanted in an image. */
export function wantedFiles(entries: readonly StoredEntry[], content: Pick<Content, 'open'>): readonly WantedFile[] {
  return entries.map(({ path, mode, uid, gid, size, digest }) => ({
    path: `/${path}`, mode, uid, gid, size, open: () => content.open({ mediaType: 'application/octet-stream', digest, size }),
  }))
}
