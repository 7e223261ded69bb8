import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { ReleaseError } from '../../lib/values/errors.ts'
import type { Source } from '../../lib/values/source.ts'

export interface ChangelogPlace {
  readonly source: Source
  /** Relative to the source's folder; absent where none is read. */
  readonly changelog?: string
}

/** @throws ReleaseError (FILES) for a file that was named and cannot be read; the usual one may be missing */
export async function readChangelog({ source, changelog }: ChangelogPlace): Promise<{ readonly text?: string; readonly reads: readonly string[] }> {
  if (changelog === undefined) return { reads: [] }
  const file = resolve(source.place.folder, changelog)
  try {
    return { text: await readFile(file, 'utf8'), reads: [file] }
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT' && changelog === usualChangelog) return { reads: [] }
    throw new ReleaseError(`Cannot read the changes from ${file}: ${(cause as Error).message}`, { code: 'FILES', cause, hint: 'Correct changelog in build.ts, or write false there.' })
  }
}

export const usualChangelog = 'CHANGELOG.md'
