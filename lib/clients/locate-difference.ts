import { createReadStream } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { createGunzip } from 'node:zlib'
import { firstDifference } from '../formats/first-difference.ts'
import { memberDifferences, type Member } from '../formats/member.ts'
import { tarMembers } from '../formats/tar-members.ts'
import { zipMembers } from '../formats/zip-members.ts'
import type { Digest } from '../values/descriptor.ts'
import type { FileEntry } from '../values/files.ts'
import { openBytes } from './open-bytes.ts'

/** What two builds made under one name. */
export interface Pair {
  readonly name: string
  /** `files` for a set of them, `platform-image` for the manifest of an image. */
  readonly kind: string
  readonly first: Side
  readonly second: Side
}

export interface Side {
  readonly digest: Digest
  /** Where the bytes of a digest are. */
  blob(digest: Digest): string
}

const most = 5

/** Says in words where two results differ: which files of a set, which members of an archive, an image's configuration, else the first byte. */
export async function locateDifference({ name, kind, first, second }: Pair): Promise<string> {
  const lines = kind === 'files' ? await differingFiles(first, second)
    : kind === 'platform-image' ? await differingConfiguration(first, second) : await differingMembers(name, first, second)
  if (lines.length > 0) return lines.slice(0, most).join('; ') + (lines.length > most ? `; and ${lines.length - most} more` : '')
  return differingByte(first.blob(first.digest), second.blob(second.digest))
}

async function differingByte(first: string, second: string): Promise<string> {
  const found = await firstDifference(createReadStream(first), createReadStream(second))
  return found ? `byte ${found.offset} is the first that differs: ${found.first} and ${found.second}` : 'the bytes are equal now'
}

async function differingFiles(first: Side, second: Side): Promise<readonly string[]> {
  const [entries, others] = await Promise.all([entriesOf(first), entriesOf(second)])
  const different = entries.flatMap(file => {
    const other = others.find(({ path }) => path === file.path)
    return other && other.digest !== file.digest ? [{ file, other }] : []
  })
  const bytes = different.slice(0, most).map(async ({ file, other }) =>
    `in ${file.path}, ${await differingByte(first.blob(file.digest), second.blob(other.digest))}`)
  const same = (entry: FileEntry): Member => ({ name: entry.path, mode: entry.mode, time: 0, size: 0, digest: '' })
  return [...await Promise.all(bytes), ...memberDifferences(entries.map(same), others.map(same))]
}

/** A manifest says of the configuration that it is another one, and no more. */
async function differingConfiguration(first: Side, second: Side): Promise<readonly string[]> {
  const [one, other] = await Promise.all([first, second].map(async ({ digest, blob }) => (JSON.parse(await readFile(blob(digest), 'utf8')) as { readonly config: { readonly digest: Digest } }).config.digest))
  return one === undefined || other === undefined || one === other ? [] : [`in its configuration, ${await differingByte(first.blob(one), second.blob(other))}`]
}

async function entriesOf({ digest, blob }: Side): Promise<readonly FileEntry[]> {
  return JSON.parse(await readFile(blob(digest), 'utf8')) as readonly FileEntry[]
}

async function differingMembers(name: string, first: Side, second: Side): Promise<readonly string[]> {
  const [one, other] = await Promise.all([first, second].map(({ digest, blob }) => membersOf(name, blob(digest))))
  return one && other ? memberDifferences(one, other) : []
}

async function membersOf(name: string, file: string): Promise<readonly Member[] | undefined> {
  if (name.endsWith('.tar.gz')) return tarMembers(createReadStream(file).pipe(createGunzip()) as AsyncIterable<Buffer>)
  if (!name.endsWith('.zip')) return undefined
  const bytes = await openBytes(file)
  try {
    return await zipMembers(bytes)
  } finally {
    await bytes.close()
  }
}
