import { createWriteStream } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'
import { diskError } from '../values/disk-error.ts'
import { ReleaseError } from '../values/errors.ts'
import { processMark } from './process-mark.ts'

/** Writes a file as a whole or not at all. @throws ReleaseError (DISK) */
export async function writeWhole(file: string, bytes: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<void> {
  const draft = `${file}.${processMark()}`
  try {
    await pipeline(bytes, createWriteStream(draft))
    await rename(draft, file)
  } catch (error) {
    await rm(draft, { force: true }).catch(() => undefined)   // what went wrong before says more
    throw diskError(error, file) ?? misplaced(error, draft, file) ?? error
  }
}

function misplaced(error: unknown, draft: string, file: string): ReleaseError | undefined {
  const { code = '', path } = error as NodeJS.ErrnoException
  const why = { ENOENT: 'its folder does not exist', ENOTDIR: 'a file stands where its folder should be', EISDIR: 'it is a folder' }[code]
  return path === draft && why !== undefined ? new ReleaseError(`Cannot write ${file}: ${why}`, { code: 'DISK', hint: 'Name a file in a folder that is there.', cause: error }) : undefined
}
