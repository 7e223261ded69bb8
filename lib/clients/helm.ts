import { access, constants } from 'node:fs/promises'
import { join } from 'node:path'
import type { Exec } from '../contracts/exec.ts'
import { ReleaseError } from '../values/errors.ts'
import type { Toolchain } from '../values/toolchain.ts'
import { installGoProgram } from './go/program.ts'
import { helmEnvironment } from './helm/environment.ts'

/** A helm that answered. */
export interface Helm {
  /** A name on PATH, or absolute. */
  readonly program: string
  /** What it calls itself: `3.19.0`; one that was built without a version says less. */
  readonly version: string
}

/** Why there is none is told, not thrown: a chart can be packed without it. */
export type FoundHelm = { readonly helm: Helm } | { readonly reason: string }

export interface HelmQuestion {
  readonly exec: Exec
  /**
   * Where to look, one after the other: a name on PATH (`helm`), an absolute path, or a Go package at a version
   * (`helm.sh/helm/v3/cmd/helm@v3.19.0`), which is built once with the user's own Go toolchain.
   */
  readonly candidates: readonly string[]
  /** What builds packages; without it they are not there. */
  readonly toolchain?: Toolchain
  /** The folder where what was built is kept, absolute. */
  readonly programs: string
  /** Told before something is built that takes a while. */
  readonly notice?: (line: string) => void
  /** A folder of this run's own: helm keeps there what it would keep in the user's. */
  readonly folder: string
}

/** Finds a helm of version 3 or 4. */
export async function findHelm(question: HelmQuestion): Promise<FoundHelm> {
  const reasons: string[] = []
  for (const candidate of question.candidates) {
    const found = await tryCandidate(candidate, question)
    if ('helm' in found) return found
    reasons.push(found.reason)
  }
  return { reason: reasons.length === 0 ? 'no helm is named' : reasons.join('; ') }
}

async function tryCandidate(candidate: string, question: HelmQuestion): Promise<FoundHelm> {
  if (!candidate.includes('@')) return ask(candidate, question)
  const { toolchain } = question
  if (!toolchain) return { reason: `${candidate} needs a Go toolchain` }
  const built = await installGoProgram({ ...question, toolchain, spec: candidate, linkerFlags: linkerFlags(candidate) })
  return 'reason' in built ? built : ask(built.program, question)
}

/** As helm's own Makefile stamps it, so that templates that ask for helm's version read it. */
function linkerFlags(spec: string): string {
  const [, module = '', version = ''] = /^(.+)\/cmd\/helm@(.+)$/.exec(spec) ?? []
  return module === '' ? '-s -w' : `-s -w -X ${module}/internal/version.version=${version}`
}

async function ask(program: string, { exec, folder }: HelmQuestion): Promise<FoundHelm> {
  const absent = await cannotRun(program)
  if (absent !== undefined) return { reason: absent }
  try {
    const { stdout, stderr, exitCode } = await exec(program, ['version', '--template', '{{.Version}}'], { check: false, cwd: folder, env: helmEnvironment(folder) })
    const [, version] = /^v?(\d+\.\d+\S*)$/.exec(stdout.trim()) ?? []
    if (exitCode !== 0 || version === undefined) return { reason: `${program} does not say its version: ${lastLine(stderr || stdout)}` }
    return /^[34]\./.test(version) ? { helm: { program, version } } : { reason: `${program} is Helm ${version}, which is neither 3 nor 4` }
  } catch (error) {
    if (error instanceof ReleaseError && error.code === 'COMMAND') return { reason: error.message.replace(/^Cannot /, 'cannot ') }
    throw error
  }
}

/** A path is looked at first, for a plainer answer than that of the system. */
async function cannotRun(program: string): Promise<string | undefined> {
  if (!/[/\\]/.test(program)) return undefined
  return access(join(program), constants.X_OK).then(() => undefined, () => `${program} is not there, or may not be run`)
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1) ?? ''
}
