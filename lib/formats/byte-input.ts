/** A stream that is read in portions of the reader's choice. */
export interface ByteInput {
  /** So many bytes; undefined where nothing at all is left and that is no error. */
  exactly(size: number, mayEnd?: boolean): Promise<Uint8Array | undefined>
  /** The next bytes, as many as come together and `most` at most. */
  some(most: number): Promise<Uint8Array>
  pass(size: number): Promise<void>
  /** Reads what is left. */
  drain(): Promise<void>
  /** Ends the stream, read to its end or not. */
  close(): Promise<void>
}

/**
 * Reads a stream in portions of one's own choice; a portion that lies in one chunk is not copied.
 * @param early the error where the stream ends before what is asked for
 */
export function byteInput(bytes: AsyncIterable<Uint8Array>, early: () => Error): ByteInput {
  const source = bytes[Symbol.asyncIterator]()
  let rest: Uint8Array = new Uint8Array(0)
  const next = async (): Promise<boolean> => {
    while (rest.length === 0) {
      const next = await source.next()
      if (next.done) return false
      rest = next.value
    }
    return true
  }
  const some = async (most: number): Promise<Uint8Array> => {
    if (!await next()) throw early()
    const part = rest.subarray(0, most)
    rest = rest.subarray(part.length)
    return part
  }
  return {
    some,
    exactly: async (size, mayEnd = false) => {
      if (mayEnd && !await next()) return undefined
      if (rest.length >= size) return size === 0 ? new Uint8Array(0) : some(size)
      const parts: Uint8Array[] = []
      for (let left = size; left > 0; left -= parts.at(-1)?.length ?? 0) parts.push(await some(left))
      return Buffer.concat(parts)
    },
    pass: async size => {
      for (let left = size; left > 0;) left -= (await some(left)).length
    },
    drain: async () => {
      do rest = new Uint8Array(0)
      while (await next())
    },
    close: async () => { await source.return?.() },
  }
}
