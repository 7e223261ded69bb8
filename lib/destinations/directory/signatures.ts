import type { Stats } from 'node:fs'
import { readFile } from 'node:fs/promises'
import type { Digest } from '../../values/descriptor.ts'

/** What tells that a file was not touched since: any write, rename or link moves its change time. */
export type Signature = {
  readonly digest: Digest
  readonly size: number
  readonly inode: number
  readonly changed: number
  readonly modified: number
}

export type Signatures = Readonly<Record<string, Signature>>

export function signatureOf(status: Stats, digest: Digest): Signature {
  return { digest, size: status.size, inode: status.ino, changed: status.ctimeMs, modified: status.mtimeMs }
}

export function sameSignature(a: Signature, b: Signature): boolean {
  return a.digest === b.digest && a.size === b.size && a.inode === b.inode && a.changed === b.changed && a.modified === b.modified
}

/** The signatures that the last run left in its record; none where it cannot be read. */
export async function readSignatures(runRecord: string): Promise<Signatures> {
  try {
    const record = JSON.parse(await readFile(runRecord, 'utf8')) as { reports?: { directory?: { files?: Signatures } } }
    return record.reports?.directory?.files ?? {}
  } catch {
    return {}
  }
}
