import type { Descriptor } from './descriptor.ts'
import type { Outline } from './outline.ts'

/** An outline and a descriptor: plain, read-only data without methods or open handles. */
export type Artifact<K extends string = string> = Outline<K> & Descriptor

/** What an artifact's outline was: all of it but the descriptor. */
export type OutlineOf<A> = A extends Descriptor ? Omit<A, keyof Descriptor> : never

/** An artifact with the address at which its users will find it. */
export type At<A extends Artifact> = A & { readonly url: string; readonly destination: string }
