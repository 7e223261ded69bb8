import { posix } from 'node:path'
import type { Digest } from '../../values/descriptor.ts'
import { ReleaseError } from '../../values/errors.ts'
import type { FileEntry } from '../../values/files.ts'

/**
 * What a release left in a tap, for its readers and for the next release: a file beside what it lists, so that whoever clones the
 * repository sees where everything comes from, and a fresh machine knows what may be replaced. Each project has one of its own.
 */
export interface TapRecord {
  readonly about: string
  readonly project: string
  readonly version: string
  /** Of the project, not of the tap. */
  readonly commit: string
  readonly artifacts: readonly TapArtifact[]
}

export interface TapArtifact {
  readonly kind: string
  readonly name: string
  readonly digest: Digest
  /** Relative to the tap's folder; in the order in which the artifact lists them. */
  readonly files: readonly FileEntry[]
}

export const recordFolder = '.slipway'

/** Where a project's record is, relative to the tap's folder. */
export function recordPath(project: string): string {
  return `${recordFolder}/${encodeURIComponent(project)}.json`
}

/** The same text for the same release, whoever writes it. */
export function recordText({ project, version, commit, artifacts }: Omit<TapRecord, 'about'>): string {
  const record: TapRecord = {
    about: `What releases of ${project} put here. The next one replaces these files, and takes away those that it does not have; all others stay.`,
    project, version, commit, artifacts: [...artifacts].sort((a, b) => (a.name < b.name ? -1 : 1)),
  }
  return `${JSON.stringify(record, undefined, 2)}\n`
}

/** @throws ReleaseError (DESTINATION) for what is none: then nobody knows what may be replaced */
export function parseRecord(text: string, where: string): TapRecord {
  const value = parsed(text) as Partial<TapRecord> | undefined
  const whole = typeof value?.project === 'string' && typeof value.version === 'string' && Array.isArray(value.artifacts) && value.artifacts.every(isArtifact)
  if (whole) return value as TapRecord
  throw new ReleaseError(`Cannot read ${where}: it is no record of a release`, { code: 'DESTINATION', hint: 'Take it back to what the last release wrote, or delete it with the files of that release.' })
}

function isArtifact(value: unknown): boolean {
  const { name, kind, digest, files } = (value ?? {}) as Partial<TapArtifact>
  return typeof name === 'string' && typeof kind === 'string' && typeof digest === 'string' && Array.isArray(files) && files.every((file: Partial<FileEntry> | null) => isPath(file?.path) && typeof file?.mode === 'number')
}

/** Whether a path stays where it is put: no absolute one, none that leads out, none of git's own files. */
export function isPath(path: unknown): path is string {
  if (typeof path !== 'string' || path === '' || /[\0\\]/.test(path) || posix.normalize(path) !== path || posix.isAbsolute(path)) return false
  return !path.endsWith('/') && path.split('/').every(part => part !== '..' && part !== '.' && part.toLowerCase() !== '.git')
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
