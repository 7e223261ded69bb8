import { readableDuration } from '../values/readable.ts'
import type { Group } from './progress.ts'
import type { Ended, Row } from './row.ts'

/** How something ended, for a log: `made in 1.2 s`, `from the cache`, `skipped: <reason>`. */
export function endingText({ nature }: Pick<Row, 'nature'>, { state, at, since, reason }: Ended): string {
  if (state === 'cached') return 'from the cache'
  if (state !== 'made') return reason ? `${state}: ${reason}` : state
  const verb = nature === 'step' ? 'made' : 'done'
  return since === undefined ? verb : `${verb} in ${readableDuration(at - since)}`
}

/** For how long something runs, and what earlier runs took: `8 s of about 12 s`. */
export function liveTime({ phase, expected }: Row, now: number): string {
  if (phase.state !== 'running') return ''
  const usual = expected === undefined || expected < 1000 ? '' : ` of about ${wholeSeconds(expected)}`
  return `${wholeSeconds(now - phase.since)}${usual}`
}

/** The shortest text that tells a row from the others of its kind: its platform, where that is enough. */
export function labelOf(row: Row, { rows }: Group): string {
  const { target, name } = row
  if (target !== undefined && rows.every(other => other.id === row.id || other.target !== target)) return target
  if (target === undefined || rows.every(other => other.id === row.id || other.name !== name)) return name
  return `${name} ${target}`
}

/** Seconds without their tenths, which would only flicker on a screen. */
export function wholeSeconds(milliseconds: number): string {
  const seconds = Math.max(0, Math.round(milliseconds / 1000))
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`
}
