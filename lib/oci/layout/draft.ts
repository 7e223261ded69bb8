import { createHash, randomBytes } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { diskError } from '../../values/disk-error.ts'

const prefix = '.draft-'
const day = 24 * 60 * 60 * 1000

export interface Written {
  readonly digest: string
  /** Bytes. */
  readonly size: number
}

/**
 * Writes a file of a layout under another name beside the layout's own files, and gives it its name when it is whole.
 * @param accept looks at what was written before it gets its name; what it throws leaves no file
 */
export async function writeDraft(
  folder: string, file: string, bytes: AsyncIterable<Uint8Array> | Iterable<Uint8Array>, accept: (written: Written) => void = () => {},
): Promise<void> {
  const draft = join(folder, `${prefix}${randomBytes(8).toString('hex')}`)
  try {
    await mkdir(folder, { recursive: true })
    accept(await write(draft, bytes))
    await mkdir(dirname(file), { recursive: true })
    await rename(draft, file)
  } catch (error) {
    await rm(draft, { force: true })
    const ours = (error as NodeJS.ErrnoException).path?.startsWith(folder) || (error as NodeJS.ErrnoException).code === 'ENOSPC'
    throw (ours ? diskError(error, `the layout in ${folder}`) : undefined) ?? error
  }
}

/** Removes what killed runs left: what is a day old is nobody's any more. */
export async function clearDrafts(folder: string): Promise<void> {
  for (const name of await readdir(folder).catch(() => [])) {
    if (!name.startsWith(prefix)) continue
    const found = await stat(join(folder, name)).catch(() => undefined)
    if (found && Date.now() - found.mtimeMs > day) await rm(join(folder, name), { force: true })
  }
}

async function write(file: string, bytes: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<Written> {
  const hash = createHash('sha256')
  let size = 0
  const counted = async function* (): AsyncGenerator<Uint8Array> {
    for await (const part of bytes) {
      hash.update(part)
      size += part.length
      yield part
    }
  }
  await pipeline(counted, createWriteStream(file, { flags: 'wx' }))
  return { digest: `sha256:${hash.digest('hex')}`, size }
}
