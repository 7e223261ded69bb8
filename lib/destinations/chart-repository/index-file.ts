import { chmod, lstat, readFile, rename, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ReleaseError } from '../../values/errors.ts'
import { whyUnreadable } from '../../values/why-unreadable.ts'

/** What a classic repository calls its index: https://helm.sh/docs/topics/chart_repository. */
export const indexFile = 'index.yaml'

/** The index of a repository as it stands; undefined where there is none. @throws ReleaseError (FILES) where it cannot be read, or is a link */
export async function indexText(folder: string): Promise<string | undefined> {
  const file = join(folder, indexFile)
  try {
    // A rename would take the link's place, not that of the file it leads to.
    if ((await lstat(file)).isSymbolicLink()) throw new ReleaseError(`Cannot use ${file}: it is a symbolic link`, { code: 'FILES', hint: 'Put the file itself there.' })
    return await readFile(file, 'utf8')
  } catch (error) {
    if (error instanceof ReleaseError) throw error
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw new ReleaseError(`Cannot read ${file}: ${whyUnreadable(error)}`, { code: 'FILES', hint: 'Make it a file that the release may read.', cause: error })
  }
}

/**
 * Puts a text into the place of the index by one rename, with the permissions of the one before.
 * @param drafts a folder on the same file system
 * @param expected what the index is taken to be
 * @returns whether it was that: where another run has just written it, nothing is done
 */
export async function replaceIndex(folder: string, drafts: string, text: string, expected: string | undefined): Promise<boolean> {
  const [file, draft] = [join(folder, indexFile), join(drafts, indexFile)]
  await writeFile(draft, text)
  await chmod(draft, ((await stat(file).catch(() => undefined))?.mode ?? 0o644) & 0o777)
  if (await indexText(folder) !== expected) return false
  await rename(draft, file)
  return true
}
