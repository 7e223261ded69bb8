import { kindOf, percent, sizeOf, wordsFor, type Disturbance, type Ground, type Kind } from './disturbance.ts'
import type { TrialResult } from './trial.ts'

/** What came of all trials. */
export interface Tally {
  registry: string
  seed: number
  /** Requests that every undisturbed release makes, by server. */
  enumerated: readonly string[]
  /** How many more some make. */
  sometimes: number
  /** What is to happen, by kind. */
  planned: readonly Count[]
  /** What has happened. */
  readonly made: Count[]
  trials: number
  /** Requests that a release was killed before, and after. */
  readonly killed: { readonly before: Set<string>, readonly after: Set<string> }
  /** Trials in which nothing happened: the run had ended, or did not make that request. */
  missed: number
  readonly next: { fresh: number, same: number }
  converged: number
  duplicates: number
  early: number
  apart: number
  secrets: number
  looks: number
  readonly failed: Disturbance[]
}

interface Count {
  readonly kind: Kind
  readonly over: Ground
  readonly size: number
}

export function emptyTally(): Tally {
  return {
    registry: '', seed: 0, enumerated: [], sometimes: 0, planned: [], made: [], trials: 0, killed: { before: new Set(), after: new Set() }, missed: 0, next: { fresh: 0, same: 0 }, converged: 0,
    duplicates: 0, early: 0, apart: 0, secrets: 0, looks: 0, failed: [],
  }
}

export function addTo(tally: Tally, result: TrialResult, log: (line: string) => void): void {
  const { disturbance, reached, happened, differences, duplicates, early, apart, secrets, looks } = result
  const { happening, over, next } = disturbance
  tally.trials += 1
  if (reached) tally.made.push({ kind: kindOf(happening), over, size: happening.kind === 'faults' ? happened.length : 1 })
  else tally.missed += 1
  if (reached && happening.kind === 'kill' && over === 'nothing') tally.killed[happening.moment].add(happening.key)
  tally.next[next] += 1
  if (differences.length === 0) tally.converged += 1
  tally.duplicates += duplicates.length
  tally.early += early.length
  tally.apart += apart.length
  tally.secrets += secrets.length
  tally.looks += looks
  const wrong = Object.entries({ 'did not converge': differences, 'is there twice': duplicates, 'is seen too early': early, 'gives secrets away': secrets }).filter(([, lines]) => lines.length > 0)
  if (wrong.length > 0) tally.failed.push(disturbance)
  for (const [what, lines] of wrong) log(`${wordsFor(disturbance)}: ${what}:\n${lines.slice(0, 10).map(line => `  ${line}`).join('\n')}`)
}

/** A trial that could not be made has not converged either. */
export function addBroken(tally: Tally, disturbance: Disturbance, error: Error, log: (line: string) => void): void {
  tally.trials += 1
  tally.failed.push(disturbance)
  log(`${wordsFor(disturbance)}: cannot be tried: ${error.stack}`)
}

/**
 * What must not be. With `whole`, every request has to have been killed before and after.
 * @returns nothing where all is well
 */
export function faultsOf(tally: Tally, { whole }: { readonly whole: boolean }): readonly string[] {
  const { trials, converged, duplicates, early, secrets, enumerated, killed } = tally
  const missing = (killedOnes: ReadonlySet<string>): readonly string[] => enumerated.filter(key => !killedOnes.has(key))
  return [
    ...trials === 0 ? ['nothing was tried'] : [],
    ...converged === trials ? [] : [`${trials - converged} of ${trials} did not converge`],
    ...duplicates === 0 ? [] : [`${duplicates} things are there twice`], ...early === 0 ? [] : [`${early} things are seen too early`],
    ...secrets === 0 ? [] : [`${secrets} times a secret is given away`],
    ...whole ? (['before', 'after'] as const).flatMap(moment => missing(killed[moment]).map(key => `no release was killed ${moment} ${key}`)) : [],
  ]
}

export function tallyTable(tally: Tally): string {
  const { enumerated, killed, planned, made } = tally
  const count = (...kinds: readonly Kind[]): string => [made, planned].map(all => sum(all.filter(({ kind, over }) => kinds.includes(kind) && over !== 'person'))).join(' of ')
  const persons = [made, planned].map(all => sum(all.filter(({ over }) => over === 'person'))).join(' of ')
  const servers = [...new Set(enumerated.map(key => key.split(' ')[0] ?? ''))].sort()
  const rows: readonly (readonly [string, string | number])[] = [
    ['registry', tally.registry], ['seed', tally.seed], ['trials', tally.trials], ['share of all that is to happen', percent(sum(made) / Math.max(sum(planned), 1))],
    ['requests enumerated', `${enumerated.length}: ${servers.map(server => `${server} ${enumerated.filter(key => key.startsWith(`${server} `)).length}`).join(', ')}`],
    ['asked by some runs only', tally.sometimes], ['requests killed before', `${killed.before.size} of ${enumerated.length}`], ['requests killed after', `${killed.after.size} of ${enumerated.length}`],
    ['killed at random moments', count('moments')], ['faults', count('faults')], ['two runs at once', count('two at once')], ['over a person\'s release', persons],
    ['nothing happened, made again', tally.missed], ['next on a fresh machine', tally.next.fresh], ['next on the same machine', tally.next.same], ['looks from outside', tally.looks],
    ['converged', tally.converged], ['duplicates', tally.duplicates], ['visible too early', tally.early], ['secrets seen', tally.secrets], ['of a person\'s public release', `${tally.apart} seen before the rest`],
  ]
  const width = Math.max(...rows.map(([name]) => name.length))
  return rows.map(([name, value]) => `${name.padEnd(width)}  ${value}`).join('\n')
}

export function countsOf(disturbances: readonly Disturbance[]): readonly Count[] {
  return disturbances.map(({ happening, over }) => ({ kind: kindOf(happening), over, size: sizeOf(happening) }))
}

function sum(counts: readonly Count[]): number {
  return counts.reduce((all, { size }) => all + size, 0)
}
