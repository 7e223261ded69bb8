import { copyFile, chmod, lstat } from 'node:fs/promises'
import { join } from 'node:path'
import { toolVersions } from '../lib/clients/tool-versions.ts'
import type { Step } from '../lib/graph/step.ts'
import { task } from '../lib/graph/task.ts'
import type { Artifact, OutlineOf } from '../lib/values/artifact.ts'
import { ReleaseError } from '../lib/values/errors.ts'
import { releaseEnvironment } from '../lib/values/release-environment.ts'
import { stamped } from '../lib/values/stamped.ts'
import type { Version } from '../lib/values/version.ts'

export interface TransformOptions<A extends Artifact> {
  /** A noun phrase for the screen: `signature`. */
  readonly name: string
  readonly version: Version
  readonly artifact: A | Step<A>
  /** The program and its arguments: `{input}` and `{output}` become files; there is no shell. Without `{output}` it changes its input. */
  readonly run: readonly string[]
  /** Programs whose versions the result depends on, each with the arguments that print it. */
  readonly tools?: readonly (readonly string[])[]
  readonly environment?: Readonly<Record<string, string>>
}

interface TransformInput {
  readonly name: string
  readonly version: Version
  readonly artifact: Artifact
  readonly run: readonly string[]
  readonly tools: readonly (readonly string[])[]
  readonly environment: Readonly<Record<string, string>>
}

const apply = task<TransformInput, Artifact>({
  name: 'transform',
  revision: 1,
  slot: 'cpu',
  outline: ({ artifact, run, name }) => {
    if (!run[0]) throw runsNothing(name)
    // The command that made the artifact does not make the result.
    const { build: _build, ...outline } = artifact as OutlineOf<Artifact> & { readonly build?: unknown }
    return outline
  },
  depends: ({ version, ...input }) => ({ ...input, release: releaseEnvironment(stamped(version)) }),
  observe: async ({ tools }, observer) => ({ value: await toolVersions(observer, tools), reads: [] }),
  work: async ({ artifact, run, version, environment, name }, { content, folder, exec, log }) => {
    const input = join(folder, artifact.name)
    const output = join(folder, `made-${artifact.name}`)
    await copyFile(await content.file(artifact), input)
    await chmod(input, 0o755)
    const [program = '', ...args] = run.map(word => word.replaceAll('{input}', () => input).replaceAll('{output}', () => output))
    await exec(program, args, { cwd: folder, env: { ...releaseEnvironment(stamped(version)), ...environment }, line: line => log(line) })
    const made = run.some(word => word.includes('{output}')) ? output : input
    if (!(await lstat(made).catch(() => undefined))?.isFile()) throw madeNothing(name, program)
    return content.adopt(made, artifact.mediaType)
  },
})

/**
 * Runs a program over an artifact, between making and packing it (signing, notarising): the result takes its place.
 * @throws ReleaseError (COMMAND) with the program's output
 */
export function transform<A extends Artifact>({ tools = [], environment = {}, ...options }: TransformOptions<A>): Step<A> {
  const step: Step = apply({ ...options, tools, environment })
  return step as Step & { readonly outline: OutlineOf<A> }
}

function madeNothing(name: string, program: string): ReleaseError {
  return new ReleaseError(`Cannot make ${name}: ${program} ended well and wrote no output`, {
    code: 'COMMAND', hint: 'Pass {output} where the program takes the file it writes.',
  })
}

function runsNothing(name: string): ReleaseError {
  return new ReleaseError(`Cannot make ${name}: no program is named`, { code: 'USAGE', hint: 'Write run: [\'program\', \'argument\'].' })
}
