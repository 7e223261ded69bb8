import type { Artifact } from '../values/artifact.ts'
import type { Binary } from '../values/binary.ts'
import type { Digest } from '../values/descriptor.ts'
import type { Outline } from '../values/outline.ts'
import type { Problem } from '../values/problem.ts'
import type { Release } from '../values/release.ts'
import type { Lookout, Place, World } from './workshop.ts'

/** What a look at a destination finds under a name. */
export interface Finding {
  readonly state: 'absent' | 'staged' | 'public'
  readonly digest?: Digest
  /** Where it is absent because a place for one version has another one, which it does not replace: that version. */
  readonly instead?: string
}

/** Proof that an artifact lies at a destination, not yet visible. */
export interface Staged {
  readonly artifact: Artifact
  readonly url: string
}

/** All that a destination is told when its artifacts become visible. */
export interface Shipped {
  readonly release: Release
  readonly staged: readonly Staged[]
  /** Every binary that went into what was shipped. */
  readonly binaries: readonly Binary[]
  /** Whether fan-outs were narrowed, so that something is missing on purpose. */
  readonly partial: boolean
}

/** Somewhere users get artifacts from. Contravariant: one that takes every artifact takes an archive. */
export interface Destination<in A extends Artifact = never> {
  readonly name: string
  /** Reached without a network: takes snapshots and partial releases. */
  readonly local?: boolean
  /** Whether it is only looked at before anybody gets the release: nothing needs to be taken back from there. */
  readonly rehearsal?: boolean
  /** Whether somebody else decides when what was committed becomes public, as who merges a pull request does: until then a probe finds it staged. */
  readonly deferred?: boolean
  /** Whether what was committed can be taken back. */
  readonly reversible: boolean
  /** Kinds of what its artifacts are made of that its sessions take ahead of them: `platform-image`. */
  readonly takesAhead?: readonly string[]
  url(outline: Outline): string
  /** Folders and files that it writes on this machine, absolute: they are never read, and never make a tree dirty. */
  outputs?(place: Place): readonly string[]
  /**
   * Problems that can be known before anything is built: the credential is there, valid, and may write, which is asked without
   * leaving anything behind; names are free or this release's own.
   * @param what all that a publication sends there; an artifact, digest and all, where an earlier run has made it
   */
  check(world: Pick<Lookout, 'exec' | 'signal' | 'place' | 'content' | 'release' | 'notice' | 'now'>, what: readonly (Outline | Artifact)[]): Promise<readonly Problem[]>
  probe(what: Outline, world: Pick<World, 'exec' | 'signal' | 'place'>): Promise<Finding>
  /** Once in a run: finds or creates what is staged into. */
  open(release: Release, world: World): Promise<Session<A>>
}

export interface Session<in A extends Artifact> {
  /**
   * Uploads a part of an artifact while others are still being made, several at once, as invisibly. `stage` comes after it and finds
   * it there, unless the rest cannot be made. Where it throws, `stage` has to do it all, and tells why it cannot.
   * @param of what it becomes a part of
   */
  ahead?(part: Artifact, of: Outline, world: World): Promise<void>
  /** Uploads, invisibly. */
  stage(artifact: A, world: World): Promise<Staged>
  /** Reads back what was staged. */
  verify(staged: Staged): Promise<Finding>
  /** Makes everything staged visible at once. */
  commit(shipped: Shipped, world: World): Promise<void>
  /**
   * Takes back what can be taken back of a release that was published there, by this run or an earlier one; says what cannot.
   * What is not there is no problem.
   * @param what all that the release sends there
   */
  retract(what: readonly Outline[], world: World): Promise<readonly Problem[]>
  /** The run is over, however it ended: lets go of what only this run can use. */
  close?(): Promise<void>
}
