import { createReadStream } from 'node:fs'
import { lstat, readlink } from 'node:fs/promises'
import { join } from 'node:path'
import { hashFile } from '../lib/clients/hash-file.ts'
import type { Observer } from '../lib/contracts/workshop.ts'
import type { Entry } from '../lib/formats/entry.ts'
import type { Step } from '../lib/graph/step.ts'
import { task } from '../lib/graph/task.ts'
import type { Archive } from '../lib/values/archive.ts'
import type { Project } from '../lib/values/project.ts'
import type { Source } from '../lib/values/source.ts'
import type { Version } from '../lib/values/version.ts'

export interface SourceArchiveOptions {
  readonly project: Project
  readonly version: Version
  readonly source: Source
  /** The name without its suffix, and the folder in the archive, there with what is stamped as its version; `<project>_<version>_source` where it is absent. */
  readonly name?: string
}

interface SourceArchiveInput extends SourceArchiveOptions {
  readonly name: string
  readonly folder: string
  readonly zlib: string
}

const pack = task<SourceArchiveInput, Archive>({
  name: 'source archive',
  revision: 1,
  slot: 'cpu',
  outline: ({ name, version }) => ({ kind: 'source-archive', name: `${name}.tar.gz`, version: version.semver, format: 'tar.gz' }),
  depends: ({ folder, version, zlib }) => ({ folder, date: version.date, zlib }),
  observe: async (input, observer) => {
    const files = await exported(input, observer)
    const value = await Promise.all(files.map(async ({ path, file, link, mode }) => [path, mode, link ?? (await hashFile(file)).digest]))
    return { value, reads: [] }
  },
  work: async (input, workshop) => {
    const [{ tar }, { gzip }] = await Promise.all([import('../lib/formats/tar.ts'), import('../lib/formats/gzip.ts')])
    const entries = (await exported(input, workshop)).map(({ path, file, link, mode, size }): Entry =>
      ({ name: `${input.folder}/${path}`, mode, size, ...(link === undefined ? {} : { link }), open: () => createReadStream(file) as AsyncIterable<Buffer> }))
    return workshop.content.put(gzip(tar(entries, { time: new Date(input.version.date) })), 'application/gzip')
  },
})

/** Packs the project's files that git knows, submodules included, without those that .gitattributes marks `export-ignore`. */
export function sourceArchive(options: SourceArchiveOptions): Step<Archive> {
  const { project, version } = options
  const name = options.name ?? `${project.name}_${version.semver}_source`
  return pack({ ...options, name, folder: name.replaceAll(version.semver, version.stamp), zlib: process.versions['zlib'] ?? 'unknown' })
}

interface Exported {
  readonly path: string
  readonly file: string
  readonly mode: number
  readonly size: number
  readonly link?: string
}

async function exported({ source }: SourceArchiveInput, observer: Observer): Promise<readonly Exported[]> {
  const { exportedFiles } = await import('../lib/clients/git/exported-files.ts')
  const { folder } = source.place
  const files = await Promise.all((await exportedFiles(observer.exec, folder)).map(async path => {
    const file = join(folder, path)
    const status = await lstat(file).catch(() => undefined)
    if (status?.isSymbolicLink()) return { path, file, mode: 0o777, size: 0, link: await readlink(file) }
    if (!status?.isFile()) return undefined
    return { path, file, mode: (status.mode & 0o111) === 0 ? 0o644 : 0o755, size: status.size }
  }))
  return files.filter(file => file !== undefined).sort((a, b) => a.path < b.path ? -1 : 1)
}
