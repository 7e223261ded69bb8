import { randomBytes } from 'node:crypto'
import { mkdir, readFile, readdir, readlink, rename, rm, stat, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { dirname, isAbsolute, join } from 'node:path'
import type { Content } from '../contracts/content.ts'
import type { Records } from '../contracts/records.ts'
import { blobsIn } from '../oci/blobs.ts'
import { ReleaseError } from '../values/errors.ts'
import type { Json } from '../values/json.ts'

/** The cache: content, the records that find it, and what earlier runs took. */
export interface CacheFolder {
  readonly folder: string
  readonly content: Content
  readonly records: Records
  /** Makes a folder on the cache's file system that is gone after this run, however it ends. */
  temporary(): Promise<string>
  discard(folder: string): Promise<void>
  /** A small JSON file beside the records; undefined where it is not there or cannot be read. */
  readNote(name: string): Promise<Json | undefined>
  writeNote(name: string, value: Json): Promise<void>
  /** Removes this run's temporary files. */
  close(): Promise<void>
}

/** Where the cache is: SLIPWAY_CACHE, else the user's cache folder as the platform has it. */
export function cacheLocation(environment: Readonly<Record<string, string | undefined>>, platform: NodeJS.Platform): string {
  const named = environment['SLIPWAY_CACHE']
  if (named) {
    if (isAbsolute(named)) return named
    throw new ReleaseError(`Cannot use the cache folder ${named}: SLIPWAY_CACHE is not an absolute path`, { code: 'CACHE', hint: 'Write the whole path.' })
  }
  if (platform === 'win32') return join(environment['LOCALAPPDATA'] ?? join(homedir(), 'AppData', 'Local'), 'slipway')
  if (platform === 'darwin') return join(homedir(), 'Library', 'Caches', 'slipway')
  return join(environment['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'slipway')
}

/** Opens the cache and clears what killed runs left in it. @throws ReleaseError (CACHE) where the folder cannot be written */
export async function openCache(folder: string): Promise<CacheFolder> {
  const space = await processSpace()
  const own = join(folder, 'tmp', `${process.pid}-${space}-${randomBytes(4).toString('hex')}`)
  try {
    await mkdir(own, { recursive: true })
    await clearTemporary(join(folder, 'tmp'), space)
  } catch (cause) {
    throw new ReleaseError(`Cannot use the cache folder ${folder}: ${(cause as Error).message}`, {
      code: 'CACHE', hint: 'Make it writable, or name another one in SLIPWAY_CACHE.', cause,
    })
  }
  let count = 0
  return {
    folder,
    content: blobsIn(folder, own),
    records: recordsIn(join(folder, 'records'), own),
    temporary: async () => {
      count += 1
      const made = join(own, String(count))
      await mkdir(made, { recursive: true })
      return made
    },
    discard: path => rm(path, { recursive: true, force: true }),
    readNote: name => readJson(join(folder, `${name}.json`)),
    writeNote: (name, value) => writeJson(join(folder, `${name}.json`), own, value),
    close: () => rm(own, { recursive: true, force: true }),
  }
}

function recordsIn(folder: string, temporary: string): Records {
  const fileOf = (key: string): string => join(folder, key.slice(7, 9), `${key.slice(9)}.json`)
  return {
    find: key => readJson(fileOf(key)),
    keep: (key, value) => writeJson(fileOf(key), temporary, value),
  }
}

async function readJson(file: string): Promise<Json | undefined> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as Json
  } catch {
    return undefined
  }
}

async function writeJson(file: string, temporary: string, value: Json): Promise<void> {
  await mkdir(dirname(file), { recursive: true })
  const draft = join(temporary, `record-${randomBytes(6).toString('hex')}`)
  await writeFile(draft, JSON.stringify(value))
  await rename(draft, file)
}

const day = 24 * 60 * 60 * 1000

/** Removes the temporary folders of runs whose process is gone; of other containers, only what is a day old. */
async function clearTemporary(folder: string, space: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const [pid, itsSpace] = name.split('-')
    const path = join(folder, name)
    const gone = itsSpace === space ? !isAlive(Number(pid)) : await isOlderThan(path, day)
    if (gone) await rm(path, { recursive: true, force: true })
  }
}

/** Tells process ids of one container from those of another that shares the cache. */
async function processSpace(): Promise<string> {
  const link = await readlink('/proc/self/ns/pid').catch(() => 'pid:[0]')
  return link.replace(/\D/g, '') || '0'
}

async function isOlderThan(path: string, milliseconds: number): Promise<boolean> {
  const found = await stat(path).catch(() => undefined)
  return found !== undefined && Date.now() - found.mtimeMs > milliseconds
}

function isAlive(pid: number): boolean {
  if (!Number.isSafeInteger(pid) || pid <= 0) return false
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
