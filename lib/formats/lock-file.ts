import type { Descriptor, Digest } from '../values/descriptor.ts'
import { ReleaseError } from '../values/errors.ts'

/** What slipway.lock says of one base. */
export interface LockedImage extends Descriptor {
  /** When the base says it was made, in UTC. */
  readonly created?: string
  /** Its manifests by platform: `linux/arm64`, `linux/arm/v7`. */
  readonly platforms: Readonly<Record<string, Descriptor>>
}

/** What slipway.lock says of the package of a chart that another one depends on. */
export interface LockedChart {
  readonly digest: Digest
  /** Bytes. */
  readonly size: number
  /** Where a classic repository has it; a registry is asked for the digest. */
  readonly url?: string
}

/** slipway.lock. */
export interface Lock {
  /** By their references as build.ts names them, in full. */
  readonly bases: Readonly<Record<string, LockedImage>>
  /** By repository, name and version: `oci://ghcr.io/example/charts/common@1.2.3`. */
  readonly charts?: Readonly<Record<string, LockedChart>>
}

export const emptyLock: Lock = { bases: {} }

/** @throws ReleaseError (FILES) for a text that is no lock */
export function parseLock(text: string, file: string): Lock {
  const refuse = (why: string, cause?: unknown): ReleaseError => new ReleaseError(`Cannot read ${file}: ${why}`, {
    code: 'FILES', hint: 'Take it from git as it was, or delete it and write it anew: npx tsx build.ts lock', cause,
  })
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    throw refuse(/^[<=>]{7}/m.test(text) ? 'it has conflict markers of git' : 'it is no JSON', cause)
  }
  const { slipway, bases, charts } = (value ?? {}) as { readonly slipway?: unknown; readonly bases?: unknown; readonly charts?: unknown }
  if (slipway !== 1) throw refuse(slipway === undefined ? 'it does not say "slipway": 1' : `it is of form ${JSON.stringify(slipway)}, which this Slipway does not know`)
  if (!isRecord(bases)) throw refuse('it has no bases')
  if (charts !== undefined && !isRecord(charts)) throw refuse('its charts are no list by names')
  const wrong = Object.entries(bases).find(([, base]) => !isLockedImage(base)) ?? Object.entries(charts ?? {}).find(([, chart]) => !isLockedChart(chart))
  if (wrong) throw refuse(`what it says of ${wrong[0]} is incomplete`)
  return { bases: bases as Lock['bases'], ...charts && { charts: charts as NonNullable<Lock['charts']> } }
}

/** The text of a lock: sorted, so that a change of one base is a change of its lines. Without charts it does not speak of them. */
export function lockText({ bases, charts = {} }: Lock): string {
  const sorted = Object.fromEntries(Object.entries(bases).sort(byName).map(([reference, { created, platforms, ...descriptor }]) => [reference, {
    ...plain(descriptor), ...(created === undefined ? {} : { created }),
    platforms: Object.fromEntries(Object.entries(platforms).sort(byName).map(([platform, one]) => [platform, plain(one)])),
  }]))
  const packages = Object.entries(charts).sort(byName).map(([name, { digest, size, url }]) => [name, { digest, size, ...url !== undefined && { url } }] as const)
  return `${JSON.stringify({ slipway: 1, bases: sorted, ...packages.length > 0 && { charts: Object.fromEntries(packages) } }, null, 2)}\n`
}

function plain({ digest, mediaType, size }: Descriptor): Descriptor {
  return { digest, mediaType, size }
}

function byName([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : 1
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isDescriptor(value: unknown): value is Descriptor {
  return isRecord(value) && isDigest(value['digest']) && typeof value['mediaType'] === 'string' && Number.isSafeInteger(value['size']) && (value['size'] as number) >= 0
}

function isLockedChart(value: unknown): value is LockedChart {
  return isRecord(value) && isDigest(value['digest']) && Number.isSafeInteger(value['size']) && (value['size'] as number) >= 0
    && ['undefined', 'string'].includes(typeof value['url'])
}

function isDigest(value: unknown): value is Digest {
  return typeof value === 'string' && /^sha256:[0-9a-f]{64}$/.test(value)
}

function isLockedImage(value: unknown): value is LockedImage {
  if (!isDescriptor(value)) return false
  const { platforms, created = '' } = value as Partial<LockedImage>
  return typeof created === 'string' && isRecord(platforms)
    && Object.entries(platforms).every(([platform, one]) => /^[a-z0-9]+\/[a-z0-9_]+(\/[\w.]+)?$/.test(platform) && isDescriptor(one))
}
