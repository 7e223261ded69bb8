import type { Target } from './target.ts'

/** The Go toolchain of this release. */
export interface Toolchain {
  readonly kind: 'toolchain'
  /** `go1.26.8`. */
  readonly go: string
  /** The platform it runs on, which never changes the bytes it makes. */
  readonly place: {
    readonly host: Target
    /** The go command, absolute. */
    readonly program: string
    /** Where things are fetched from and kept: GOPROXY, GOCACHE, GOMODCACHE, GOPRIVATE and the like, as the user set them. */
    readonly environment: Readonly<Record<string, string>>
    /** Every platform that `go tool dist list` prints, and those it leaves out as broken. */
    readonly platforms: readonly KnownPlatform[]
  }
}

export interface KnownPlatform {
  readonly target: Target
  readonly cgo: boolean
  readonly broken: boolean
}
