/** Bytes of one that is lent. */
export const lentSize = 1 << 20

/** How many wait for the next who asks: what a few steps read at once. */
const mostIdle = 16

const idle: ArrayBuffer[] = []
const lent = new WeakSet<ArrayBufferLike>()

/**
 * A megabyte to read into, with anything in it. One that is new for every megabyte of a large file is cleared by the kernel
 * first, and makes the collector look at everything.
 */
export function lend(): Uint8Array<ArrayBuffer> {
  const buffer = idle.pop() ?? new ArrayBuffer(lentSize)
  lent.add(buffer)
  return new Uint8Array(buffer)
}

/**
 * Lets others have what was lent, once nobody looks at it any more; any part of it stands for the whole. Nobody has to: what is
 * not given back is collected, and what was not lent stays what it is.
 */
export function giveBack({ buffer }: Uint8Array): void {
  if (!lent.delete(buffer)) return
  if (idle.length < mostIdle) idle.push(buffer as ArrayBuffer)
}
