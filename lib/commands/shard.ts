import { closureOf, type Step } from '../graph/step.ts'
import type { Target } from '../values/target.ts'
import type { Shard } from './shard/parse.ts'
import { withoutDeeds } from './publish/rehearsal.ts'

/**
 * The steps of a shard: those that have one of its targets. Targets are dealt out in turns, so that those that are alike go to
 * different machines. What joins targets belongs to the machine that publishes.
 */
export function shardOf(steps: readonly Step[], { shard, of }: Shard): readonly Step[] {
  const all = withoutDeeds(steps)
  const targets = [...new Set(closureOf(all).flatMap(({ outline }) => outline.target ?? []))]
  const own = new Set<Target>(targets.filter((_, index) => index % of === shard - 1))
  return all.filter(({ outline }) => outline.target !== undefined && own.has(outline.target))
}
