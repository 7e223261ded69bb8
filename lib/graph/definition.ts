import type { Artifact, OutlineOf } from '../values/artifact.ts'
import type { Descriptor } from '../values/descriptor.ts'
import type { Problem } from '../values/problem.ts'
import type { Lookout, Observer, Place, Workshop, World } from '../contracts/workshop.ts'
import type { Observation } from '../contracts/observation.ts'
import type { Publication } from './shipment.ts'
import type { Outlined } from './step-input.ts'

/** What a task is: how its result is called, what its bytes depend on, and how they are made. */
export interface Definition<I extends object, A extends Artifact> {
  /** A noun phrase: `binary`, `archive`. */
  readonly name: string
  /** Raised whenever the same input gives other bytes than before. */
  readonly revision: number
  /** The resource that its work takes a place of while it runs; without one it starts at once. */
  readonly slot?: 'cpu' | 'net'
  /** What is known of the result before anything runs. @throws ReleaseError for input that can never work */
  outline(input: Outlined<I>): OutlineOf<A>
  /** The part of the input that the bytes depend on; all of it where this is absent. */
  depends?(input: I): unknown
  /** What the bytes depend on outside of the input: files read, most of all. Runs when planning too. */
  observe?(input: I, observer: Observer): Promise<Observation>
  /** Problems that can be known before work starts. */
  check?(input: Outlined<I>, observer: Observer): Promise<readonly Problem[]>
  /** What a plan asks before it says that this would be made, now or of what is made first. @throws Skip where it could not be, ReleaseError where it would fail */
  foresee?(input: Outlined<I>, observer: Observer): Promise<void>
  /** Work of one name needs about the same memory: it is measured, remembered, and admitted by what the machine has. */
  memory?(input: I): string
  /** Brings in what makes the work quick, before it waits for a place; only where machines share what programs keep. Nothing may depend on it. */
  warm?(input: I, observer: Observer): Promise<void>
  /** Whether the result is nothing without each of its inputs: one that is skipped takes it along. */
  readonly whole?: boolean
  /** Whether it only says more of what its input made: no plan and no screen shows it. */
  readonly silent?: boolean
  /** Makes the bytes. */
  work(input: I, workshop: Workshop): Promise<Descriptor>
}

/** What an effect is: work that changes something outside. Never cached, never run when planning. */
export interface Effect<I extends object, A extends Artifact> {
  readonly name: string
  readonly slot?: 'cpu' | 'net'
  outline(input: Outlined<I>): OutlineOf<A>
  /** Problems that can be known before anything is built. */
  check?(input: Outlined<I>, lookout: Lookout): Promise<readonly Problem[]>
  /** Folders and files that it writes on this machine, absolute. */
  outputs?(place: Place): readonly string[]
  perform(input: I, world: World): Promise<Descriptor>
  /** What it publishes, where that is what it does. */
  readonly publication?: Publication
}
