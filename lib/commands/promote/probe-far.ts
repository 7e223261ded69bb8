import type { Step } from '../../graph/step.ts'
import type { Outcomes } from '../../graph/walk.ts'
import { probeAll, type Probed } from '../publish/probes.ts'
import { publicationOf } from '../publish/rehearsal.ts'

/**
 * What destinations beyond this machine have of what steps publish. A place for one version that has another one, which it does not
 * replace, is left out: no candidate is there once there is a stable version.
 */
export async function probeFar(steps: readonly Step[], outcomes: Outcomes, context: Parameters<typeof probeAll>[2]): Promise<readonly Probed[]> {
  const near = new Set(steps.flatMap(step => publicationOf(step)?.shipments ?? []).flatMap(({ destination: { name, rehearsal } }) => rehearsal === true ? [name] : []))
  return (await probeAll(steps, outcomes, context)).filter(({ destination, instead }) => instead === undefined && !near.has(destination))
}
