import { open, type FileHandle } from 'node:fs/promises'
import { giveBack, lend, lentSize } from '../values/lent-bytes.ts'

/**
 * All bytes of a file in order, in pieces that whoever is done with them may give back. The next is read while one is looked at.
 * @param size what the file should have; it is read to its end, whatever that is
 */
export async function* fileBytes(file: string, size: number): AsyncGenerator<Uint8Array> {
  const handle = await open(file)
  let next: Promise<Uint8Array> | undefined
  try {
    for (;;) {
      const bytes = await (next ?? read(handle, size < lentSize ? Buffer.allocUnsafeSlow(Math.max(size, 1)) : lend()))
      next = undefined
      if (bytes.length === 0) return
      next = read(handle, lend())
      next.catch(() => {}) // whoever asks for it hears of it
      yield bytes
    }
  } finally {
    // A read that nobody waits for any more still writes where it was told to.
    const unseen = await next?.catch(() => undefined)
    if (unseen) giveBack(unseen)
    await handle.close()
  }
}

async function read(handle: FileHandle, room: Uint8Array): Promise<Uint8Array> {
  const { bytesRead } = await handle.read(room, 0, room.length, null)
  if (bytesRead > 0) return room.subarray(0, bytesRead)
  giveBack(room)
  return new Uint8Array()
}

/** The same for whoever looks at a piece only until the next is asked for: it is given back then. */
export async function* passingBytes(file: string, size: number): AsyncGenerator<Uint8Array> {
  for await (const bytes of fileBytes(file, size)) {
    try {
      yield bytes
    } finally {
      giveBack(bytes)
    }
  }
}
