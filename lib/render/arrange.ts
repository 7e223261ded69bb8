import type { Group } from './progress.ts'
import { hasEnded, type Row } from './row.ts'

/** A kind on the screen: its own line, the rows that it unfolds, and how many more there would be. */
export interface Shown {
  readonly group: Group
  readonly rows: readonly Row[]
  readonly more: number
}

/**
 * What of a run is on a screen of so many lines. Every kind has one line; what runs and what failed stands below it as
 * far as there is room, which is shared out evenly. A kind that is over, or has not begun, goes first where even that is
 * too much.
 */
export function arrange(groups: readonly Group[], lines: number): readonly Shown[] {
  const chosen = fewest(groups, lines)
  const wanted = chosen.map(unfolded)
  const given = share(wanted.map(rows => rows.length), lines - chosen.length)
  return chosen.map((group, index) => {
    const rows = wanted[index] ?? []
    const room = given[index] ?? 0
    if (rows.length <= room || room < 2) return { group, rows: rows.slice(0, room), more: 0 }
    return { group, rows: rows.slice(0, room - 1), more: rows.length - room + 1 }
  })
}

/** What is told of a kind row by row: what runs, the oldest first, and what failed. */
function unfolded({ rows }: Group): readonly Row[] {
  const steps = rows.filter(({ nature }) => nature !== 'chore')
  const since = ({ phase }: Row): number => phase.state === 'running' ? phase.since : 0
  const running = steps.filter(({ phase }) => phase.state === 'running').sort((a, b) => since(a) - since(b))
  return [...running, ...steps.filter(({ phase }) => phase.state === 'failed')]
}

function fewest(groups: readonly Group[], lines: number): readonly Group[] {
  let rest = groups
  const dropOne = (of: (group: Group) => boolean): boolean => {
    const index = rest.findIndex(of)
    if (index !== -1) rest = rest.filter((_, at) => at !== index)
    return index !== -1
  }
  while (rest.length > Math.max(lines, 1)) {
    const dropped = dropOne(({ rows }) => rows.every(({ phase }) => hasEnded(phase) && phase.state !== 'failed'))
      || dropOne(({ rows }) => rows.every(({ phase }) => phase.state === 'waiting'))
    if (!dropped) return rest.slice(0, Math.max(lines, 1))
  }
  return rest
}

/** Gives lines out one by one, so that nobody gets a second before all who want one have a first. */
function share(wanted: readonly number[], lines: number): readonly number[] {
  const given = wanted.map(() => 0)
  let left = lines
  for (let round = 0; left > 0 && wanted.some(want => want > round); round += 1) {
    for (const [index, want] of wanted.entries()) {
      if (want <= round || left <= 0) continue
      given[index] = round + 1
      left -= 1
    }
  }
  return given
}
