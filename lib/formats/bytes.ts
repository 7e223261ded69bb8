/** Bytes that can be read anywhere without reading what lies before: a file, a blob, a part of one. */
export interface Bytes {
  /** Bytes in all. */
  readonly size: number
  /** The `length` bytes at `offset`; fewer only where the bytes end. */
  read(offset: number, length: number): Promise<Uint8Array>
}
