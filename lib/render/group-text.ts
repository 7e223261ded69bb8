import { readableDuration } from '../values/readable.ts'
import type { Group } from './progress.ts'
import { hasEnded, type Row } from './row.ts'
import { wholeSeconds } from './row-text.ts'

/** One kind on a screen: `binary 12/17`; `binary 17/17, 12 from the cache, 31 s` once all of it has ended. */
export function groupText({ name, rows }: Group, now: number): string {
  const [first] = rows
  if (first?.nature === 'chore') return choreText(first, now)
  const count = (state: Row['phase']['state']): number => rows.filter(({ phase }) => phase.state === state).length
  const over = rows.every(({ phase }) => hasEnded(phase))
  const told = [
    [over ? count('cached') : 0, 'from the cache'], [count('failed'), 'failed'], [count('skipped'), 'skipped'], [count('cancelled'), 'cancelled'],
  ] as const
  return [
    `${name} ${count('made') + count('cached')}/${rows.length}`,
    ...told.filter(([number]) => number > 0).map(([number, what]) => `${number} ${what}`),
    ...(over ? tookText(rows) : []),
  ].join(', ')
}

function choreText({ title, phase }: Row, now: number): string {
  if (phase.state === 'waiting') return title
  if (phase.state === 'running') return `${title}  ${wholeSeconds(now - phase.since)}`
  if (phase.state === 'failed') return `${title}: ${phase.reason ?? 'failed'}`
  return phase.since === undefined ? title : `${title}, ${readableDuration(phase.at - phase.since)}`
}

/** From the first that began to the last that ended; nothing where that is no time to speak of. */
function tookText(rows: readonly Row[]): readonly string[] {
  const worked = rows.map(({ phase }) => phase).filter(hasEnded).filter(({ since }) => since !== undefined)
  if (worked.length === 0) return []
  const began = Math.min(...worked.map(({ since = 0 }) => since))
  const milliseconds = Math.max(...worked.map(({ at }) => at)) - began
  return milliseconds < 100 ? [] : [readableDuration(milliseconds)]
}

/** The state of a kind as a whole: over when all of it is, and no better than its worst. */
export function groupState({ rows }: Group): Row['phase']['state'] {
  const states = new Set(rows.map(({ phase }) => phase.state))
  const over = rows.every(({ phase }) => hasEnded(phase))
  if (!over) return states.size === 1 && states.has('waiting') ? 'waiting' : 'running'
  if (states.has('failed')) return 'failed'
  if (states.has('cancelled')) return 'cancelled'
  return states.size === 1 && states.has('skipped') ? 'skipped' : 'made'
}
