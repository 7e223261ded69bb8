import type { Content } from '../../contracts/content.ts'
import type { Destination } from '../../contracts/destination.ts'
import type { Artifact } from '../../values/artifact.ts'
import type { Release } from '../../values/release.ts'
import type { Fault } from '../fault-proxy.ts'

/**
 * What is to be seen at a place, by where it is: addresses with digests, pointers with what they point to. Times, ids and whatever
 * else differs from one release to the same one made later are left out, and so is where this place itself is.
 */
export type Sight = Readonly<Record<string, string>>

/** Somewhere to publish at, as it was before anything was published there. */
export interface ContractPlace<A extends Artifact> {
  /** Where its server listens, without a path: `http://127.0.0.1:5000`. Requests are let fail between the destination and it. */
  readonly server?: string
  /** The folder that relative paths mean, absolute: where build.ts would stand. Default: an empty one. */
  readonly root?: string
  /**
   * Makes the destination, anew for each run, as build.ts does.
   * @param server where the place's server is reached: at its own address, or through something that lets requests fail
   */
  destination(server: string): Destination<A>
  /** Destinations that cannot work, by what is wrong with them: `{ 'a token that may only read': ... }`. */
  broken?(server: string): Readonly<Record<string, Destination<A>>>
  /** Looks from outside, as somebody without an account does. */
  witness(): Promise<Sight>
  /** Looks as the owner does: at what lies there and is not public, too. What stopped runs leave for ever shows here. */
  inventory?(): Promise<Sight>
  close?(): Promise<void>
}

export interface ContractOptions<A extends Artifact> {
  /** Begins the names of all checks. */
  readonly name: string
  /** Makes a place that is empty, and is used by one run after the other. */
  place(): Promise<ContractPlace<A>>
  /** Puts the bytes of what is released into the content store: at least two artifacts, and the same ones each time. */
  artifacts(content: Content): Promise<readonly A[]>
  /** The same names with other bytes; absent where a name may mean something else later. */
  changed?(content: Content): Promise<readonly A[]>
  /** Exactly what everybody sees once it is published; absent where checking that something new is seen is enough. */
  visible?(artifacts: readonly A[]): Sight
  /** False where a probe cannot tell the digest of what it finds. Default: true. */
  readonly digests?: boolean
  /** What nobody is to be shown: tokens, passwords. Each is searched for in all that runs say. */
  readonly secrets?: readonly string[]
  /** Changes of the release that everything is told of, which is 1.2.3 of a project called gateway. */
  readonly release?: Partial<Release>
  /** Lets each request fail in each of these ways. Default: none; `true` for all. */
  readonly faults?: boolean | readonly Fault[]
  /** How many requests fail in each way, evenly spread, and others in each way. Default: every request. */
  readonly requests?: number
  /** How many places are there at once, at most. Default: 1. */
  readonly atOnce?: number
}

/** One promise of a destination. */
export interface ContractCheck {
  readonly name: string
  /** @throws Error that says what is not as it should be */
  run(): Promise<void>
}
