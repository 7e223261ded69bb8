import type { Descriptor, Digest } from './descriptor.ts'

/** What an image stands on. Inert: nothing is read from a registry before a step works. */
export type Base = LockedBase | UnlockedBase | StaticBase

interface CommonBase {
  readonly kind: 'base'
  /** What tags carry: `alpine`. */
  readonly distro: string
  readonly place: BasePlace
}

/** An image of somebody else's, pinned. */
export interface LockedBase extends CommonBase {
  readonly from: 'registry'
  /** As build.ts names it, in full: `docker.io/library/alpine:3`. */
  readonly reference: string
  /** Of its index, or of its manifest where it has no index. */
  readonly digest: Digest
  /** Its manifests by platform, `linux/arm64`. */
  readonly platforms: Readonly<Record<string, Descriptor>>
}

/** One that slipway.lock does not have: whatever needs it is skipped. */
export interface UnlockedBase extends CommonBase {
  readonly from: 'nowhere'
  readonly reference: string
  readonly reason: string
}

/** What a static program needs and nothing else, put together by Slipway. */
export interface StaticBase extends CommonBase {
  readonly from: 'parts'
  /** Whose list of certificates it has: `Node.js 20.20.2`, or the digest of a file. */
  readonly certificates: string
  /** Whose time zones it has: `go1.26.8`. */
  readonly zones: string
}

/** Where bases are on this machine and how they are fetched; no part of any identity. */
export interface BasePlace {
  /** The caller's variables that reaching a registry needs. May hold credentials, so it is never printed. */
  readonly environment: Readonly<Record<string, string>>
  /** Registries by host to ask first, in order. */
  readonly mirrors: Readonly<Record<string, readonly string[]>>
  /** The zip of time zones of the Go toolchain, absolute. */
  readonly zones?: string
  /** A file of certificates in PEM form, absolute. */
  readonly certificates?: string
  /** Files of the repository that say what a base is, absolute: those that git does not know make a release dirty. */
  readonly reads?: readonly string[]
}
