import type { Artifact, OutlineOf } from '../values/artifact.ts'
import type { Step } from './step.ts'

/**
 * Where work takes an artifact, a caller gives it or the step that makes it; in arrays too, nowhere deeper. A function is no
 * data, so nothing can be given for one.
 */
export type Input<T> = T extends (...args: never[]) => unknown
  ? never
  : T extends Artifact
  ? T | Step<T>
  : T extends readonly (infer U)[] ? [U] extends [Artifact] ? readonly (U | Step<U>)[] : T : T

export type Inputs<I> = { [K in keyof I]: Input<I[K]> }

/** An input with every artifact reduced to its outline. */
export type Outlined<I> = { [K in keyof I]: OutlinedValue<I[K]> }

type OutlinedValue<T> = T extends Artifact
  ? OutlineOf<T>
  : T extends readonly (infer U)[] ? [U] extends [Artifact] ? readonly OutlineOf<U>[] : T : T
