import { resolve } from 'node:path'
import type { Reading } from './contracts/reading.ts'
import type { Artifact } from './values/artifact.ts'
import type { ReleaseError } from './values/errors.ts'
import type { Release } from './values/release.ts'
import type { Step } from './graph/step.ts'
import type { Outcomes } from './graph/walk.ts'
import type { Runtime } from './runtime.ts'

export interface RunOptions {
  /** The folder that relative paths mean; the current one where it is absent. */
  readonly folder?: string
  readonly jobs?: number
  /** Bytes. */
  readonly memory?: number
  readonly signal?: AbortSignal
  /** What is released, where a step publishes. */
  readonly release?: Release
  /** Told each line that a run has to say. */
  readonly log?: (line: string) => void
}

/** An artifact that was made, and where its bytes are. */
export type Made<A extends Artifact> = A & {
  /** A file in the cache with the artifact's bytes: read-only, and a program can be run where it lies. */
  readonly file: string
}

/**
 * Runs one step and what it needs, from any script: `const binary = await run(crossCompile({ ... }))`. A reading, such as
 * `resolveVersion()`, is read.
 * @throws ReleaseError for the one step that failed, AggregateError for several
 */
export function run<A extends Artifact>(step: Step<A>, options?: RunOptions): Promise<Made<A>>
export function run<T>(reading: Reading<T>, options?: RunOptions): Promise<T>
export async function run(what: Step | Reading<unknown>, options: RunOptions = {}): Promise<unknown> {
  const { openRuntime } = await import('./runtime.ts')
  const root = resolve(options.folder ?? '.')
  const runtime = await openRuntime({
    environment: process.env, signal: options.signal ?? new AbortController().signal, place: { root }, jobs: options.jobs, memory: options.memory,
  })
  try {
    return 'read' in what ? await read(what, runtime, root, options) : await make(what, runtime, options)
  } finally {
    await runtime.close()
  }
}

function read(reading: Reading<unknown>, runtime: Runtime, folder: string, { log }: RunOptions): Promise<unknown> {
  return reading.read({ folder, exec: runtime.exec({}), environment: process.env, outputs: [resolve(folder, 'dist')], untracked: [], notice: log ?? (() => undefined) })
}

async function make(step: Step, runtime: Runtime, { log = () => undefined, release }: RunOptions): Promise<Made<Artifact>> {
  const [{ walk }, { closureOf }, { lookoutFor }, { mapInput }] = await Promise.all([
    import('./graph/walk.ts'), import('./graph/step.ts'), import('./graph/lookout.ts'), import('./graph/task.ts'),
  ])
  const options = runtime.walk('run', event => { if (event.type === 'log' || event.type === 'notice') log(event.line) }, release)
  for (const one of closureOf([step])) {
    const [problem] = await one.definition.check?.(mapInput(one.input, input => input.outline) as never, lookoutFor(one, options)) ?? []
    if (problem) {
      const { ReleaseError } = await import('./values/errors.ts')
      throw new ReleaseError(problem.message, { code: problem.code ?? 'USAGE', ...(problem.hint === undefined ? {} : { hint: problem.hint }) })
    }
  }
  const artifact = artifactOf(step, await walk([step], options))
  if (artifact.kind === 'record' || artifact.kind === 'receipt') return { ...artifact, file: '' }
  try {
    return { ...artifact, file: await runtime.cache.content.file(artifact) }
  } catch (error) {
    if ((error as ReleaseError).code !== 'CONTENT') throw error
    // A damaged result of an earlier run, found only now that its bytes are used: it is made again.
    await runtime.cache.content.drop(artifact)
    const again = artifactOf(step, await walk([step], options))
    return { ...again, file: await runtime.cache.content.file(again) }
  }
}

function artifactOf(step: Step, outcomes: Outcomes): Artifact {
  const errors = [...outcomes.values()].flatMap(outcome => outcome.state === 'failed' ? [outcome.error] : [])
  const [first, ...more] = errors
  if (first && more.length === 0) throw first
  if (first) throw new AggregateError(errors, `${errors.length} steps failed`)
  const outcome = outcomes.get(step.recipe)
  if (outcome?.state === 'cached' || outcome?.state === 'made') return outcome.artifact
  throw new Error(outcome && 'reason' in outcome ? outcome.reason : 'the step made nothing')
}
