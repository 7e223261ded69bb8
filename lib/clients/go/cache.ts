import { access } from 'node:fs/promises'
import { isAbsolute, join } from 'node:path'
import type { SharedBundles } from '../../contracts/shared-cache.ts'
import type { Observer } from '../../contracts/workshop.ts'
import { goCachePath, type GoCacheEntry } from '../../formats/go-cache-entry.ts'
import type { Build } from '../../values/binary.ts'
import type { Digest } from '../../values/descriptor.ts'
import { digestOfValue } from '../../values/digest.ts'
import type { Json } from '../../values/json.ts'
import type { Target } from '../../values/target.ts'
import type { Toolchain } from '../../values/toolchain.ts'
import { packEntries } from './cache/pack-entries.ts'
import { unpackEntries } from './cache/unpack-entries.ts'
import { usedEntries } from './cache/used-entries.ts'

/** What a build is to Go's cache: builds that are alike here share what they compile. */
export interface CachedBuild extends Build {
  readonly toolchain: Toolchain
  readonly target: Target
  /** The path of the project's module. */
  readonly module: string
  readonly main: string
}

/** Of what a build needs, by bytes: less than this is sooner compiled than fetched, or than kept anew. */
const worthwhile = 0.1

/** What is known of a bundle: the results of actions that it has, by their sizes in bytes. */
type Known = ReadonlyMap<string, number>

/**
 * Adds to Go's cache what other machines compiled for builds like this one, where much of it is not there. What that is,
 * Go itself finds out: an entry is only used for the very sources, flags and compiler that it was made with.
 */
export async function restoreGoCache(observer: Observer, build: CachedBuild): Promise<void> {
  const { bundles } = observer
  if (bundles) await restored(observer, bundles, build)
}

/** Once in a run for all builds that are alike. */
async function restored(observer: Observer, bundles: SharedBundles, build: CachedBuild): Promise<Known> {
  const name = nameOf(build)
  return observer.once(`go cache ${name}`, async () => {
    const folder = folderOf(build.toolchain)
    if (folder === undefined) return new Map()
    const bundle = await bundles.find(name)
    const known = bundle && knownIn(bundle.contents)
    if (!bundle || !known) return new Map()
    const missing = await missingOf(known, folder)
    if (bytesOf(missing) <= bytesOf(known) * worthwhile) return known
    try {
      await bundle.read(async bytes => {
        await unpackEntries(bytes, folder, limitFor(known))
        return true
      })
      return known
    } catch (error) {
      observer.signal.throwIfAborted()
      bundles.refuse(`Go's cache for ${build.target}`, error)
      return new Map()
    }
  })
}

/**
 * Keeps what a build compiled or used for other machines, where these have no bundle that has nearly all of it.
 * @param graph the file that `-debug-actiongraph` wrote
 */
export async function keepGoCache(observer: Observer, build: CachedBuild, graph: string): Promise<void> {
  const { bundles } = observer
  const folder = folderOf(build.toolchain)
  if (!bundles || folder === undefined || !await bundles.writes()) return
  const known = await restored(observer, bundles, build)
  const used = await usedEntries(graph, folder)
  const sizes: Known = new Map(used.map(({ action, size }) => [action, size]))
  const lacking: Known = new Map([...sizes].filter(([action]) => !known.has(action)))
  if (bytesOf(lacking) <= bytesOf(sizes) * worthwhile) return
  bundles.keep(nameOf(build), contentsOf(used), () => packEntries(used, folder))
}

/**
 * Not the modules: what of a bundle still holds after one of them changed is more than nothing, and one bundle for each program
 * and target is all that a registry has to keep.
 */
function nameOf({ toolchain, target, module, main, command, environment }: CachedBuild): Digest {
  const flags = command.filter(argument => /^-(tags|gcflags|asmflags|trimpath)/.test(argument))
  return digestOfValue({ bundle: 'go cache', revision: 1, go: toolchain.go, target, module, main, flags, environment })
}

/** Absent where Go keeps no cache in a folder. */
function folderOf({ place }: Toolchain): string | undefined {
  const { GOCACHE = '' } = place.environment
  return isAbsolute(GOCACHE) ? GOCACHE : undefined
}

function contentsOf(used: readonly GoCacheEntry[]): Json {
  return { go: used.map(({ action, size }) => [action, size]) }
}

function knownIn(contents: Json): Known | undefined {
  const { go } = (contents ?? {}) as { readonly go?: Json }
  if (!Array.isArray(go)) return undefined
  const known = go as readonly (readonly [string, number])[]
  const whole = known.every(one => Array.isArray(one) && /^[0-9a-f]{64}$/.test(one[0]) && Number.isSafeInteger(one[1]) && one[1] >= 0)
  return whole ? new Map(known) : undefined
}

async function missingOf(known: Known, folder: string): Promise<Known> {
  const there = await Promise.all([...known.keys()].map(async action => access(join(folder, goCachePath(action, 'a'))).then(() => true, () => false)))
  return new Map([...known].filter((_, index) => !there[index]))
}

function bytesOf(known: Known): number {
  return [...known.values()].reduce((sum, size) => sum + size, 0)
}

/** A tar has at most a header, an entry's own file with its header, and padding for each. */
function limitFor(known: Known): number {
  return bytesOf(known) + known.size * 4096 + 1024 ** 2
}
