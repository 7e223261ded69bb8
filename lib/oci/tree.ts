/** What lies in an image when all its layers are laid over each other. */
export interface Tree {
  /** By path, relative to the root, which itself is not there: `usr/bin/env`. Each directory comes before what is in it. */
  readonly entries: ReadonlyMap<string, TreeEntry>
  /** The texts of those files that whoever read the layers asked for, by their real path. */
  readonly texts: ReadonlyMap<string, string>
}

export interface TreeEntry {
  /** `other` for devices and pipes. */
  readonly type: 'file' | 'directory' | 'symlink' | 'other'
  /** Unix permission bits, with setuid, setgid and sticky. */
  readonly mode: number
  readonly uid: number
  readonly gid: number
  /** Bytes of a file. */
  readonly size: number
  /** Where a symbolic link points. */
  readonly link?: string
}

/** Nothing: what the first layer of an image is laid over. */
export const emptyTree: Tree = { entries: new Map(), texts: new Map() }
