import type { TarEntry } from '../formats/tar-reader.ts'
import { ReleaseError } from '../values/errors.ts'
import { readableBytes } from '../values/readable.ts'
import { accountFiles } from './account-files.ts'
import { growTree, type GrowingTree } from './grow-tree.ts'
import { layerEntries, type LayerSource } from './layer-entries.ts'
import { resolvePath } from './resolve-path.ts'
import { emptyTree, type Tree } from './tree.ts'

export interface TreeReading {
  /** What errors call the image: `docker.io/library/alpine:3`. */
  readonly name: string
  /** Files whose texts are kept, relative to the root. Default: those that tell users, groups and the distribution. */
  readonly keep?: readonly string[]
  /** What may be read at most. Default: a million entries of all layers, 16 GiB of each. */
  readonly limits?: { readonly entries: number, readonly bytes: number }
}

const largestText = 1 << 20

/**
 * What lies in an image: its layers, lowest first, laid over each other as container engines do.
 * @throws ReleaseError (CONTENT) where a layer is damaged or too large, (IMAGE) where it cannot be unpacked
 */
export async function readTree(layers: readonly LayerSource[], reading: TreeReading): Promise<Tree> {
  const { keep = accountFiles } = reading
  const first = await readOnce(layers, reading, new Set(keep))
  const missing = [...first.lacking, ...keep.map(path => realFile(first.tree, path))].filter(path => path !== undefined)
    .filter(path => !first.tree.texts.has(path))
  // A file that is kept may turn out to be a link to one that nobody asked for.
  return missing.length === 0 ? first.tree : (await readOnce(layers, reading, new Set([...keep, ...missing]))).tree
}

function realFile(tree: Tree, file: string): string | undefined {
  const { path, entry } = resolvePath(tree, file)
  return entry?.type === 'file' ? path : undefined
}

async function readOnce(layers: readonly LayerSource[], reading: TreeReading, wanted: ReadonlySet<string>): Promise<Once> {
  const { name, limits = { entries: 1_000_000, bytes: 16 * 2 ** 30 } } = reading
  const lacking: string[] = []
  let [number, count] = [0, 0]
  const grown = growTree(emptyTree, name)
  for (const layer of layers) {
    grown.nextLayer()
    number += 1
    for await (const entry of layerEntries(layer, { subject: `layer ${number} of ${name}`, limit: limits.bytes })) {
      count += 1
      if (count > limits.entries) throw refusal(name, `it has more than ${limits.entries} entries`)
      const target = await layOne(grown, entry, wanted, name)
      if (target !== undefined) lacking.push(target)
    }
  }
  return { tree: grown.tree(), lacking }
}

interface Once {
  readonly tree: Tree
  /** Files that others share their bytes with, and whose texts would have been wanted. */
  readonly lacking: readonly string[]
}

async function layOne(grown: GrowingTree, entry: TarEntry, wanted: ReadonlySet<string>, name: string): Promise<string | undefined> {
  const laid = grown.lay(entry)
  if (!laid || !wanted.has(laid.path)) return undefined
  if (entry.type === 'file') laid.keep(await textOf(entry, name))
  return laid.text === undefined ? laid.target : undefined
}

async function textOf({ name: file, size, body }: TarEntry, name: string): Promise<string> {
  if (size > largestText) throw refusal(name, `${file} in it has ${readableBytes(size)}`)
  const parts: Uint8Array[] = []
  for await (const part of body) parts.push(part)
  return Buffer.concat(parts).toString('utf8')
}

function refusal(name: string, why: string): ReleaseError {
  return new ReleaseError(`Cannot read ${name}: ${why}`, { code: 'IMAGE', hint: 'Use another image.' })
}
