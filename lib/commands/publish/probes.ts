import type { Destination, Finding } from '../../contracts/destination.ts'
import type { World } from '../../contracts/workshop.ts'
import type { Step } from '../../graph/step.ts'
import type { Outcomes } from '../../graph/walk.ts'
import type { Artifact } from '../../values/artifact.ts'
import type { Digest } from '../../values/descriptor.ts'
import { publicationOf } from './rehearsal.ts'

/** What was found of one artifact at one destination. */
export interface Probed {
  readonly destination: string
  readonly kind: string
  readonly name: string
  readonly url: string
  /** Beside what the destination says: whether what is public is what this release has. */
  readonly state: Finding['state'] | 'same' | 'different' | 'unknown'
  /** What lies there. */
  readonly digest?: Digest
  /** What this release has, where that is known. */
  readonly own?: Digest
  /** The version that stands there, and that this one does not replace. */
  readonly instead?: string
  /** Whether what this release has is there, and waits for somebody to agree. */
  readonly proposed?: true
  /** Why nobody knows. */
  readonly error?: unknown
}

type Context = Pick<World, 'exec' | 'signal' | 'place'>

/** Asks each destination of what steps publish what it has of each artifact. */
export async function probeAll(steps: readonly Step[], outcomes: Outcomes, context: Context): Promise<readonly Probed[]> {
  const shipments = steps.flatMap(step => publicationOf(step)?.shipments ?? [])
  const probes = shipments.flatMap(({ destination, steps: sent }) => sent.map(async step => probe(destination, step, outcomes, context)))
  return Promise.all(probes)
}

async function probe(destination: Destination<never>, step: Step, outcomes: Outcomes, context: Context): Promise<Probed> {
  const outcome = outcomes.get(step.recipe)
  const artifact = outcome && 'artifact' in outcome ? outcome.artifact : undefined
  const { kind, name } = step.outline
  const own = artifact?.digest
  const told = { destination: destination.name, kind, name, url: destination.url(step.outline), ...own === undefined ? {} : { own } }
  try {
    const { state, digest, instead } = await destination.probe(artifact ?? step.outline, context)
    const proposed = destination.deferred === true && state === 'staged' && (own === undefined || digest === own)
    return { ...told, state: compared(state, digest, artifact), ...proposed && { proposed }, ...digest !== undefined && { digest }, ...instead !== undefined && { instead } }
  } catch (error) {
    context.signal.throwIfAborted()
    return { ...told, state: 'unknown', error }
  }
}

function compared(state: Finding['state'], digest: Digest | undefined, artifact: Artifact | undefined): Probed['state'] {
  if (state !== 'public' || digest === undefined || !artifact) return state
  return digest === artifact.digest ? 'same' : 'different'
}
