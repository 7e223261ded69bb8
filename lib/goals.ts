import type { SharedCachePlace } from './clients/shared-cache/shared-cache-place.ts'
import type { Shell } from './clients/shell.ts'
import type { VersionReading } from './contracts/reading.ts'
import type { Step } from './graph/step.ts'
import type { Base } from './values/base.ts'
import type { Release } from './values/release.ts'
import type { Source } from './values/source.ts'
import type { TargetRequest } from './values/targets.ts'

/** What a build.ts says. */
export interface BuildDefinition {
  /** The project's folder, relative to build.ts; its own folder where it is absent. --project takes its place. */
  readonly project?: string
  /** How the version is read from git; by tags without a prefix where it is absent. */
  readonly version?: VersionReading
  /** What is built for; the platforms of servers and command-line tools where it is absent. */
  readonly targets?: TargetRequest
  /** Another go command than the one on the PATH. */
  readonly go?: string
  /**
   * What images stand on, by the distro that their tags carry: `{ alpine: 'docker.io/library/alpine:3' }`. Pinned by digest in
   * slipway.lock, which `npx tsx build.ts lock` writes. `static` needs none: Slipway puts it together itself.
   */
  readonly bases?: Readonly<Record<string, string>>
  /** Registries to ask first, by the one they stand for: `{ 'docker.io': 'mirror.example.com' }`. SLIPWAY_MIRRORS adds to them. */
  readonly mirrors?: Readonly<Record<string, string | readonly string[]>>
  /** A cache that machines share: `registry('ghcr.io/example/cache')`. Without it each machine has its own alone. */
  readonly cache?: SharedCachePlace
  /** The certificates of `static` images, a PEM file relative to build.ts; the list that Node carries where it is absent. */
  readonly certificates?: string
  /** Where versions come from: `cut` tags them there, and nothing is published beyond this machine that is not there. */
  readonly release?: {
    /** The branch that versions are on, or several; `*` stands for anything, as in `release-*`. Default: `main`, or `master` where that is what there is. */
    readonly branch?: string | readonly string[]
    /** Where work goes before it is merged, for `cut`; `false` for nowhere. Default: develop, development or dev, where there is one. */
    readonly develop?: string | false
  }
  /** What is demanded of a candidate before `promote` makes it stable. */
  readonly promotion?: {
    /** Days that it has to be out, by the time of its tag; a light tag has its commit's time. */
    readonly days?: number
    /**
     * Candidates of the version that have to be published, the one that is promoted among them: each has its tag, and every destination
     * beyond this machine has something of it, so that one that was retracted counts no more. Default: 1.
     */
    readonly candidates?: number
  }
  /** Composes what can be asked for. It is called several times and has to do nothing but compose. */
  readonly goals: (composition: Composition) => Goals
}

/** What goals are composed from. */
export interface Composition extends Release {
  /** Whether it is for everyone, as --publish says, or a rehearsal on this machine. */
  readonly publishing: boolean
  /** The project as steps read it: `source('go')`. */
  source(use: string): Source
  /** What an image stands on: `base('alpine')`. @throws ReleaseError (USAGE) for a distro that build.ts does not name */
  base(distro: string): Base
}

/** By name: one line for the list, and what is made or done. */
export type Goals = Readonly<Record<string, readonly [line: string, goal: Goal]>>

export type Goal = Step | readonly Step[] | Chore

/** A project's own goal: run by name, drawn, stopped and logged like the rest, never cached. */
export type Chore = (tools: ChoreTools) => Promise<unknown>

export interface ChoreTools extends Release {
  /** zx's `$` in the caller's environment and the release's variables; what it starts ends with the run. */
  readonly $: Shell
  readonly signal: AbortSignal
  log(line: string): void
}
