import { randomBytes } from 'node:crypto'
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { dirname, isAbsolute, join } from 'node:path'
import type { Content } from '../contracts/content.ts'
import type { Records } from '../contracts/records.ts'
import { blobsIn } from '../oci/blobs.ts'
import { digestOf } from '../values/digest.ts'
import { diskError } from '../values/disk-error.ts'
import { ReleaseError } from '../values/errors.ts'
import type { Json } from '../values/json.ts'
import { clearDead } from './clear-dead.ts'
import { processMark } from './process-mark.ts'
import { removeTree } from './remove-tree.ts'

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
  const shared = environment['XDG_CACHE_HOME']
  // XDG Base Directory Specification: relative paths are to be ignored.
  return join(shared && isAbsolute(shared) ? shared : join(homedir(), '.cache'), 'slipway')
}

/** Opens the cache and clears what killed runs left in it. @throws ReleaseError (CACHE) where the folder cannot be written */
export async function openCache(folder: string): Promise<CacheFolder> {
  const own = join(folder, 'tmp', `${processMark()}-${randomBytes(4).toString('hex')}`)
  try {
    await mkdir(own, { recursive: true })
    await clearDead(join(folder, 'tmp'))
  } catch (cause) {
    throw new ReleaseError(`Cannot use the cache folder ${folder}: ${(cause as Error).message}`, {
      code: 'CACHE', hint: 'Make it writable, or name another one in SLIPWAY_CACHE.', cause,
    })
  }
  let count = 0
  return {
    folder,
    content: blobsIn(folder, own),
    records: recordsIn(folder, own),
    temporary: async () => {
      count += 1
      const made = join(own, String(count))
      await writing(folder, () => mkdir(made, { recursive: true }))
      return made
    },
    discard: removeTree,
    readNote: name => readJson(join(folder, `${name}.json`)),
    writeNote: (name, value) => writing(folder, () => writeJson(join(folder, `${name}.json`), own, value)),
    close: () => removeTree(own),
  }
}

function recordsIn(folder: string, temporary: string): Records {
  const fileOf = (key: string): string => join(folder, 'records', key.slice(7, 9), `${key.slice(9)}.json`)
  return {
    find: async key => {
      const { sum, value } = (await readJson(fileOf(key)) ?? {}) as { readonly sum?: Json; readonly value?: Json }
      // A record that a disk changed would lead to other bytes without anybody noticing.
      return value !== undefined && sum === sumOf(value) ? value : undefined
    },
    keep: (key, value) => writing(folder, () => writeJson(fileOf(key), temporary, { sum: sumOf(value), value })),
  }
}

function sumOf(value: Json): string {
  return digestOf(JSON.stringify(value))
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
  try {
    await writeFile(draft, JSON.stringify(value))
    await rename(draft, file)
  } catch (error) {
    await rm(draft, { force: true })
    throw error
  }
}

/** A disk that is full is one error, whatever was being written. */
async function writing<T>(folder: string, write: () => Promise<T>): Promise<T> {
  try {
    return await write()
  } catch (error) {
    throw diskError(error, `the cache folder ${folder}`) ?? error
  }
}
