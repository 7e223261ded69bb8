import { readFile, realpath } from 'node:fs/promises'
import { basename } from 'node:path'
import { changesOf } from '../../formats/changelog.ts'
import { changelogSections } from '../../formats/changelog-sections.ts'
import { insertSection } from '../../formats/release-notes-section.ts'
import { ReleaseError } from '../../values/errors.ts'

export const usualChangelog = 'CHANGELOG.md'

export interface ChangelogFile {
  /** Where its bytes are: what a link leads to. */
  readonly file: string
  readonly text: string
}

/**
 * Reads a changelog that a section may be put into; one that is not there is empty.
 * @param version of which a section is there once at most
 * @throws ReleaseError (FILES) for what is no text, has no heading, or speaks of the version twice: nobody knows what to keep of it
 */
export async function readChangelog(path: string, version: string): Promise<ChangelogFile> {
  const file = await realpath(path).catch(() => path)
  const bytes = await readFile(file).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') return Buffer.alloc(0)
    throw refusal(path, cause.code === 'EISDIR' ? 'it is a folder' : 'it cannot be read', 'Name a file of Markdown.', cause)
  })
  const text = decoded(bytes)
  if (text === undefined) throw refusal(path, 'it is no text in UTF-8', 'Name a file of Markdown.')
  const sections = changelogSections(text)
  const first = text.replace('\ufeff', '').split(/\r\n|\r|\n/).find(line => line.trim() !== '') ?? ''
  const begins = first === '' || /^ {0,3}#{1,6}(?:[ \t]|$)/.test(first) || sections.length > 0
  if (!begins) throw refusal(path, 'no heading of it names a version, and it begins with none', 'Begin it with a heading: # Changelog')
  if (sections.filter(({ name }) => name === version).length > 1) throw refusal(path, `${version} has two sections in it`, 'Make one of them.')
  return { file, text }
}

/**
 * The text with a version's section in the place of what it has of it.
 * @throws ReleaseError (FILES) where it would stand in a comment or in code that has no end
 */
export function withSection({ file, text }: ChangelogFile, section: string, version: string): string {
  const made = insertSection(text, section, { existing: 'replaced' })
  if (changelogSections(made).some(({ name }) => name === version)) return made
  throw refusal(file, 'a comment or a block of code above its place has no end', 'End it.')
}

/** What to say of a changelog that is there and has nothing of a version; undefined where all is well. */
export async function changelogGap(path: string, version: string): Promise<string | undefined> {
  const text = await readFile(path, 'utf8').catch(() => undefined)
  if (text === undefined || changesOf(text, version) !== undefined) return undefined
  return `${basename(path)} says nothing of ${version}: npx tsx build.ts changelog ${version} --write`
}

function decoded(bytes: Uint8Array): string | undefined {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
    return text.includes('\0') ? undefined : text
  } catch {
    return undefined
  }
}

function refusal(path: string, why: string, hint: string, cause?: unknown): ReleaseError {
  return new ReleaseError(`Cannot write a section into ${path}: ${why}`, { code: 'FILES', hint, ...cause !== undefined && { cause } })
}
