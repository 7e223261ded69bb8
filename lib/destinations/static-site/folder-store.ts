import { constants } from 'node:fs'
import { chmod, copyFile, link, mkdir, mkdtemp, readFile, rename, rm, rmdir, writeFile } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import { clearDead } from '../../clients/clear-dead.ts'
import { hashFile } from '../../clients/hash-file.ts'
import { processMark } from '../../clients/process-mark.ts'
import { removeTree } from '../../clients/remove-tree.ts'
import { requireWritable } from '../../clients/require-writable.ts'
import type { Digest } from '../../values/descriptor.ts'
import { diskError } from '../../values/disk-error.ts'
import { ReleaseError } from '../../values/errors.ts'
import { differs } from './site-session.ts'
import type { Pointer, SiteStore } from './site-store.ts'

const working = '.slipway-'

/**
 * A folder that a web host serves. Files wait in a hidden folder of it and are linked to their names; a pointer is replaced by one
 * rename. Between the last look at a pointer and that rename is a moment in which another run's is lost: a folder has no
 * compare-and-swap.
 * @param folder absolute; it is made where there is none
 * @param replaces whether a file may take another one's place, as a snapshot's may
 */
export function folderStore(folder: string, { replaces = false }: { readonly replaces?: boolean } = {}): SiteStore {
  let made: Promise<string> | undefined
  let count = 0
  const drafts = (): Promise<string> => made ??= makeDrafts(folder)
  const draftFile = async (): Promise<string> => join(await drafts(), String(count += 1))
  const at = (path: string): string => join(folder, ...path.split('/'))
  const digestAt = (path: string): Promise<Digest | undefined> => unlessMissing(async () => (await hashFile(at(path))).digest)
  const readPointer = (path: string): Promise<Pointer | undefined> => unlessMissing(async () => {
    const text = await readFile(at(path), 'utf8')
    return { text, tag: text }
  })
  return {
    where: folder, digestAt, readPointer,
    stage: (path, bytes, content) => writing(folder, async () => {
      const draft = await draftFile()
      await copyFile(await content.file(bytes), draft, constants.COPYFILE_FICLONE)
      await chmod(draft, 0o644)
      return {
        digest: async () => (await hashFile(draft)).digest,
        publish: () => writing(folder, () => place(draft, at(path), { replaces, refuse: there => differs(folder, path, there, bytes.digest) })),
      }
    }),
    writePointer: (path, text, expected) => writing(folder, async () => {
      const draft = await draftFile()
      await writeFile(draft, text)
      await chmod(draft, 0o644)
      await mkdir(dirname(at(path)), { recursive: true })
      if ((await readPointer(path))?.tag !== expected?.tag) return false
      await rename(draft, at(path))
      return true
    }),
    remove: async path => {
      await rm(at(path), { force: true })
      for (let each = dirname(at(path)); each !== folder && relative(folder, each) !== ''; each = dirname(each)) if (!await rmdir(each).then(() => true, () => false)) return
    },
    // A run that was killed has left its drafts where another one published everything.
    clear: () => clearDead(folder, working).catch(() => undefined),
    requireWritable: () => requireWritable(folder, 'publish in'),
    close: async () => {
      const own = await made?.catch(() => undefined)
      made = undefined
      if (own !== undefined) await removeTree(own)
    },
  }
}

async function makeDrafts(folder: string): Promise<string> {
  await mkdir(folder, { recursive: true })
  await clearDead(folder, working).catch(() => undefined)   // what cannot be read now is in nobody's way
  return mkdtemp(join(folder, `${working}${processMark()}-`))
}

interface Placing {
  readonly replaces: boolean
  readonly refuse: (there: Digest) => ReleaseError
}

/** A link does not take the place of what another run has put there meanwhile, as a rename would. */
async function place(draft: string, target: string, { replaces, refuse }: Placing): Promise<void> {
  await mkdir(dirname(target), { recursive: true })
  if (replaces) return rename(draft, target)
  try {
    await link(draft, target)
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException
    if (['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'].includes(code)) return rename(draft, target)   // a file system without links
    if (code !== 'EEXIST') throw error
    const [{ digest: there }, { digest }] = await Promise.all([hashFile(target), hashFile(draft)])
    if (there !== digest) throw refuse(there)
  }
  await rm(draft)
}

async function unlessMissing<T>(read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read()
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined
    throw error
  }
}

/** A disk that is full is one error, whatever was being written. */
async function writing<T>(folder: string, write: () => Promise<T>): Promise<T> {
  try {
    return await write()
  } catch (error) {
    throw diskError(error, folder) ?? error
  }
}
