import { createGraph, type Graph } from './copy/graph.ts'
import { narrow } from './copy/narrow.ts'
import { placesFor, type Places } from './copy/places.ts'
import { referrersOf } from './copy/referrers-of.ts'
import { refuseOptions } from './copy/refuse-options.ts'
import { sidesOf, type Sides } from './copy/sides.ts'
import { createTally, type CopyProgress } from './copy/tally.ts'
import type { Digest } from '../values/descriptor.ts'
import { ReleaseError } from '../values/errors.ts'
import type { OciDescriptor } from './descriptor.ts'
import type { OciPlatform } from './oci-platform.ts'
import type { Source, Store } from './store.ts'

export type { CopyProgress } from './copy/tally.ts'

export interface CopyOptions {
  readonly from: Source
  readonly to: Store
  readonly root: OciDescriptor
  /** What it is called there, once all of it is there. */
  readonly tags?: readonly string[]
  /** Take along what refers to it and to the images in it: signatures, SBOMs, attestations, and what refers to those. */
  readonly referrers?: boolean
  /** Of an index only these: it becomes another one, which the referrers of the whole one do not speak of. */
  readonly platforms?: readonly OciPlatform[]
  /** Look into manifests that are there already, too: their layers may be missing where a store is damaged. */
  readonly deep?: boolean
  /** What it has to be there, once platforms are left out; nothing is copied where it is not. */
  readonly expected?: Digest | undefined
  /** Requests at a time. Default: 4. */
  readonly concurrency?: number
  readonly signal?: AbortSignal
  readonly progress?: (progress: CopyProgress) => void
}

/** Referrers of referrers. */
const deepest = 8

/**
 * Copies an image, an index or any artifact between stores: only what is missing, each part before what lists it, tags last of
 * all. What was interrupted leaves no tag, and goes on where it was when it is run again.
 * @returns the root, as it is there: another one than that asked for where `platforms` left something out
 * @throws ReleaseError saying which side failed, (USAGE, NAME) for options that cannot be, (DIFFERENT) where it is not what was
 * expected; the abort reason when stopped
 */
export async function copy(options: CopyOptions): Promise<OciDescriptor> {
  const { to, tags = [], deep = false, expected, signal } = options
  refuseOptions(options)
  const sides = sidesOf(options.root.digest, options.from.name, to.name)
  const failure: { error?: unknown } = {}
  const check = (): void => {
    signal?.throwIfAborted()
    if ('error' in failure) throw failure.error
  }
  const places = placesFor(options.concurrency ?? 4, check)
  const { root, from } = options.platforms?.length ? await narrow(options.root, options.platforms, options.from, sides) : options
  if (expected !== undefined && expected !== root.digest) throw different(to, expected, root)
  const graph = createGraph({
    from, to, origin: options.from, places, sides, check, tally: createTally(options.progress ?? (() => {})),
    look: deep ? 'everywhere' : options.referrers ? 'indexes' : 'nowhere',
  })
  const legacy: readonly Named[] = await watch(graph, failure, async () => {
    await graph.copy(root)
    return options.referrers ? copyReferrers(graph, from, { places, sides }) : []
  })
  await publish(graph, to, { sides, check, names: [...legacy, ...tags.map(tag => ({ descriptor: root, tag }))] })
  return root
}

interface Named {
  readonly descriptor: OciDescriptor
  readonly tag: string
}

/** The first failure stops everything; it is thrown when nothing is under way any more. */
async function watch<T>(graph: Graph, failure: { error?: unknown }, act: () => Promise<T>): Promise<T> {
  try {
    return await act()
  } catch (error) {
    failure.error = error
    await graph.settled()
    throw error
  }
}

async function copyReferrers(graph: Graph, from: Source, { places, sides }: { places: Places; sides: Sides }): Promise<readonly Named[]> {
  const names: Named[] = []
  let seen = 0
  for (let depth = 0; seen < graph.arrived.length; depth += 1) {
    const level = graph.arrived.slice(seen)
    seen = graph.arrived.length
    const found = await Promise.all(level.map(({ descriptor }) => places(() => sides.reading(() => referrersOf(from, descriptor)))))
    if (depth > deepest && found.flat().length > 0) throw tooDeep(from)
    await Promise.all(found.flat().map(({ descriptor }) => graph.copy(descriptor)))
    names.push(...found.flat().flatMap(({ descriptor, tag }) => tag === undefined ? [] : [{ descriptor, tag }]))
  }
  return names
}

/** What makes it visible, in order: referrers, then tags, those asked for last. */
async function publish(graph: Graph, to: Store, { sides, check, names }: { sides: Sides; check: () => void; names: readonly Named[] }): Promise<void> {
  for (const { descriptor, manifest } of graph.arrived) {
    check()
    if (manifest?.subject) await sides.writing(async () => to.attach?.(descriptor, manifest))
  }
  for (const { descriptor, tag } of names) {
    check()
    await sides.writing(() => to.tag(descriptor, tag))
  }
}

function different({ name }: Store, expected: Digest, { digest }: OciDescriptor): ReleaseError {
  return new ReleaseError(`Cannot copy to ${name} as ${expected}: what is copied is ${digest}`, { code: 'DIFFERENT', hint: 'Leave the digest out, or copy what has it.' })
}

function tooDeep({ name }: Source): ReleaseError {
  return new ReleaseError(`Cannot copy the referrers from ${name}: they refer to each other more than ${deepest} deep`, {
    code: 'IMAGE', hint: 'Copy it without its referrers, or look who made them.',
  })
}
