import { randomBytes } from 'node:crypto'
import { mkdir, rename, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { goCacheEntry, goCacheFile, goCachePath, type GoCacheEntry } from '../../../formats/go-cache-entry.ts'
import { readTar } from '../../../formats/tar-reader.ts'
import { decompressed } from '../../../oci/decompress.ts'
import { writeHashed } from '../../../oci/write-hashed.ts'
import { ReleaseError } from '../../../values/errors.ts'
import { clearDead } from '../../clear-dead.ts'
import { processMark } from '../../process-mark.ts'
import { removeTree } from '../../remove-tree.ts'

/** What a folder is called in which files of Go's cache are written before they get their names. */
const drafts = 'slipway-'

const subject = 'a bundle of Go\'s cache'

/**
 * Adds a bundle's files to Go's cache. Nothing that is there is touched. Results are hashed, and moved to their names whole, as
 * Go itself only looks at the sizes of most; entries, which make Go find them, follow when the whole bundle has been read.
 * @param folder GOCACHE
 * @param limit bytes that come out of the bundle at most
 * @throws ReleaseError (CONTENT) where it holds anything else, or bytes that are not what they should be
 */
export async function unpackEntries(bytes: AsyncIterable<Uint8Array>, folder: string, limit: number): Promise<void> {
  await mkdir(folder, { recursive: true })
  await clearDead(folder, drafts)
  const draft = join(folder, `${drafts}${processMark()}-${randomBytes(4).toString('hex')}`)
  await mkdir(draft)
  try {
    const entries: (readonly [entry: GoCacheEntry, text: string])[] = []
    for await (const { name, type, body } of readTar(decompressed('application/gzip', bytes, limit), subject)) {
      const file = goCacheFile(name)
      if (!file || type !== 'file') throw wrong(`${name} is no file of Go's cache`)
      if (file.kind === 'd') await addResult(file.id, body, folder, draft)
      else entries.push(await readEntry(file.id, body))
    }
    for (const [entry, text] of entries) await addEntry(entry, text, folder, draft)
  } finally {
    await removeTree(draft)
  }
}

async function addResult(output: string, body: AsyncIterable<Uint8Array>, folder: string, draft: string): Promise<void> {
  const place = join(folder, goCachePath(output, 'd'))
  if (await stat(place).catch(() => undefined)) return
  const file = join(draft, output)
  const { digest } = await writeHashed(file, body)
  if (digest !== `sha256:${output}`) throw wrong(`a result in it has the digest ${digest}, not sha256:${output}`)
  await moveTo(file, place)
}

async function readEntry(action: string, body: AsyncIterable<Uint8Array>): Promise<readonly [GoCacheEntry, string]> {
  const parts: Uint8Array[] = []
  for await (const part of body) parts.push(part)
  const text = Buffer.concat(parts).toString('latin1')
  const entry = goCacheEntry(text)
  if (entry?.action !== action) throw wrong(`${goCachePath(action, 'a')} is not the entry that it is called`)
  return [entry, text]
}

/** Only what has its result here; another result of the same action stays. */
async function addEntry({ action, output, size }: GoCacheEntry, text: string, folder: string, draft: string): Promise<void> {
  const place = join(folder, goCachePath(action, 'a'))
  const result = await stat(join(folder, goCachePath(output, 'd'))).catch(() => undefined)
  if (result?.size !== size || await stat(place).catch(() => undefined)) return
  const file = join(draft, `${action}-a`)
  await writeFile(file, text, 'latin1')
  await moveTo(file, place)
}

async function moveTo(file: string, place: string): Promise<void> {
  await mkdir(dirname(place), { recursive: true })
  await rename(file, place).catch(async (error: unknown) => {
    // On Windows nothing is moved over what somebody reads: then it is there.
    if (!await stat(place).catch(() => undefined)) throw error
  })
}

function wrong(why: string): ReleaseError {
  return new ReleaseError(`Cannot use ${subject}: ${why}`, { code: 'CONTENT', hint: 'It is made anew by the next run that may write.' })
}
