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

/**
 * Asks each destination of what steps publish what it has of each artifact, once however many goals send it there.
 * @param outcomes what this release has; nothing waits for it but the comparison
 */
export async function probeAll(steps: readonly Step[], outcomes: Outcomes | Promise<Outcomes>, context: Context): Promise<readonly Probed[]> {
  const shipments = steps.flatMap(step => publicationOf(step)?.shipments ?? [])
  const sent = shipments.flatMap(({ destination, steps: each }) => each.map(step => ({ destination, step })))
  const once = [...new Map(sent.map(one => [`${one.destination.name} ${one.step.recipe}`, one])).values()]
  // Whatever is wrong with what is known: nobody is left asking.
  const [answers, [known]] = await Promise.all([
    Promise.allSettled(once.map(async ({ destination, step }) => destination.probe(step.outline, context))), Promise.allSettled([outcomes]),
  ])
  context.signal.throwIfAborted()
  if (known.status === 'rejected') throw known.reason
  return once.map(({ destination, step }, index) => told(destination, step, known.value, answers[index] as PromiseSettledResult<Finding>))
}

function told(destination: Destination<never>, { recipe, outline }: Step, known: Outcomes, answer: PromiseSettledResult<Finding>): Probed {
  const outcome = known.get(recipe)
  const artifact = outcome && 'artifact' in outcome ? outcome.artifact : undefined
  const { kind, name } = outline
  const own = artifact?.digest
  const asked = { destination: destination.name, kind, name, url: destination.url(outline), ...own === undefined ? {} : { own } }
  if (answer.status === 'rejected') return { ...asked, state: 'unknown', error: answer.reason }
  const { state, digest, instead } = answer.value
  const proposed = destination.deferred === true && state === 'staged' && (own === undefined || digest === own)
  return { ...asked, state: compared(state, digest, artifact), ...proposed && { proposed }, ...digest !== undefined && { digest }, ...instead !== undefined && { instead } }
}

function compared(state: Finding['state'], digest: Digest | undefined, artifact: Artifact | undefined): Probed['state'] {
  if (state !== 'public' || digest === undefined || !artifact) return state
  return digest === artifact.digest ? 'same' : 'different'
}
