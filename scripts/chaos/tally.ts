import type { Disturbance, TrialResult } from './trial.ts'

/** What came of all trials. */
export interface Tally {
  registry: string
  enumerated: number
  trials: number
  /** Requests that a release was killed before, and after. */
  readonly killed: { readonly before: Set<string>, readonly after: Set<string> }
  moments: number
  faults: number
  /** Trials in which nothing happened: that request was not made. */
  missed: number
  converged: number
  duplicates: number
  early: number
  secrets: number
}

export function emptyTally(): Tally {
  return { registry: '', enumerated: 0, trials: 0, killed: { before: new Set(), after: new Set() }, moments: 0, faults: 0, missed: 0, converged: 0, duplicates: 0, early: 0, secrets: 0 }
}

export function addTo(tally: Tally, result: TrialResult, log: (line: string) => void): void {
  const { disturbance, reached, differences, duplicates, early, secrets } = result
  tally.trials += 1
  if (!reached && disturbance.kind !== 'random') tally.missed += 1
  if (reached && disturbance.kind === 'kill') tally.killed[disturbance.moment].add(disturbance.key)
  if (reached && disturbance.kind === 'random') tally.moments += 1
  if (reached && disturbance.kind === 'fault') tally.faults += 1
  if (differences.length === 0) tally.converged += 1
  tally.duplicates += duplicates.length
  tally.early += early.length
  tally.secrets += secrets.length
  for (const [what, lines] of Object.entries({ 'did not converge': differences, 'is there twice': duplicates, 'is seen too early': early, 'gives secrets away': secrets })) {
    if (lines.length > 0) log(`${wordsFor(disturbance)}: ${what}:\n${lines.slice(0, 10).map(line => `  ${line}`).join('\n')}`)
  }
}

function wordsFor(disturbance: Disturbance): string {
  if (disturbance.kind === 'kill') return `killed ${disturbance.moment} ${disturbance.key}`
  if (disturbance.kind === 'fault') return `${disturbance.fault} at ${disturbance.key}`
  return disturbance.kind === 'random' ? `killed after ${Math.round(disturbance.milliseconds)} ms` : 'undisturbed'
}

/**
 * What must not be. With `whole`, every request has to have been killed before and after.
 * @returns nothing where all is well
 */
export function faultsOf(tally: Tally, { whole }: { readonly whole: boolean }): readonly string[] {
  const { trials, converged, duplicates, early, secrets, enumerated, killed } = tally
  return [
    ...trials === 0 ? ['nothing was tried'] : [],
    ...converged === trials ? [] : [`${trials - converged} of ${trials} did not converge`],
    ...duplicates === 0 ? [] : [`${duplicates} things are there twice`], ...early === 0 ? [] : [`${early} things are seen too early`],
    ...secrets === 0 ? [] : [`${secrets} times a secret is given away`],
    ...whole && [killed.before, killed.after].some(({ size }) => size !== enumerated) ? [`of ${enumerated} requests, ${killed.before.size} were killed before and ${killed.after.size} after`] : [],
  ]
}

export function tallyTable(tally: Tally): string {
  const rows: readonly (readonly [string, string | number])[] = [
    ['registry', tally.registry], ['trials', tally.trials], ['requests enumerated', tally.enumerated], ['requests killed before', tally.killed.before.size], ['requests killed after', tally.killed.after.size],
    ['killed at random moments', tally.moments], ['faults', tally.faults], ['request not made again', tally.missed], ['converged', tally.converged], ['duplicates', tally.duplicates],
    ['visible too early', tally.early], ['secrets seen', tally.secrets],
  ]
  const width = Math.max(...rows.map(([name]) => name.length))
  return rows.map(([name, value]) => `${name.padEnd(width)}  ${value}`).join('\n')
}
