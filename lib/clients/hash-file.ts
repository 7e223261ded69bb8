import { digestOfFile } from '../oci/digest-of-file.ts'
import type { Digest } from '../values/descriptor.ts'

const atOnce = 16

/** A tree has more files than a process may open, and their bytes together do not fit into memory. */
let free = atOnce
const waiting: (() => void)[] = []

/** The digest and size of a file's bytes, read whole every time: times and sizes prove nothing. */
export async function hashFile(file: string): Promise<{ readonly digest: Digest; readonly size: number }> {
  if (free === 0) await new Promise<void>(resolve => waiting.push(resolve))
  else free -= 1
  try {
    return await digestOfFile(file)
  } finally {
    const next = waiting.shift()
    if (next) next()
    else free += 1
  }
}
