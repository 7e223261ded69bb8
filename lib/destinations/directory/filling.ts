import { chmod, copyFile, constants, link, mkdir, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Content } from '../../contracts/content.ts'
import type { Folders } from '../directory.ts'
import { hashFile } from '../../clients/hash-file.ts'
import type { PlacedFile } from './placed-files.ts'
import { sameSignature, signatureOf, type Signature } from './signatures.ts'

/** One release on its way into the folder. */
export interface Filling {
  readonly folders: Folders
  /** What is moved into the folder's place at the end. */
  readonly draft: string
  /** Files of the folder as it is that are exactly what is released, as they looked then: they are not written again. */
  readonly kept: Map<string, Signature>
}

/** Another run may just be removing the empty folder in which it is made. */
export async function makeFolder(folder: string): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      await mkdir(folder, { recursive: true })
      return
    } catch (error) {
      if (tries === 5 || !['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error
    }
  }
}

export async function copyIn({ path, bytes, mode }: PlacedFile, draft: string, content: Content): Promise<void> {
  const target = join(draft, path)
  await makeFolder(dirname(target))
  await copyFile(await content.file(bytes), target, constants.COPYFILE_FICLONE)
  await chmod(target, mode)
}

/** Takes a file over as it is, where nobody touched it since; some file systems have no links. */
export async function linkIn({ folder }: Folders, { path }: PlacedFile, there: Signature, draft: string): Promise<boolean> {
  const now = await stat(join(folder, path)).catch(() => undefined)
  if (!now || !sameSignature(there, signatureOf(now, there.digest))) return false
  await makeFolder(dirname(join(draft, path)))
  return link(join(folder, path), join(draft, path)).then(() => true, () => false)
}

/**
 * The look of the folder's file where it is this one: untouched since it was written and read back, or, where nothing is
 * known of that, with the same bytes.
 */
export async function keepable({ folder }: Folders, { path, bytes, mode }: PlacedFile, before: Signature | undefined): Promise<Signature | undefined> {
  const file = join(folder, path)
  const now = await stat(file).catch(() => undefined)
  if (!now?.isFile() || now.size !== bytes.size || (now.mode & 0o777) !== mode) return undefined
  const signature = signatureOf(now, bytes.digest)
  if (before && sameSignature(before, signature)) return signature
  const found = await hashFile(file).catch(() => undefined)
  return found?.digest === bytes.digest ? signature : undefined
}
