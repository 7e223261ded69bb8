import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { lstat, readFile, readdir, readlink } from 'node:fs/promises'
import { basename, join, relative, resolve, sep } from 'node:path'
import { dockerIgnore, type DockerIgnore } from '../formats/docker-ignore.ts'
import { writeTar, type TarMember } from '../formats/tar-writer.ts'
import type { Digest } from '../values/descriptor.ts'
import { digestOf } from '../values/digest.ts'
import { ReleaseError } from '../values/errors.ts'
import { hashFile } from './hash-file.ts'

/** One thing in a build context. */
export interface ContextEntry {
  /** Relative, with forward slashes. */
  readonly path: string
  readonly type: 'file' | 'directory' | 'symlink'
  /** 0o755 for what can be run and for folders, 0o644 for the rest: more depends on who checked it out. */
  readonly mode: number
  /** Of a file's bytes, or of what a link points to; that of nothing for a folder. */
  readonly digest: Digest
}

export interface DockerContext {
  /** Where the Dockerfile is in it. */
  readonly dockerfile: string
  /** Sorted by path: what a build depends on. */
  readonly entries: readonly ContextEntry[]
  /**
   * The tar that the Docker Engine builds from, streamed from the files; every time in it is this.
   * @param more members that come after the files
   * @param builder only the classic one takes out again what is there for it alone
   */
  tar(time: Date, builder: Builder, more?: readonly TarMember[]): AsyncGenerator<Uint8Array>
}

/** What the Engine builds with. */
export type Builder = 'buildkit' | 'classic'

interface Found extends ContextEntry {
  readonly size: number
  readonly link?: string
  open(): AsyncIterable<Uint8Array>
}

interface Walk {
  readonly folder: string
  readonly ignore: DockerIgnore
  readonly outputs: readonly string[]
}

/**
 * The build context in a folder, without `.git` and what `<Dockerfile>.dockerignore` or `.dockerignore` leaves out. A Dockerfile that is
 * left out, or that lies elsewhere, is in it even so, as `.dockerfile`: `COPY . .` takes it along with BuildKit, which reads
 * it from nowhere else, and not with the classic builder.
 * @param dockerfile a path in the folder, or an absolute one anywhere
 * @param outputs folders, absolute, that the release writes into: never part of it
 * @throws ReleaseError (FILES) where the folder, the Dockerfile or a pattern cannot be used; (CHANGED) from `tar` where a file changed
 */
export async function dockerContext(folder: string, dockerfile = 'Dockerfile', outputs: readonly string[] = []): Promise<DockerContext> {
  const file = resolve(folder, dockerfile)
  const ignored = await ignoreFile(folder, file)
  const ignore = dockerIgnore(ignored?.text ?? '', ignored?.name ?? '.dockerignore')
  const found: Found[] = []
  for await (const one of below('', { folder, outputs, ignore })) found.push(one)
  const built = await withDockerfile(found, folder, file, ignored?.text ?? '')
  const entries = sorted(built.entries)
  const forClassic = sorted(built.forClassic)
  return {
    dockerfile: built.dockerfile,
    entries: entries.map(({ path, type, mode, digest }) => ({ path, type, mode, digest })),
    tar: (time, builder, more = []) => writeTar(members(builder === 'classic' ? forClassic : entries, more), { time }),
  }
}

function sorted(entries: readonly Found[]): readonly Found[] {
  return [...entries].sort((a, b) => a.path < b.path ? -1 : 1)
}

async function* members(entries: readonly Found[], more: readonly TarMember[]): AsyncGenerator<TarMember> {
  for (const { path, type, mode, size, link, open } of entries) {
    yield { name: path, type, mode, uid: 0, gid: 0, size, open, ...link !== undefined && { link } }
  }
  yield* more
}

/** A Dockerfile's own file of patterns takes the place of the folder's. */
async function ignoreFile(folder: string, dockerfile: string): Promise<{ name: string; text: string } | undefined> {
  for (const file of [`${dockerfile}.dockerignore`, join(folder, '.dockerignore')]) {
    const text = await readFile(file, 'utf8').catch(() => undefined)
    if (text !== undefined) return { name: relative(folder, file), text }
  }
  return undefined
}

async function* below(path: string, walk: Walk): AsyncGenerator<Found> {
  const names = await readdir(join(walk.folder, path)).catch(cause => { throw unreadable(walk.folder, path, cause) })
  for (const name of names.sort()) yield* at(path === '' ? name : `${path}/${name}`, walk)
}

/**
 * A folder that is left out is there all the same where something in it is not. Sockets, pipes and devices are no sources, and
 * neither is what git keeps: it is another one in every clone.
 */
async function* at(path: string, walk: Walk): AsyncGenerator<Found> {
  const file = join(walk.folder, path)
  if (basename(path) === '.git') return
  const ignored = walk.ignore.ignores(path)
  if (walk.outputs.includes(file) || (ignored && !walk.ignore.hasExceptions)) return
  const status = await lstat(file)
  if (status.isDirectory()) {
    let told = false
    if (!ignored) yield folderEntry(path)
    for await (const one of below(path, walk)) {
      if (ignored && !told) yield folderEntry(path)
      told = true
      yield one
    }
  } else if (!ignored) {
    if (status.isFile()) yield await fileEntry(path, file, status.mode)
    if (status.isSymbolicLink()) yield linkEntry(path, (await readlink(file)).split(sep).join('/'))
  }
}

function linkEntry(path: string, link: string): Found {
  return { path, type: 'symlink', mode: 0o777, digest: digestOf(link), size: 0, link, open: nothing }
}

async function fileEntry(path: string, file: string, bits: number): Promise<Found> {
  try {
    const { digest, size } = await hashFile(file)
    return { path, type: 'file', mode: (bits & 0o111) === 0 ? 0o644 : 0o755, digest, size, open: () => unchanged(path, file, { digest, size }) }
  } catch (cause) {
    throw unreadable('the build context', path, cause)
  }
}

function folderEntry(path: string): Found {
  return { path, type: 'directory', mode: 0o755, digest: digestOf(''), size: 0, open: nothing }
}

function textEntry(path: string, text: string): Found {
  const bytes = Buffer.from(text)
  return { path, type: 'file', mode: 0o644, digest: digestOf(bytes), size: bytes.length, open: async function* () { yield bytes } }
}

async function* nothing(): AsyncGenerator<Uint8Array> {}

/** What was hashed is what is built from. */
async function* unchanged(path: string, file: string, before: Pick<Found, 'digest' | 'size'>): AsyncGenerator<Uint8Array> {
  const hash = createHash('sha256')
  let size = 0
  for await (const part of createReadStream(file, { highWaterMark: 1 << 20 }) as AsyncIterable<Buffer>) {
    size += part.length
    if (size > before.size) throw changed(path)
    hash.update(part)
    yield part
  }
  if (`sha256:${hash.digest('hex')}` !== before.digest) throw changed(path)
}

function changed(path: string): ReleaseError {
  return new ReleaseError(`Cannot build from ${path}: it changed while it was read`, { code: 'CHANGED', hint: 'Run it again when nothing writes to it.' })
}

interface WithDockerfile {
  readonly dockerfile: string
  readonly entries: readonly Found[]
  readonly forClassic: readonly Found[]
}

/**
 * The classic builder takes Dockerfile and .dockerignore out again where the .dockerignore in the tar names them. What else that
 * names is left out already, and some builders would take out what is added, too.
 */
async function withDockerfile(found: readonly Found[], folder: string, file: string, patterns: string): Promise<WithDockerfile> {
  const path = relative(folder, file).split(sep).join('/')
  if (found.some(one => one.path === path)) return { dockerfile: path, entries: found, forClassic: found }
  const text = await readFile(file, 'utf8').catch(cause => { throw unreadable(folder, path, cause) })
  const dockerfile = '.dockerfile'
  const entries = [...found.filter(one => one.path !== dockerfile), textEntry(dockerfile, text)]
  const kept = found.some(one => one.path === '.dockerignore')
  const ignore = textEntry('.dockerignore', [...kept ? [patterns, dockerfile] : [dockerfile, '.dockerignore'], ''].join('\n'))
  return { dockerfile, entries, forClassic: [...entries.filter(one => one.path !== ignore.path), ignore] }
}

function unreadable(folder: string, path: string, cause: unknown): ReleaseError {
  const { code, message } = cause as NodeJS.ErrnoException
  const why = code === 'ENOENT' ? 'it is not there' : code === 'EACCES' ? 'the permission is missing' : message
  return new ReleaseError(`Cannot use ${path === '' ? folder : `${path} of ${folder}`} for an image: ${why}`, {
    code: 'FILES', cause, hint: 'Correct the path, or leave it out in .dockerignore.',
  })
}
