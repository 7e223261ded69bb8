import { access } from 'node:fs/promises'
import { join } from 'node:path'
import type { Exec, Finished } from '../../contracts/exec.ts'
import type { Observer } from '../../contracts/workshop.ts'
import { ReleaseError } from '../../values/errors.ts'
import { goEnvironment, type Target } from '../../values/target.ts'
import type { KnownPlatform, Toolchain } from '../../values/toolchain.ts'

export interface ToolchainQuestion {
  readonly exec: Exec
  /** The caller's environment, of which only what says where modules come from and are kept is used. */
  readonly environment: Readonly<Record<string, string | undefined>>
  /** Another go command than the one on the PATH. */
  readonly program?: string
  /** Saves asking for the list of platforms again. */
  readonly recall?: Observer['recall']
}

/** Go's settings of where modules come from and where things are kept: `go help environment`. */
const settings = [
  'GOPROXY', 'GOCACHE', 'GOMODCACHE', 'GOPRIVATE', 'GONOPROXY', 'GONOSUMDB', 'GOSUMDB', 'GOINSECURE', 'GOAUTH', 'GOVCS',
]

/** Read by go beside its settings, or by the git and ssh that it fetches modules with. */
const credentials = /^(NETRC|GIT_.+|SSH_.+)$/

/**
 * Asks the go command for its version, its platforms and the user's settings, GOENV's file included.
 * @throws ReleaseError (TOOLCHAIN) where there is no go, it does not answer, or it is too old
 */
export async function readToolchain(question: ToolchainQuestion): Promise<Toolchain> {
  const known = await readSettings(question)
  const go = known['GOVERSION'] ?? ''
  const root = known['GOROOT'] ?? ''
  if (!recentEnough(go)) throw tooOld(go, root)
  const program = await commandOf(root, known['GOHOSTOS'] ?? '') ?? question.program ?? 'go'
  const recall: Observer['recall'] = question.recall ?? ((_key, compute) => compute())
  const platforms = await recall({ reading: 'go platforms', go, root }, () => readPlatforms(question.exec, program))
  return {
    kind: 'toolchain', go,
    place: {
      host: `${known['GOHOSTOS'] ?? ''}/${known['GOHOSTARCH'] ?? ''}`, program, platforms,
      environment: { ...picked(question.environment, credentials), ...settingsOf(known) },
    },
  }
}

/**
 * All that a go command sees of Go's own variables, so that no setting of the caller's can change bytes.
 * `work` is the go.work file that holds for the source, absolute; without it there is none, wherever the source stands.
 */
export function compileEnvironment(
  toolchain: Toolchain, target: Target, { cgo = false, work }: CompileSettings = {},
): Readonly<Record<string, string>> {
  const { GOCACHE = '', GOMODCACHE = '' } = toolchain.place.environment
  return {
    ...fixed, CGO_ENABLED: cgo ? '1' : '0', GOWORK: work ?? 'off', GOCACHE, GOMODCACHE, ...goEnvironment(target),
  }
}

export interface CompileSettings {
  readonly cgo?: boolean
  readonly work?: string | undefined
}

/** GOSUMDB is named because where it is off, go list and go build write go.work.sum. */
const fixed = {
  GOENV: 'off', GOTOOLCHAIN: 'local', GO111MODULE: 'on', GOFLAGS: '', GOEXPERIMENT: '', GODEBUG: '', GOFIPS140: 'off',
  GOPROXY: 'off', GOSUMDB: 'sum.golang.org',
}

async function readSettings({ exec, environment, program = 'go' }: ToolchainQuestion): Promise<Settings> {
  const places = ['GOENV', 'GOPATH', 'GOFLAGS', 'XDG_CACHE_HOME', 'XDG_CONFIG_HOME']
  const asked = picked(environment, new RegExp(`^(${[...settings, ...places].join('|')})$`))
  const names = [...settings, 'GOFLAGS', 'GOVERSION', 'GOROOT', 'GOHOSTOS', 'GOHOSTARCH']
  const answer = await run(exec, program, ['env', '-json', ...names], { ...asked, ...outsideOfModules })
  try {
    return JSON.parse(answer.stdout) as Settings
  } catch (cause) {
    throw silent(program, answer, cause)
  }
}

type Variables = Readonly<Record<string, string>>
type Settings = Readonly<Partial<Record<string, string>>>

/** The version and the settings are the same in every folder, a broken go.mod in this one included. */
const outsideOfModules = { GO111MODULE: 'off', GOWORK: 'off', GOTOOLCHAIN: 'local' }

/** One call: with -broken the list has both, Go before 1.21 does not know the word. */
async function readPlatforms(exec: Exec, program: string): Promise<readonly ListedPlatform[]> {
  const env = { ...outsideOfModules, GOENV: 'off' }
  const list = async (...more: readonly string[]): Promise<Finished> =>
    exec(program, ['tool', 'dist', 'list', '-json', ...more], { check: false, env })
  const whole = await list('-broken')
  const answer = whole.exitCode === 0 ? whole : await list()
  try {
    const ports = JSON.parse(answer.stdout) as readonly Port[]
    return ports.map(({ GOOS, GOARCH, CgoSupported, Broken = false }) =>
      ({ target: `${GOOS}/${GOARCH}`, cgo: CgoSupported, broken: Broken }))
  } catch (cause) {
    throw silent(program, answer, cause)
  }
}

/** As a type, not an interface, because only those count as plain data. */
type ListedPlatform = Pick<KnownPlatform, keyof KnownPlatform>

/** One entry of `go tool dist list -json`. */
interface Port {
  readonly GOOS: string
  readonly GOARCH: string
  readonly CgoSupported: boolean
  readonly Broken?: boolean
}

async function run(exec: Exec, program: string, args: readonly string[], env: Variables): Promise<Finished> {
  const answer = await exec(program, args, { check: false, env }).catch((cause: unknown) => {
    if (cause instanceof ReleaseError && cause.code === 'COMMAND') throw missing(program, cause)
    throw cause
  })
  if (answer.exitCode === 0) return answer
  throw silent(program, answer, undefined)
}

async function commandOf(root: string, host: string): Promise<string | undefined> {
  if (root === '') return undefined
  const program = join(root, 'bin', host === 'windows' ? 'go.exe' : 'go')
  return access(program).then(() => program, () => undefined)
}

function settingsOf(known: Settings): Record<string, string> {
  const named = Object.entries(known).filter((entry): entry is [string, string] =>
    settings.includes(entry[0]) && entry[1] !== undefined)
  // The one flag that decides how the module cache is kept, not what is made.
  const writable = / -modcacherw(=true)? /.test(` ${known['GOFLAGS'] ?? ''} `)
  return { ...Object.fromEntries(named), ...writable && { GOFLAGS: '-modcacherw' } }
}

function picked(environment: ToolchainQuestion['environment'], names: RegExp): Record<string, string> {
  return Object.fromEntries(Object.entries(environment).filter((entry): entry is [string, string] =>
    entry[1] !== undefined && names.test(entry[0])))
}

/** go list -json with fields came with Go 1.19; a version without a number is a build of Go's own source. */
function recentEnough(go: string): boolean {
  const minor = /^go1\.(\d+)/.exec(go)?.[1]
  return go !== '' && (minor === undefined || Number(minor) >= 19)
}

function tooOld(go: string, root: string): ReleaseError {
  const which = `${go || 'Go before 1.16'}${root && ` in ${root}`}`
  return new ReleaseError(`Cannot compile with ${which}: it is older than Go 1.19`, {
    code: 'TOOLCHAIN', hint: 'Install a newer Go from https://go.dev/dl/.',
  })
}

function missing(program: string, cause: ReleaseError): ReleaseError {
  return new ReleaseError(`Cannot find the Go toolchain: ${cause.message.replace(/^Cannot run go: /, '')}`, {
    code: 'TOOLCHAIN', cause,
    hint: program === 'go'
      ? 'Install Go from https://go.dev/dl/ and add its bin folder to PATH.'
      : `Check the path ${program}, or leave it out to use the go on the PATH.`,
  })
}

function silent(program: string, { stdout, stderr, exitCode, signal }: Finished, cause: unknown): ReleaseError {
  const how = signal ?? (exitCode === 0 ? 'it prints something else' : `exit code ${exitCode}`)
  return new ReleaseError(`Cannot ask ${program} for its version and platforms: ${how}`, {
    code: 'TOOLCHAIN', output: (stderr || stdout).trim(), cause,
    hint: `Run \`${program} env\` to see what is wrong with it.`,
  })
}
