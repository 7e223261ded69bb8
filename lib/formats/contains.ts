/**
 * For each needle, whether the source has it, across the borders of chunks too. Keeps no more of the source than the
 * longest needle, and reads no further once all are found.
 */
export async function contains(
  source: AsyncIterable<Uint8Array>, needles: readonly Uint8Array[],
): Promise<boolean[]> {
  const sought = needles.map(bufferOf)
  const found = sought.map(({ length }) => length === 0)
  const overlap = Math.max(0, ...sought.map(({ length }) => length - 1))
  let tail = Buffer.alloc(0)
  if (found.every(Boolean)) return found
  for await (const bytes of source) {
    const chunk = bufferOf(bytes)
    const border = Buffer.concat([tail, chunk.subarray(0, overlap)])
    sought.forEach((needle, index) => {
      found[index] ||= chunk.indexOf(needle) >= 0 || border.indexOf(needle) >= 0
    })
    if (found.every(Boolean)) break
    tail = lastOf(chunk.length < overlap ? Buffer.concat([tail, chunk]) : chunk, overlap)
  }
  return found
}

function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
}

// A copy: whoever fills the chunk may use its memory again.
function lastOf(bytes: Buffer, length: number): Buffer<ArrayBuffer> {
  return Buffer.from(bytes.subarray(Math.max(0, bytes.length - length)))
}
