import { createReadStream } from 'node:fs'
import { copyFile, mkdir, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { clearDead } from '../../clients/clear-dead.ts'
import { processMark } from '../../clients/process-mark.ts'
import type { CacheFolder } from '../../clients/cache-folder.ts'
import type { Step } from '../../graph/step.ts'
import { recorded } from '../../values/recorded.ts'
import type { Outcomes } from '../../graph/walk.ts'
import type { Descriptor, Digest } from '../../values/descriptor.ts'
import { ReleaseError } from '../../values/errors.ts'
import type { Release } from '../../values/release.ts'
import { blobsOf } from './part-blobs.ts'
import type { Shard } from './parse.ts'

/** What part.json says: which part of which release, and what it made by its key. */
interface Part {
  readonly slipway: 1
  readonly shard: number
  readonly of: number
  readonly project: string
  readonly version: string
  readonly commit: string
  readonly records: Readonly<Record<Digest, Descriptor>>
  readonly blobs: readonly Descriptor[]
}

/** Where a part is written: beside dist/, for another machine. */
export function partFolder(dist: string, { shard, of }: Shard): string {
  return `${dist}.part-${shard}-of-${of}`
}

/** The parts that were written beside dist/; a folder of such a name that is none is not among them. */
export async function partsOf(dist: string): Promise<readonly string[]> {
  const names = await readdir(dirname(dist)).catch(() => [])
  const named = names.filter(name => name.startsWith(`${basename(dist)}.part-`) && /\.part-\d+-of-\d+$/.test(name)).map(name => join(dirname(dist), name))
  const isPart = await Promise.all(named.map(async place => readFile(join(place, 'part.json')).then(() => true, () => false)))
  return named.filter((_, index) => isPart[index])
}

/** Writes what a shard made into a folder, whole or not at all. */
export async function writePart(folder: string, { shard, of }: Shard, { project, version }: Release, made: { readonly steps: readonly Step[]; readonly outcomes: Outcomes }, cache: CacheFolder): Promise<void> {
  const records: Record<Digest, Descriptor> = {}
  const blobs = new Map<Digest, Descriptor>()
  for (const step of made.steps) {
    const outcome = made.outcomes.get(step.recipe)
    if (!outcome || !('artifact' in outcome) || outcome.key === undefined) continue
    const { mediaType, digest, size } = outcome.artifact
    records[outcome.key] = { mediaType, digest, size }
    for (const blob of await blobsOf(outcome.artifact, cache.content)) blobs.set(blob.digest, blob)
  }
  const part: Part = { slipway: 1, shard, of, project: project.name, version: version.semver, commit: version.commit, records, blobs: [...blobs.values()] }
  const drafts = `.part-${shard}-of-${of}.`
  await clearDead(dirname(folder), drafts)   // of runs that were killed
  const draft = join(dirname(folder), `${drafts}${processMark()}`)
  await mkdir(join(draft, 'blobs'), { recursive: true })
  for (const blob of part.blobs) await copyFile(await cache.content.file(blob), join(draft, 'blobs', nameOf(blob)))
  await writeFile(join(draft, 'part.json'), `${JSON.stringify(part, null, 2)}\n`)
  await rm(folder, { recursive: true, force: true })
  await rename(draft, folder)
}

/**
 * Takes the parts of a release into the cache, each byte hashed: every part of one release has to be there, once.
 * @throws ReleaseError (FILES, VERSION) for a part that is missing, twice there, or another release's, (CONTENT) for changed bytes
 */
export async function takeParts(folder: string, { project, version }: Release, cache: CacheFolder): Promise<void> {
  const found = await partsIn(folder)
  const [first] = found
  if (!first) throw new ReleaseError(`Cannot take the parts in ${folder}: there is none`, { code: 'FILES', hint: 'Name the folder that all parts were downloaded to: it has a folder with a part.json for each.' })
  const foreign = found.find(({ part }) => part.commit !== version.commit || part.version !== version.semver || part.project !== project.name || part.of !== first.part.of)
  if (foreign) {
    const { part } = foreign
    throw new ReleaseError(`Cannot take the part in ${foreign.place}: it is ${part.shard}/${part.of} of ${part.project} ${part.version} at ${part.commit.slice(0, 12)}, and this is ${project.name} ${version.semver} at ${version.commit.slice(0, 12)}, in ${first.part.of} parts`, {
      code: 'VERSION', hint: 'Take the parts of one run, at one commit.',
    })
  }
  const numbers = found.map(({ part }) => part.shard)
  const missing = Array.from({ length: first.part.of }, (_, at) => at + 1).filter(number => !numbers.includes(number))
  if (missing.length > 0 || numbers.length !== first.part.of) {
    const why = missing.length > 0 ? `${missing.map(number => `${number}/${first.part.of}`).join(', ')} is missing` : 'one is there twice'
    throw new ReleaseError(`Cannot take the parts in ${folder}: ${why}`, { code: 'FILES', hint: 'Run that shard again, and download its part.' })
  }
  for (const { place, part } of found) await takePart(place, part, cache)
}

interface FoundPart {
  readonly place: string
  readonly part: Part
}

async function partsIn(folder: string): Promise<readonly FoundPart[]> {
  const names = await readdir(folder).catch((cause: unknown) => {
    throw new ReleaseError(`Cannot read the parts in ${folder}: ${(cause as Error).message}`, { code: 'FILES', cause, hint: 'Name a folder.' })
  })
  const places = [folder, ...names.sort().map(name => join(folder, name))]
  return (await Promise.all(places.map(async place => {
    const text = await readFile(join(place, 'part.json'), 'utf8').catch(() => undefined)
    return text === undefined ? [] : [{ place, part: parsed(text, place) }]
  }))).flat()
}

function parsed(text: string, place: string): Part {
  try {
    const part = JSON.parse(text) as Part
    if (part.slipway === 1 && Number.isInteger(part.shard) && Array.isArray(part.blobs)) return part
  } catch {
    // Said below.
  }
  throw new ReleaseError(`Cannot read ${join(place, 'part.json')}: it is none that this Slipway wrote`, { code: 'FILES', hint: 'Make the part again, with this version of Slipway.' })
}

async function takePart(place: string, { blobs, records }: Part, { content, records: known }: CacheFolder): Promise<void> {
  for (const blob of blobs) {
    if (await content.has(blob)) continue
    const file = join(place, 'blobs', nameOf(blob))
    const { digest } = await content.put(createReadStream(file), blob.mediaType).catch((cause: unknown) => {
      throw new ReleaseError(`Cannot take ${file}: ${(cause as Error).message}`, { code: 'CONTENT', cause, hint: 'Download the part again.' })
    })
    if (digest !== blob.digest) throw new ReleaseError(`Cannot take ${file}: its bytes are ${digest}`, { code: 'CONTENT', hint: 'Something changed it on the way: download the part again.' })
  }
  for (const [key, value] of Object.entries(records)) {
    const descriptor = recorded({ ...value })
    if (descriptor) await known.keep(key as Digest, { ...descriptor })
  }
}

function nameOf({ digest }: Pick<Descriptor, 'digest'>): string {
  return digest.slice('sha256:'.length)
}
