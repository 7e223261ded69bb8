import type { Content } from '../lib/contracts/content.ts'
import { archiveName, archiveNameParts, type ArchiveNameParts } from '../lib/formats/archive-name.ts'
import type { Entry } from '../lib/formats/entry.ts'
import type { Selection } from '../lib/clients/select-files.ts'
import { listFiles } from '../lib/clients/unpack-files.ts'
import { closureOf, isStep, type Step } from '../lib/graph/step.ts'
import { task } from '../lib/graph/task.ts'
import type { Archive } from '../lib/values/archive.ts'
import type { Binary } from '../lib/values/binary.ts'
import { ReleaseError } from '../lib/values/errors.ts'
import type { Files } from '../lib/values/files.ts'
import type { Source } from '../lib/values/source.ts'
import { platformOf } from '../lib/values/target.ts'
import { files as filesOf } from './files.ts'

export interface ArchiveOptions {
  /** The program in it, or several for one target. */
  readonly binary?: Binary | Step<Binary>
  readonly binaries?: readonly (Binary | Step<Binary>)[]
  /** What stands beside them: paths or globs of the project, or files that another step made. */
  readonly files?: readonly (string | Selection)[] | Files | Step<Files>
  /** Where `files` are looked for; the binary's own source where it is absent. */
  readonly source?: Source
  /** zip for Windows and tar.gz for all others where it is absent. */
  readonly format?: Archive['format']
  /** The name without its suffix. */
  readonly name?: (parts: ArchiveNameParts) => string
  /** Put everything into one folder of this name; `true` for the archive's own name, with what is stamped as its version. */
  readonly wrap?: boolean | string
  /** 0 to 9 as in zlib. Default: 4, which takes two thirds of the time of 6 for 3 % more bytes. */
  readonly level?: number
}

interface ArchiveInput {
  readonly name: string
  readonly binaries: readonly Binary[]
  readonly files: readonly Files[]
  readonly format: Archive['format']
  readonly wrap: string
  readonly level: number
  /** The compressor's version: other ones may give other bytes. */
  readonly zlib: string
}

const pack = task<ArchiveInput, Archive>({
  name: 'archive',
  revision: 2,
  slot: 'cpu',
  outline: ({ name, binaries, format }) => {
    const [first] = binaries
    return { kind: 'archive', name, version: first?.version ?? '', format, ...(first ? { target: first.target } : {}) }
  },
  work: async ({ binaries, files, format, wrap, level, zlib }, workshop) => {
    const { content } = workshop
    const time = new Date(binaries[0]?.date ?? 0)
    const entries = [...binaries.map(binary => binaryEntry(binary, content)), ...(await Promise.all(files.map(set => fileEntries(set, content)))).flat()]
      .map(entry => ({ ...entry, name: wrap + entry.name }))
      .sort((a, b) => a.name < b.name ? -1 : 1)
    const { ofPrograms, withRememberedPieces } = await import('../lib/clients/remembered-pieces.ts')
    const like = ofPrograms(binaries, { level, zlib })
    if (format === 'zip') {
      const { zip } = await import('../lib/formats/zip.ts')
      return withRememberedPieces(workshop, like, memory => content.put(zip(entries, { time, level, memory }), 'application/zip'))
    }
    const [{ tarInParts }, { gzipPieces }] = await Promise.all([import('../lib/formats/tar.ts'), import('../lib/formats/gzip-pieces.ts')])
    return withRememberedPieces(workshop, like, memory => content.put(gzipPieces(tarInParts(entries, { time }), { level, memory }), 'application/gzip'))
  },
})

/**
 * Packs binaries of one target, and files beside them: `gateway_0.0.2_linux_amd64.tar.gz`. Every time in it is the commit's.
 * @throws ReleaseError (USAGE) without a binary or with binaries of several targets
 */
export function archive(options: ArchiveOptions): Step<Archive> {
  const binaries = [...(options.binary ? [options.binary] : []), ...(options.binaries ?? [])]
  const [first] = binaries.map(one => isStep(one) ? one.outline : one)
  const targets = new Set(binaries.map(one => (isStep(one) ? one.outline : one).target))
  if (!first || targets.size !== 1) throw mixed([...targets])
  const level = options.level ?? 4
  if (!Number.isInteger(level) || level < 0 || level > 9) {
    throw new ReleaseError(`Cannot make an archive: there is no level ${level} of compression`, { code: 'USAGE', hint: 'Write 0 to 9.' })
  }
  const programs = binaries.map(one => (isStep(one) ? one.outline : one).program)
  const named = (version: string): string => (options.name ?? archiveName)(archiveNameParts(first.project, programs, version, first.target))
  const name = named(first.version)
  const format = options.format ?? (platformOf(first.target).os === 'windows' ? 'zip' : 'tar.gz')
  const folder = options.wrap === true ? named(first.stamp ?? first.version) : options.wrap || ''
  return pack({
    name: `${name}.${format}`, binaries, files: besides(options, binaries), format, level,
    wrap: folder && `${folder}/`, zlib: process.versions['zlib'] ?? 'unknown',
  })
}

function besides({ files, source }: ArchiveOptions, binaries: readonly (Binary | Step<Binary>)[]): readonly (Files | Step<Files>)[] {
  if (files === undefined) return []
  if (!isList(files)) return [files]
  if (files.length === 0) return []
  const from = source ?? sourceOf(binaries.filter((one): one is Step<Binary> => isStep(one)))
  if (!from) {
    throw new ReleaseError('Cannot take files into an archive: its binary does not say which project they belong to', {
      code: 'USAGE', hint: 'Add source: source(\'files\') to archive().',
    })
  }
  return [filesOf({ source: { ...from, use: 'files' }, select: files })]
}

function isList(files: ArchiveOptions['files']): files is readonly (string | Selection)[] {
  return Array.isArray(files)
}

/** The project that steps were made from: their own before that of their inputs, which may be a web front end's. */
function sourceOf(steps: readonly Step[]): Source | undefined {
  return closureOf(steps).toReversed().map(step => step.input['source'] as Source | undefined).find(found => found?.kind === 'source')
}

function binaryEntry(binary: Binary, content: Content): Entry {
  return { name: binary.name, mode: 0o755, size: binary.size, open: () => content.open(binary) }
}

async function fileEntries(set: Files, content: Content): Promise<readonly Entry[]> {
  return (await listFiles(set, content)).map(({ path, mode, size, digest }) =>
    ({ name: path, mode, size, open: () => content.open({ mediaType: 'application/octet-stream', digest, size }) }))
}

function mixed(targets: readonly string[]): ReleaseError {
  return new ReleaseError(`Cannot make an archive: it has ${targets.length === 0 ? 'no binary' : `binaries for ${targets.join(' and ')}`}`, {
    code: 'USAGE', hint: 'Give archive() a binary, or several of one target.',
  })
}
