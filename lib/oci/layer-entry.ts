/** Something that a layer lays over what is below it. */
export type LayerEntry = LayerFile | LayerFolder | LayerLink

interface CommonEntry {
  /** Relative to the root, with forward slashes, no `..`, no slash at the end: `usr/local/bin/gateway`. */
  readonly path: string
  /** Unix permission bits, with setuid, setgid and sticky. */
  readonly mode: number
  readonly uid: number
  readonly gid: number
}

export interface LayerFile extends CommonEntry {
  readonly type: 'file'
  /** Bytes that `open` yields. */
  readonly size: number
  open(): AsyncIterable<Uint8Array>
}

export interface LayerFolder extends CommonEntry {
  readonly type: 'directory'
}

export interface LayerLink extends CommonEntry {
  readonly type: 'symlink' | 'hardlink'
  /** Where a symbolic link points, or the path of the file of this layer that a hard link shares its bytes with. */
  readonly link: string
}
