import { join, posix } from 'node:path'
import type { Observation } from '../lib/contracts/observation.ts'
import type { Observer } from '../lib/contracts/workshop.ts'
import { task } from '../lib/graph/task.ts'
import type { Binary, Build } from '../lib/values/binary.ts'
import { binaryVersion } from '../lib/values/binary-version.ts'
import { ReleaseError } from '../lib/values/errors.ts'
import type { Files } from '../lib/values/files.ts'
import type { MainPackage, Project } from '../lib/values/project.ts'
import type { Source } from '../lib/values/source.ts'
import { goEnvironment, platformOf, type Target } from '../lib/values/target.ts'
import type { Toolchain } from '../lib/values/toolchain.ts'
import type { Version } from '../lib/values/version.ts'
import { linkerFlags } from '../lib/formats/linker-flags.ts'
import type { Inputs } from '../lib/graph/step-input.ts'
import type { Step } from '../lib/graph/step.ts'

/** A C compiler for one target. */
export interface Cgo {
  readonly cc: string
  readonly cxx?: string
  /** CGO_CFLAGS, CGO_LDFLAGS and the like. */
  readonly environment?: Readonly<Record<string, string>>
}

export interface CrossCompileOptions {
  readonly project: Project
  readonly version: Version
  readonly toolchain: Toolchain
  readonly source: Source
  readonly target: Target
  /** The main package, `./cmd/gateway`; the project's only one where it is absent. */
  readonly main?: string
  /** The program's name; the main package's own where it is absent. */
  readonly program?: string
  /**
   * Go string variables by import path, and what they hold: `{ 'main.version': version.stamp }`. Where it is absent, the
   * version variables that the project has by their usual names.
   */
  readonly stamp?: Readonly<Record<string, string>>
  readonly tags?: readonly string[]
  /** More flags for the linker; `-s -w` come from `strip`. */
  readonly ldflags?: readonly string[]
  /** Flags for the compiler, each with an optional package pattern: `all=-l`. */
  readonly gcflags?: readonly string[]
  readonly asmflags?: readonly string[]
  /** Leave out symbol table and debug information. Default: true. */
  readonly strip?: boolean
  readonly cgo?: Cgo
  /** Files that other steps made, laid over the project's own by path. */
  readonly overlay?: readonly Files[]
}

interface CompileInput extends CrossCompileOptions {
  readonly main: string
  readonly program: string
  readonly stamp: Readonly<Record<string, string>>
  readonly strip: boolean
  readonly overlay: readonly Files[]
}

const compile = task<CompileInput, Binary>({
  name: 'binary',
  revision: 1,
  slot: 'cpu',
  outline: input => {
    const { os, architecture } = platformOf(input.target)
    const suffix = os === 'windows' ? '.exe' : architecture === 'wasm' ? '.wasm' : ''
    return {
      kind: 'binary', name: `${input.program}${suffix}`, program: input.program, project: input.project.name,
      target: input.target, ...binaryVersion(input.version), build: buildOf(input),
    }
  },
  // The version and its date are in the bytes only where a stamp carries them.
  depends: ({ toolchain, target, overlay, ...input }) =>
    ({ go: toolchain.go, target, overlay: overlay.map(({ digest }) => digest), build: buildOf({ ...input, target }), module: input.project.module }),
  observe: async (input, observer) => {
    const inputs = await inputsOf(input, observer)
    return input.cgo ? { ...inputs, value: { inputs: inputs.value, compilers: await compilersOf(input.cgo, observer) } } : inputs
  },
  check: async (input, observer) => {
    const { checkToolchainLine } = await import('../lib/clients/go/toolchain-line.ts')
    const problems = await checkToolchainLine(observer, input.source, input.toolchain)
    if (problems.length > 0 || input.overlay.length > 0) return problems
    const [{ goListing }, { checkStamps }] = await Promise.all([import('../lib/clients/go/listing.ts'), import('../lib/clients/go/stamps.ts')])
    return checkStamps(await goListing(observer, lookFor(input)), input.stamp)
  },
  memory: ({ project, main }) => posix.join(project.module, main),
  warm: async (input, observer) => {
    if (isGoAlone(input)) await (await import('../lib/clients/go/cache.ts')).restoreGoCache(observer, cachedBuild(input))
  },
  work: async (input, workshop) => {
    const { compileBinary } = await import('../lib/clients/go/compile.ts')
    const file = join(workshop.folder, 'program')
    const { overlay: laid, ...rest } = input
    const overlay = laid.length > 0 ? await (await import('../lib/clients/overlay.ts')).overlayFile(input, workshop) : undefined
    const graph = isGoAlone(input) && await workshop.bundles?.writes() ? join(workshop.folder, 'graph.json') : undefined
    await compileBinary(workshop, { ...rest, ...buildOf(input), output: file, ...(overlay ? { overlay } : {}), ...(graph ? { graph } : {}) })
    if (graph) await (await import('../lib/clients/go/cache.ts')).keepGoCache(workshop, cachedBuild(input), graph)
    const { checkBinary } = await import('../lib/clients/check-binary.ts')
    await checkBinary(file, { target: input.target, module: await moduleOf(input, workshop), go: input.toolchain.go, stamp: input.stamp })
    return workshop.content.adopt(file, 'application/octet-stream')
  },
})

/**
 * Compiles one main package for one target, stamped and stripped, and reads the result back: module, platform, toolchain and
 * every stamped value have to be in it.
 *
 * The bytes depend on what Go reads of the source, the toolchain and these options alone: not on the folder, the caller's
 * environment, or git.
 * @throws ReleaseError (TARGET) for a target that is none, (PROJECT) where there are several main packages and none is named
 */
export function crossCompile(options: Inputs<CrossCompileOptions>): Step<Binary> {
  const main = options.main ?? onlyMain(options.project)
  const known = options.project.mains.find(one => one.package === main)
  platformOf(options.target)
  return compile({
    ...options, main, stamp: options.stamp ?? usualStamp(known, options.version), strip: options.strip ?? true, overlay: options.overlay ?? [],
    program: options.program ?? known?.program ?? main.split('/').findLast(part => part !== '.') ?? options.project.name,
  })
}

function usualStamp(main: MainPackage | undefined, { stamp, commit, date }: Version): Readonly<Record<string, string>> {
  const values = { version: stamp, commit, date }
  return Object.fromEntries(Object.entries(main?.variables ?? {}).map(([use, name]) => [name, values[use as keyof typeof values]]))
}

function onlyMain({ mains, name }: Project): string {
  if (mains.length === 1 && mains[0]) return mains[0].package
  throw new ReleaseError(`Cannot compile ${name}: it has ${mains.length === 0 ? 'no main package' : `${mains.length} main packages`}`, {
    code: 'PROJECT', hint: mains.length === 0 ? 'Add a package main, or name another folder with --project.'
      : `Name one with main: ${mains.map(main => `'${main.package}'`).join(', ')}.`,
  })
}

type Flags = Pick<CompileInput, 'target' | 'main' | 'program' | 'stamp' | 'strip' | 'tags' | 'ldflags' | 'gcflags' | 'asmflags' | 'cgo'>

async function inputsOf(input: CompileInput, observer: Observer): Promise<Observation> {
  // What is laid over the project may add packages, so which files Go reads is only known when it compiles.
  if (input.overlay.length > 0) return (await import('../lib/clients/source-tree.ts')).sourceTree(observer, input.source, input.toolchain)
  const { goInputs } = await import('../lib/clients/go/inputs.ts')
  return goInputs(observer, lookFor(input))
}

/** A main package may stand in another module of a workspace than the project's. */
async function moduleOf(input: CompileInput, observer: Observer): Promise<string> {
  if (input.overlay.length > 0) return input.project.module
  const { goListing } = await import('../lib/clients/go/listing.ts')
  return (await goListing(observer, lookFor(input))).module
}

/** A C compiler's version is as much part of the bytes as Go's. */
async function compilersOf({ cc, cxx }: Cgo, observer: Observer): Promise<readonly string[]> {
  const { toolVersions } = await import('../lib/clients/tool-versions.ts')
  return toolVersions(observer, [cc, ...(cxx ? [cxx] : [])].map(compiler => [...compiler.split(' '), '--version']))
}

/** The command, as an outsider would type it in the module's folder. */
function buildOf(input: Flags): Build {
  const { target, main, program, stamp, strip, tags = [], ldflags = [], gcflags, asmflags = [], cgo } = input
  const linker = linkerFlags([...(strip ? ['-s', '-w'] : []), ...ldflags], stamp)
  // What -s -w throws away need not be made: a third less work for the compiler, and the same program.
  const compiler = gcflags ?? (strip && !cgo ? ['all=-dwarf=false'] : [])
  return {
    command: ['go', 'build', '-trimpath', '-buildvcs=false', ...(tags.length > 0 ? [`-tags=${tags.join(',')}`] : []),
      ...compiler.map(flag => `-gcflags=${flag}`), ...asmflags.map(flag => `-asmflags=${flag}`),
      ...(linker ? [`-ldflags=${linker}`] : []), '-o', program, main],
    environment: {
      ...goEnvironment(target), CGO_ENABLED: cgo ? '1' : '0', ...(cgo ? { CC: cgo.cc, ...(cgo.cxx ? { CXX: cgo.cxx } : {}), ...cgo.environment } : {}),
    },
  }
}

/** What C compilers make depends on the machine, and what is laid over the project on where that is. */
function isGoAlone({ cgo, overlay }: CompileInput): boolean {
  return !cgo && overlay.length === 0
}

function cachedBuild(input: CompileInput) {
  const { project, toolchain, target, main } = input
  return { ...buildOf(input), toolchain, target, main, module: project.module }
}

function lookFor({ source, toolchain, target, main, tags, cgo }: Omit<CompileInput, 'overlay'>) {
  return { source, toolchain, target, package: main, ...(tags ? { tags } : {}), cgo: cgo !== undefined }
}
