import { median } from './median.ts'
import { clock, type Duration } from './process.ts'
import type { Row } from './row.ts'

export interface Runner {
  readonly name: string
  /** Not timed. */
  readonly ready?: (turn: number) => Promise<void>
  readonly run: () => Promise<void>
}

export interface Duel {
  readonly work: string
  readonly ours: Runner
  readonly rivals: readonly (Runner & { readonly bound?: number })[]
  readonly rounds: number
  readonly log: (line: string) => void
}

/**
 * Runs everyone once a round, in turns, so that whatever else the machine does falls on all alike; each second round goes
 * the other way about. The ratio is that of the medians.
 */
export async function duel({ work, ours, rivals, rounds, log }: Duel): Promise<readonly Row[]> {
  const everyone: readonly Runner[] = [...rivals, ours]
  const seen = new Map<Runner, Duration[]>(everyone.map(runner => [runner, []]))
  for (let round = 1; round <= rounds; round += 1) {
    for (const runner of round % 2 ? everyone : everyone.toReversed()) {
      await runner.ready?.(round)
      const duration = await clock(runner.run)
      seen.get(runner)?.push(duration)
      log(`${work}, round ${round}: ${runner.name} ${duration.wall.toFixed(2)} s, cores ${duration.cpu?.toFixed(2) ?? '?'} s`)
    }
  }
  const wall = (runner: Runner): number => median(seen.get(runner)?.map(each => each.wall) ?? [])
  const cpu = (runner: Runner): number => median(seen.get(runner)?.map(each => each.cpu ?? Number.NaN) ?? [])
  return rivals.flatMap((rival): Row[] => [
    { work, rival: rival.name, ours: wall(ours), theirs: wall(rival), unit: 's', ...bounded(rival.bound) },
    ...cpu(rival) > 0 ? [{ work: '', rival: '', ours: cpu(ours), theirs: cpu(rival), unit: 's of cores' as const }] : [],
  ])
}

function bounded(bound: number | undefined): { bound?: number } {
  return bound === undefined ? {} : { bound }
}
