import type { Step } from '../../graph/step.ts'
import type { Outcomes } from '../../graph/walk.ts'
import { probeAll, type Probed } from '../publish/probes.ts'
import { publicationOf } from '../publish/rehearsal.ts'

export interface Far {
  /** What destinations beyond this machine have. */
  readonly far: readonly Probed[]
  /** Places for one version that have another one: no candidate is there once there is a stable version, and nothing is to be said of it. */
  readonly taken: readonly Probed[]
}

/** What destinations beyond this machine have of what steps publish. */
export async function probeFar(steps: readonly Step[], outcomes: Outcomes, context: Parameters<typeof probeAll>[2]): Promise<Far> {
  const near = new Set(steps.flatMap(step => publicationOf(step)?.shipments ?? []).flatMap(({ destination: { name, rehearsal } }) => rehearsal === true ? [name] : []))
  const beyond = (await probeAll(steps, outcomes, context)).filter(({ destination }) => !near.has(destination))
  return { far: beyond.filter(({ instead }) => instead === undefined), taken: beyond.filter(({ instead }) => instead !== undefined) }
}
