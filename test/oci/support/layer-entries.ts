import type { LayerFile, LayerFolder, LayerLink } from '../../../lib/oci/layer-entry.ts'

type More = { readonly mode?: number, readonly uid?: number, readonly gid?: number }

/** Entries of a layer, owned by root where nothing else is said. */
export const layerFile = (path: string, text = '', more: More = {}): LayerFile => {
  const bytes = Buffer.from(text)
  return { path, type: 'file', mode: 0o644, uid: 0, gid: 0, ...more, size: bytes.length, async *open() { yield bytes } }
}

export const layerFolder = (path: string, more: More = {}): LayerFolder => ({ path, type: 'directory', mode: 0o755, uid: 0, gid: 0, ...more })

export const layerLink = (path: string, link: string, type: LayerLink['type'] = 'symlink'): LayerLink =>
  ({ path, type, mode: 0o777, uid: 0, gid: 0, link })
