/** Where two streams differ first. */
export interface Difference {
  /** Bytes from the start. */
  readonly offset: number
  /** Some bytes from there of each, printable ones as they are. */
  readonly first: string
  readonly second: string
}

const shown = 24

/** The first difference of two streams of bytes, undefined where they are equal. Memory is constant. */
export async function firstDifference(first: AsyncIterable<Uint8Array>, second: AsyncIterable<Uint8Array>): Promise<Difference | undefined> {
  const sides = [first[Symbol.asyncIterator](), second[Symbol.asyncIterator]()] as const
  let [a, b]: [Uint8Array, Uint8Array] = [new Uint8Array(0), new Uint8Array(0)]
  let offset = 0
  for (;;) {
    a = await filled(sides[0], a)
    b = await filled(sides[1], b)
    const length = Math.min(a.length, b.length)
    const at = mismatch(a, b, length)
    if (at < length || a.length !== b.length && length < shown) return { offset: offset + at, first: excerpt(a, at), second: excerpt(b, at) }
    if (length === 0) return undefined
    offset += length
    a = a.subarray(length)
    b = b.subarray(length)
  }
}

async function filled(side: AsyncIterator<Uint8Array>, rest: Uint8Array): Promise<Uint8Array> {
  let bytes = rest
  while (bytes.length < shown) {
    const next = await side.next()
    if (next.done === true) return bytes
    bytes = bytes.length === 0 ? next.value : Buffer.concat([bytes, next.value])
  }
  return bytes
}

function mismatch(a: Uint8Array, b: Uint8Array, length: number): number {
  if (Buffer.compare(a.subarray(0, length), b.subarray(0, length)) === 0) return length
  let at = 0
  while (a[at] === b[at]) at += 1
  return at
}

function excerpt(bytes: Uint8Array, at: number): string {
  return JSON.stringify(Buffer.from(bytes.subarray(at, at + shown)).toString('latin1').replaceAll(/[^\x20-\x7e]/g, '.'))
}
