import { ReleaseError } from '../../values/errors.ts'
import type { OciDescriptor } from '../descriptor.ts'
import type { Index, Manifest } from '../manifest.ts'
import { isForeign } from '../is-foreign.ts'
import { isIndexType, isManifestType } from '../media-types.ts'
import { childrenOf } from '../parse-manifest.ts'
import { readManifest } from '../read-manifest.ts'
import { secondTry } from '../second-try.ts'
import type { Source, Store } from '../store.ts'
import type { Places } from './places.ts'
import type { Sides } from './sides.ts'
import type { Tally } from './tally.ts'

/** Indexes in indexes, and more than any image has: what goes beyond is made to do harm. */
const limits = { depth: 8, nodes: 50_000 }

export interface Job {
  readonly from: Source
  readonly to: Store
  /** What a store may take bytes over from by itself. */
  readonly origin: Source
  readonly places: Places
  readonly sides: Sides
  readonly tally: Tally
  /** Throws where nothing should go on. */
  check(): void
  /** How much of what is there already is looked into: nothing, indexes for the manifests in them, everything. */
  readonly look: 'nowhere' | 'indexes' | 'everywhere'
}

/** A manifest that is there now; itself only where it was read. */
export interface Arrived {
  readonly descriptor: OciDescriptor
  readonly manifest?: Manifest | Index
}

export interface Graph {
  /** Copies a manifest with everything that it leads to, what it leads to first. Once, however often it is asked for. */
  copy(descriptor: OciDescriptor): Promise<void>
  /** Every manifest that is there now. */
  readonly arrived: readonly Arrived[]
  /** Waits until nothing is under way. */
  settled(): Promise<void>
}

export function createGraph(job: Job): Graph {
  const { from, to, places, sides, tally } = job
  const visits = new Map<string, Promise<void>>()
  const arrived: Arrived[] = []

  const visit = (descriptor: OciDescriptor, depth: number): Promise<void> => {
    const known = visits.get(descriptor.digest)
    if (known) return known
    const made = isListed(descriptor) ? manifest(descriptor, depth) : blob(descriptor)
    made.catch(() => {})   // whoever asked hears of it, perhaps after another error
    visits.set(descriptor.digest, made)
    return made
  }
  const isThere = (descriptor: OciDescriptor): Promise<boolean> => places(() => sides.writing(() => to.has(descriptor)))

  const blob = async (descriptor: OciDescriptor): Promise<void> => {
    tally.add(descriptor)
    if (await isThere(descriptor)) tally.skip(descriptor)
    else await send(descriptor, () => from.open(descriptor))
  }
  const manifest = async (descriptor: OciDescriptor, depth: number): Promise<void> => {
    if (depth > limits.depth) throw tooMuch(descriptor, `it lies more than ${limits.depth} indexes deep`)
    if (visits.size > limits.nodes) throw tooMuch(descriptor, `it has more than ${limits.nodes} parts`)
    tally.add(descriptor)
    const there = await isThere(descriptor)
    // What others find it by may be missing still: that follows from what it says.
    const partly = job.look === 'indexes' && isIndexType(descriptor.mediaType)
    const read = !there || job.look === 'everywhere' || partly || (depth === 0 && to.attach)
      ? await places(() => sides.reading(() => readManifest(from, descriptor))) : undefined
    const children = read ? childrenOf(read.manifest) : []
    const wanted = there && job.look !== 'everywhere' ? (partly ? children.filter(isListed) : []) : children.filter(one => !isForeign(one))
    await Promise.all(wanted.map(child => visit(child, depth + 1)))
    if (there) tally.skip(descriptor)
    else if (read) await send(descriptor, () => once(read.bytes))
    arrived.push({ descriptor, ...read && { manifest: read.manifest } })
  }
  const send = (descriptor: OciDescriptor, open: () => AsyncIterable<Uint8Array>): Promise<void> => places(async () => {
    await secondTry(() => sides.transfer(() => counted(descriptor, open()), opened => to.push(descriptor, opened, job.origin)))
    tally.sent(descriptor, descriptor.size)   // all of it, where the store took it over by itself
  })
  const counted = async function* (descriptor: OciDescriptor, bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    let size = 0
    for await (const part of bytes) {
      job.check()
      tally.sent(descriptor, size += part.length)
      yield part
    }
  }
  const settled = async (): Promise<void> => {
    for (let seen = -1; seen !== visits.size;) {
      seen = visits.size
      await Promise.allSettled(visits.values())
    }
  }
  return { copy: descriptor => visit(descriptor, 0), arrived, settled }
}

function isListed({ mediaType }: OciDescriptor): boolean {
  return isManifestType(mediaType) || isIndexType(mediaType)
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes
}

function tooMuch({ digest }: OciDescriptor, why: string): ReleaseError {
  return new ReleaseError(`Cannot copy ${digest}: ${why}`, { code: 'IMAGE', hint: 'Look who made it: no image needs that.' })
}
