/** Bytes as they come, for as long as nobody stops it. @throws the abort reason */
export async function* untilStopped(bytes: AsyncIterable<Uint8Array>, signal: AbortSignal | undefined): AsyncGenerator<Uint8Array> {
  signal?.throwIfAborted()
  for await (const part of bytes) {
    yield part
    signal?.throwIfAborted()
  }
}
