import { exactBytes } from '../formats/exact-bytes.ts'
import { tarParts, writeTar, type TarMember, type TarPart } from '../formats/tar-writer.ts'
import { checkedLayer } from './checked-layer.ts'
import type { LayerEntry } from './layer-entry.ts'

/**
 * An uncompressed layer, OCI image specification 1.1, "layer": the same bytes for the same entries, whatever their order.
 * Every entry has the same time in whole seconds.
 * @throws ReleaseError (NAME, FILES) before the first byte for entries that no layer can have, (CONTENT) for a file with
 * more or fewer bytes than it says
 */
export function layerTar(entries: readonly LayerEntry[], { time }: { readonly time: Date }): AsyncGenerator<Uint8Array> {
  return writeTar(members(entries), { time })
}

/** The same layer in parts, of which large files are some. Each is to be read to its end before the next. @throws as `layerTar` */
export function layerParts(entries: readonly LayerEntry[], { time }: { readonly time: Date }): AsyncGenerator<TarPart> {
  return tarParts(members(entries), { time })
}

async function* members(entries: readonly LayerEntry[]): AsyncGenerator<TarMember> {
  for (const entry of checkedLayer(entries)) yield memberOf(entry)
}

function memberOf(entry: LayerEntry): TarMember {
  const { path: name, type, uid, gid } = entry
  const common = { name, type, mode: entry.mode & 0o7777, uid, gid, size: 0, open: nothing }
  if (type === 'directory') return common
  if (type !== 'file') return { ...common, link: entry.link }
  const { size, open } = entry
  return { ...common, size, open: () => exactBytes({ name: `/${name}`, size, open }) }
}

async function* nothing(): AsyncGenerator<Uint8Array> {}
