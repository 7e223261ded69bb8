import { ReleaseError } from '../values/errors.ts'
import type { Entry } from './entry.ts'

/** The bytes of an entry as they come; throws CONTENT when they are more or fewer than its size says. */
export async function* exactBytes(entry: Pick<Entry, 'name' | 'size' | 'open'>): AsyncGenerator<Uint8Array> {
  const { name, size } = entry
  let count = 0
  for await (const chunk of entry.open()) {
    count += chunk.length
    if (count > size) throw wrongSize(name, size, `at least ${count}`)
    yield chunk
  }
  if (count < size) throw wrongSize(name, size, `${count}`)
}

function wrongSize(name: string, size: number, found: string): ReleaseError {
  return new ReleaseError(`Cannot pack ${name}: it should have ${size} bytes and has ${found}`, {
    code: 'CONTENT',
    hint: 'Something wrote to the file while it was read: run again when nothing does.',
  })
}
