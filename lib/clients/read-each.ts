import { closeSync, fstatSync, openSync, readSync } from 'node:fs'

const chunk = 1024 ** 2

export interface FileBytes {
  readonly file: string
  /** They hold until the next file is asked for. */
  readonly bytes: Uint8Array
}

/**
 * Reads files one after the other, all into the same memory: however large they are, as generators write them, no more than
 * one is in it. Synchronous, because so many small reads are several times slower through the thread pool.
 * @param word files without it are left out
 */
export function* readEach(files: readonly string[], word = ''): Generator<FileBytes, undefined> {
  let room = Buffer.allocUnsafe(1 << 16)
  for (const file of files) {
    const opened = openSync(file, 'r')
    try {
      const { size } = fstatSync(opened)
      if (size > chunk && !mentions(opened, word)) continue
      if (size > room.length) room = Buffer.allocUnsafe(size)
      const bytes = room.subarray(0, fill(opened, room.subarray(0, size)))
      if (bytes.includes(word)) yield { file, bytes }
    } finally {
      closeSync(opened)
    }
  }
}

/** Whether a file has the word somewhere: looked at part by part, each with the end of the one before. */
function mentions(opened: number, word: string): boolean {
  const part = Buffer.allocUnsafe(chunk)
  const step = chunk - Buffer.byteLength(word)
  for (let at = 0; ; at += step) {
    const count = fill(opened, part, at)
    if (part.subarray(0, count).includes(word)) return true
    if (count < chunk) return false
  }
}

/** @returns how many bytes there were */
function fill(opened: number, room: Uint8Array, from = 0): number {
  let count = 0
  while (count < room.length) {
    const read = readSync(opened, room, count, room.length - count, from + count)
    if (read === 0) break
    count += read
  }
  return count
}
