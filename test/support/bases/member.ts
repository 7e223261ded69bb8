/** A member of a base's layer, as its package or its distribution has it. */
export interface Member {
  /** Without a slash at its beginning or its end. */
  readonly path: string
  readonly type: 'directory' | 'file' | 'symlink' | 'link'
  /** 0o755 for folders and links, 0o644 for files, where none is named. */
  readonly mode?: number
  readonly owner?: number
  readonly group?: number
  readonly bytes?: Uint8Array
  /** Where a link points. */
  readonly target?: string
}
