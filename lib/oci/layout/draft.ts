import { randomBytes } from 'node:crypto'
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { diskError } from '../../values/disk-error.ts'
import { ReleaseError } from '../../values/errors.ts'
import { whyUnreadable } from '../../values/why-unreadable.ts'
import { writeHashed, type Written } from '../write-hashed.ts'

const prefix = '.draft-'
const day = 24 * 60 * 60 * 1000

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
    accept(await writeHashed(draft, bytes))
    await mkdir(dirname(file), { recursive: true })
    await rename(draft, file)
  } catch (error) {
    await rm(draft, { force: true }).catch(() => undefined)   // what went wrong before says more
    const ours = (error as NodeJS.ErrnoException).path?.startsWith(folder) || (error as NodeJS.ErrnoException).code === 'ENOSPC'
    throw (ours ? diskError(error, `the layout in ${folder}`) ?? inTheWay(error, folder) : undefined) ?? error
  }
}

function inTheWay(error: unknown, folder: string): ReleaseError | undefined {
  if (!['ENOTDIR', 'EEXIST', 'EISDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined
  return new ReleaseError(`Cannot write the layout in ${folder}: ${whyUnreadable(error)}`, { code: 'DISK', hint: 'Name a folder, or one that can be made.', cause: error })
}

/** Removes what killed runs left: what is a day old is nobody's any more. */
export async function clearDrafts(folder: string): Promise<void> {
  for (const name of await readdir(folder).catch(() => [])) {
    if (!name.startsWith(prefix)) continue
    const found = await stat(join(folder, name)).catch(() => undefined)
    if (found && Date.now() - found.mtimeMs > day) await rm(join(folder, name), { force: true })
  }
}
