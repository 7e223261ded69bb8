/** Bytes that a file of that size is read in at a time, as a stream's option: a small one is not worth a large buffer. */
export function filePieces(size: number): { readonly highWaterMark: number } {
  return { highWaterMark: Math.min(Math.max(size, 1), 1 << 20) }
}
