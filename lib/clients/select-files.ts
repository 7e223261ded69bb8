import { stat } from 'node:fs/promises'
import { isAbsolute, join, posix } from 'node:path'
import type { Source } from '../values/source.ts'
import { ReleaseError } from '../values/errors.ts'

/** Files chosen by path or glob, with a place and a mode of their own where they need one. */
export interface Selection {
  /** A path or glob relative to the source's folder, with forward slashes: `LICENSE`, `docs/**`. A glob matches no links. */
  readonly glob: string
  /** The folder they go into; they keep their path below the glob's fixed part. The same place where it is absent. */
  readonly to?: string
  /** Unix permission bits; 0o755 for what is executable and 0o644 for the rest where it is absent. */
  readonly mode?: number
}

export interface SelectedFile {
  /** Where it goes: a relative path with forward slashes. */
  readonly path: string
  /** Where it is, absolute. */
  readonly file: string
  readonly mode: number
}

/**
 * The files that selections choose, sorted by the path they go to.
 * @throws ReleaseError (FILES) where one matches nothing or leads outside, (NAME) where two files would have one path
 */
export async function selectFiles(source: Source, selections: readonly (string | Selection)[]): Promise<readonly SelectedFile[]> {
  const chosen = new Map<string, SelectedFile>()
  for (const selection of selections.map(one => typeof one === 'string' ? { glob: one } : one)) {
    for (const file of await matches(source, selection)) {
      const earlier = chosen.get(file.path)
      if (earlier && earlier.file !== file.file) throw collision(file, earlier)
      chosen.set(file.path, file)
    }
  }
  return [...chosen.values()].sort((a, b) => a.path < b.path ? -1 : 1)
}

async function matches(source: Source, chosen: Selection): Promise<readonly SelectedFile[]> {
  const { folder } = source.place
  for (const path of [chosen.glob, chosen.to ?? '']) if (isAbsolute(path) || path.split('/').includes('..')) throw outside(path)
  const glob = posix.normalize(chosen.glob)
  const selection = { ...chosen, glob }
  const paths = isPattern(glob) && !await isFile(join(folder, glob)) ? await expand(source, glob) : [glob]
  const found = await Promise.all(paths.map(async path => {
    const status = await stat(join(folder, path)).catch(() => undefined)
    if (!status?.isFile()) return undefined
    const mode = selection.mode ?? ((status.mode & 0o111) === 0 ? 0o644 : 0o755)
    return { path: placed(path, selection), file: join(folder, path), mode }
  }))
  const files = found.filter(file => file !== undefined)
  if (files.length === 0) throw await nothing(source, glob)
  return files
}

/** A name with brackets or parentheses is a pattern only where there is no such file. */
async function isFile(path: string): Promise<boolean> {
  return stat(path).then(found => found.isFile(), () => false)
}

function isPattern(glob: string): boolean {
  return /[*?[\]{}!()]/.test(glob)
}

async function expand(source: Source, glob: string): Promise<readonly string[]> {
  const tinyglobby = await import('tinyglobby')
  const { folder, outputs } = source.place
  const found = await tinyglobby.glob([glob], { cwd: folder, dot: true, onlyFiles: true, expandDirectories: false, followSymbolicLinks: false,
    ignore: ['**/.git/**', '**/.git'] })
  return found.map(path => path.replaceAll('\\', '/')).filter(path => !outputs.some(output => isWithin(join(folder, path), output))).sort()
}

function isWithin(path: string, folder: string): boolean {
  return path === folder || path.startsWith(`${folder}/`) || path.startsWith(`${folder}\\`)
}

function placed(path: string, { glob, to }: Selection): string {
  if (to === undefined) return path
  const fixed = glob.split('/').slice(0, -1)
  const depth = fixed.findIndex(part => isPattern(part))
  return posix.join(to, path.split('/').slice(depth === -1 ? fixed.length : depth).join('/'))
}

function outside(path: string): ReleaseError {
  return new ReleaseError(`Cannot take or place files at ${path}: it leads outside`, {
    code: 'FILES', hint: 'Write a relative path without "..".',
  })
}

async function nothing(source: Source, glob: string): Promise<ReleaseError> {
  const folder = await stat(join(source.place.folder, glob)).then(found => found.isDirectory(), () => false)
  return new ReleaseError(`Cannot take the files ${glob}: ${folder ? 'it is a folder' : `nothing in ${source.place.folder} matches`}`, {
    code: 'FILES', hint: folder ? `Write ${posix.join(glob, '**')} for all that is in it.` : 'Correct the glob, or take it out of build.ts.',
  })
}

function collision(file: SelectedFile, earlier: SelectedFile): ReleaseError {
  return new ReleaseError(`Cannot put two files at ${file.path}: ${earlier.file} and ${file.file}`, {
    code: 'NAME', hint: 'Give one of them a folder of its own with "to".',
  })
}
