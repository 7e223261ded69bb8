import { availableParallelism } from 'node:os'
import type { Workshop } from '../../contracts/workshop.ts'
import type { Finished } from '../../contracts/exec.ts'
import type { Build } from '../../values/binary.ts'
import { ReleaseError } from '../../values/errors.ts'
import { readableBytes } from '../../values/readable.ts'
import type { Source } from '../../values/source.ts'
import type { Target } from '../../values/target.ts'
import type { Toolchain } from '../../values/toolchain.ts'
import { withModules } from './modules.ts'
import { compileEnvironment } from './toolchain.ts'
import { oomKills } from '../oom-kills.ts'
import { workspaceOf } from './workspace.ts'

export interface Compilation extends Build {
  readonly source: Source
  readonly toolchain: Toolchain
  readonly target: Target
  readonly main: string
  /** The file it writes, absolute. */
  readonly output: string
  /** A file for go's -overlay, absolute. */
  readonly overlay?: string
  /** A file that go writes down in what it did and took from its cache, absolute. */
  readonly graph?: string
}

/**
 * The compiler's own garbage collection costs a quarter of a cold compile: where there is memory it only starts near this
 * compile's share, which its processes divide. Where there is little, one process at a time collects as often as keeps it
 * below the share. Otherwise nothing is set, because any of this takes the compiler's start heap away.
 */
function collectorFor({ thrift, share }: Workshop): Readonly<Record<string, string>> {
  if (thrift === 'generous') return { GOGC: 'off', GOMEMLIMIT: String(Math.min(enoughBytes, Math.floor(share / availableParallelism()))) }
  if (thrift === 'frugal') return { GOMEMLIMIT: String(Math.floor(Math.max(share / 2, share - goBytes))) }
  return {}
}

/** With this much the largest packages compile without collecting anything; more is never used. */
const enoughBytes = 1024 ** 3

/**
 * Beside others, each compile has its part of the processors: targets are what runs at once, not packages or functions, which
 * would only take each other's caches. Alone it is left to Go.
 */
function processorsFor({ thrift, companions }: Workshop): { readonly flags: readonly string[]; readonly environment: Readonly<Record<string, string>> } {
  if (thrift === 'frugal') return { flags: ['-p=1'], environment: {} }
  const beside = companions()
  if (thrift !== 'generous' || beside === 1) return { flags: [], environment: {} }
  const own = String(Math.max(1, Math.floor(availableParallelism() / beside)))
  return { flags: [`-p=${own}`], environment: { GOMAXPROCS: own } }
}

/** The go command itself, and the code of the compiler. */
const goBytes = 96 * 1024 ** 2

/**
 * Runs `go build`: no network, nothing written into the project, nothing of the caller's environment.
 * @throws ReleaseError (COMPILE) with go's words, (MEMORY) where the kernel killed a compiler
 */
export async function compileBinary(workshop: Workshop, compilation: Compilation): Promise<void> {
  const { source, toolchain, target, output, overlay, graph, command, environment } = compilation
  const args = command.slice(1).map((argument, index, all) => all[index - 1] === '-o' ? output : argument)
  const killsBefore = await oomKills()
  let peak = 0
  const processors = processorsFor(workshop)
  const env = { ...await compileEnvironmentOf(workshop, compilation), ...environment, ...collectorFor(workshop), ...processors.environment, GOTMPDIR: workshop.folder, PWD: source.place.folder }
  const finished = await withModules(workshop, source, toolchain, () => workshop.exec(toolchain.place.program, [
    args[0] as string, ...processors.flags, ...(overlay ? [`-overlay=${overlay}`] : []), ...(graph ? [`-debug-actiongraph=${graph}`] : []), ...args.slice(1),
  ], {
    cwd: source.place.folder, check: false, watch: bytes => { peak = Math.max(peak, bytes) }, line: line => workshop.log(line),
    env,
  }))
  if (finished.exitCode === 0) return
  const shortage = shortageOf(finished, await oomKills(), killsBefore)
  if (shortage) throw tooLittleMemory(compilation, finished, shortage, { peak, share: workshop.share })
  throw doesNotCompile(target, compilation.main, finished)
}

async function compileEnvironmentOf(workshop: Workshop, { source, toolchain, target, environment }: Compilation) {
  const { work } = await workspaceOf(workshop, source)
  return compileEnvironment(toolchain, target, { cgo: environment['CGO_ENABLED'] === '1', work })
}

/** Where nothing counts the kernel's kills, a kill is taken for one of them: nothing else here sends one. */
function shortageOf({ signal, stdout, stderr }: Finished, kills: number | undefined, before: number | undefined): string | undefined {
  const said = `${stdout}${stderr}`
  const killed = signal === 'SIGKILL' || /signal: killed/.test(said)
  if (killed && (before === undefined || kills === undefined || kills > before)) return 'the kernel killed the compiler for want of memory'
  return /fatal error: runtime: (out of|cannot allocate) memory|: cannot allocate memory$/m.test(said) ? 'the system had no memory left for the compiler' : undefined
}

function tooLittleMemory({ main, target }: Compilation, { stderr }: Finished, what: string, { peak, share }: { peak: number, share: number }): ReleaseError {
  return new ReleaseError(`Cannot compile ${main} for ${target}: ${what}`
    + (peak > 0 ? `; it used ${readableBytes(peak)} and needs more, its part was ${readableBytes(share)}` : ''), {
    code: 'MEMORY', cause: { peak }, output: stderr,
    hint: 'Give the release more memory: a larger machine, or a higher limit of its container or cgroup.',
  })
}

function doesNotCompile(target: Target, main: string, { stdout, stderr, exitCode, signal }: Finished): ReleaseError {
  const output = `${stdout}${stderr}`.trim()
  if (/no space left on device|disk quota exceeded/i.test(output)) {
    return new ReleaseError(`Cannot compile ${main} for ${target}: there is no space left on the disk`, {
      code: 'DISK', output, hint: 'Free some space for Slipway\'s cache (SLIPWAY_CACHE) and for Go\'s own (GOCACHE), or name folders on another disk.',
    })
  }
  const first = output.split('\n').find(line => line.trim() !== '' && !line.startsWith('#'))
  return new ReleaseError(`Cannot compile ${main} for ${target}: ${first?.trim() ?? `go ended with ${signal ?? exitCode}`}`, {
    code: 'COMPILE', output, hint: `Mend it, or take ${target} out of the targets.`,
  })
}
