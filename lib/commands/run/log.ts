import { writeFile, readdir, rename, rm, mkdir } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { fateOf, processMark } from '../../clients/process-mark.ts'
import type { WalkEvent } from '../../graph/events.ts'
import type { Outcome } from '../../graph/outcome.ts'
import { isSilent, titleOf } from '../../graph/step.ts'
import type { Json } from '../../values/json.ts'
import type { Release } from '../../values/release.ts'
import { errorData } from './print-errors.ts'

/** What a run did: times, hits, skips, every failure. Written whatever happens, never published. */
export interface RunLog {
  /** Listens to a walk. */
  event(event: WalkEvent): void
  notice(line: string): void
  /** The distinct notices so far. */
  readonly notices: readonly string[]
  /** The record as data. */
  record(ending: RunEnding): { readonly [key: string]: Json }
}

export interface RunEnding {
  readonly goals: readonly string[]
  readonly errors: readonly unknown[]
  readonly exitCode: number
  readonly release?: Release | undefined
  /** Jobs and memory of the run. */
  readonly machine?: Json
  readonly reports: { readonly [key: string]: Json }
}

/** @param now milliseconds since 1970 */
export function openRunLog(now: () => number): RunLog {
  const began = now()
  const steps = new Map<string, Json>()
  const notices = new Set<string>()
  return {
    event: event => {
      if (event.type === 'end' && !isSilent(event.step)) steps.set(event.step.recipe, stepEntry(event))
      if (event.type === 'notice') notices.add(event.line)
    },
    notice: line => { notices.add(line) },
    get notices() { return [...notices] },
    record: ({ goals, errors, exitCode, release, machine, reports }) => ({
      slipway: 1, goals, exitCode, began: new Date(began).toISOString(), milliseconds: now() - began,
      ...(release ? { version: release.version.semver, commit: release.version.commit, go: release.toolchain.go } : {}),
      node: process.version, zlib: process.versions['zlib'] ?? null, ...(machine === undefined ? {} : { machine }),
      counts: countStates([...steps.values()]),
      errors: errors.map(errorData), notices: [...notices], steps: [...steps.values()], reports,
    }),
  }
}

/** Writes a run's record beside the folder of the release, and clears away what a run left that was killed while it did. */
export async function writeRunRecord(file: string, record: Json): Promise<void> {
  const folder = dirname(file)
  const prefix = `.${basename(file)}.`
  await mkdir(folder, { recursive: true })
  const left = (await readdir(folder)).filter(name => name.startsWith(prefix) && fateOf(name.slice(prefix.length)) !== 'alive')
  for (const name of left) await rm(join(folder, name), { force: true })
  const draft = join(folder, `${prefix}${processMark()}`)
  await writeFile(draft, `${JSON.stringify(record, null, 2)}\n`)
  await rename(draft, file)
}

function stepEntry({ step, outcome, work, at }: Extract<WalkEvent, { type: 'end' }>): Json {
  const { kind, name, target } = step.outline
  return {
    step: titleOf(step), kind, name, ...(target === undefined ? {} : { target }), state: outcome.state, ...details(outcome),
    ended: new Date(at).toISOString(),
    ...(work ? { began: new Date(work.began).toISOString(), milliseconds: work.milliseconds, thrift: work.thrift, tries: work.tries,
      ...(work.peak === undefined ? {} : { peakBytes: work.peak }) } : {}),
  }
}

function details(outcome: Outcome): { readonly [key: string]: Json } {
  switch (outcome.state) {
    case 'cached': case 'made': return { digest: outcome.artifact.digest, size: outcome.artifact.size, ...(outcome.key ? { key: outcome.key } : {}), ...(outcome.shared ? { shared: true } : {}) }
    case 'skipped': case 'cancelled': return { reason: outcome.reason }
    case 'failed': return { error: errorData(outcome.error) }
    case 'make': case 'depends': return {}
  }
}

function countStates(steps: readonly Json[]): Json {
  const counts: Record<string, number> = {}
  for (const step of steps) {
    const { state } = step as { state: string }
    counts[state] = (counts[state] ?? 0) + 1
  }
  return counts
}
