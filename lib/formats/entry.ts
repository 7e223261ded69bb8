/** One member of an archive: what a format needs to know, and a way to open the bytes. */
export interface Entry {
  /** Path inside the archive: forward slashes, relative, no `..`. */
  readonly name: string
  /** Unix permission bits, such as 0o755. */
  readonly mode: number
  /** Bytes that `open` yields; 0 for a link. */
  readonly size: number
  /** Where a symbolic link points; then there are no bytes. */
  readonly link?: string
  open(): AsyncIterable<Uint8Array>
}
