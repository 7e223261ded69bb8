import { createWriteStream } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'
import { diskError } from '../values/disk-error.ts'
import { processMark } from './process-mark.ts'

/** Writes a file as a whole or not at all. @throws ReleaseError (DISK) */
export async function writeWhole(file: string, bytes: AsyncIterable<Uint8Array>): Promise<void> {
  const draft = `${file}.${processMark()}`
  try {
    await pipeline(bytes, createWriteStream(draft))
    await rename(draft, file)
  } catch (error) {
    await rm(draft, { force: true })
    throw diskError(error, file) ?? error
  }
}
