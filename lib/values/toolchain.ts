import type { Target } from './target.ts'

/** The Go toolchain of this release. */
export interface Toolchain {
  readonly kind: 'toolchain'
  /** `go1.26.8`. */
  readonly go: string
  /** Where it stands and what it runs on, which never changes the bytes it makes. */
  readonly place: {
    readonly host: Target
    /** The go command of its own GOROOT, absolute: no wrapper in between. */
    readonly program: string
    /**
     * What downloading modules needs, as the user set it: GOPROXY, GOCACHE, GOMODCACHE, GOPRIVATE and the like, and
     * what git and ssh sign in with. May hold credentials, so it is never printed.
     */
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
