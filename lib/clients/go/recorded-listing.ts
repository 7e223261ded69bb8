import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Observer } from '../../contracts/workshop.ts'
import { asmIncludes } from '../../formats/asm-includes.ts'
import { type GoFailure, goFailure, lacksModules } from '../../formats/go-failure.ts'
import { filesOf, goList, goListFields, type GoListPackage } from '../../formats/go-list.ts'
import { goSum } from '../../formats/go-sum.ts'
import { ReleaseError } from '../../values/errors.ts'
import type { Source } from '../../values/source.ts'
import type { Target } from '../../values/target.ts'
import type { Toolchain } from '../../values/toolchain.ts'
import { withModules } from './modules.ts'
import { compileEnvironment } from './toolchain.ts'
import { relativePath, type ModuleTree } from './module-tree.ts'

/** One main package for one target. */
export interface ListingRequest {
  readonly source: Source
  readonly toolchain: Toolchain
  readonly target: Target
  /** `./cmd/gateway`, relative to the source's folder. */
  readonly package: string
  readonly tags?: readonly string[]
  readonly cgo?: boolean
}

/** What go says a compile reads, as it is kept: relative to the source's folder, so that it holds anywhere. */
export type RecordedListing = {
  readonly importPath: string
  readonly module: string
  readonly packages: readonly RecordedPackage[]
  readonly files: readonly string[]
  readonly others: readonly string[]
  readonly modules: readonly ListedModule[]
  /** C is compiled, which may include whatever it likes. */
  readonly c: boolean
}

/** As a type, not an interface, because only those count as plain data. */
export type ListedModule = {
  readonly path: string
  readonly version: string
  /** As in go.sum; modules that are vendored may have none. */
  readonly sum?: string
  /** The module that stands in for this one. */
  readonly replacedBy?: { readonly path: string, readonly version: string }
}

type RecordedPackage = {
  readonly importPath: string
  readonly folder: string
  readonly sources: readonly string[]
}

/**
 * Asks go, and downloads modules where it lacks any.
 * @throws ReleaseError (TOOLCHAIN, PROJECT, COMPILE, COMMAND), as `goListing`
 */
export async function recordListing(
  observer: Observer, request: ListingRequest, tree: ModuleTree,
): Promise<RecordedListing> {
  const { source, toolchain, target, tags = [], cgo = false } = request
  const env = { ...compileEnvironment(toolchain, target, { cgo, work: tree.workspace.work }), PWD: source.place.folder }
  const tagged = tags.length > 0 ? [`-tags=${tags.join(',')}`] : []
  const args = ['list', '-deps', `-json=${goListFields}`, ...tagged, '--', request.package]
  const { stdout, stderr, exitCode } = await withModules(observer, source, toolchain, () =>
    observer.exec(toolchain.place.program, args, { cwd: source.place.folder, check: false, env }))
  if (exitCode !== 0) throw refused(request, lacksModules(stderr) ? unsummed(stderr) : goFailure(stderr), stderr)
  const packages = goList(stdout)
  return recordOf(mainOf(packages, request), packages, request, tree)
}

function refused(request: ListingRequest, { code, why, hint }: GoFailure, output?: string): ReleaseError {
  return new ReleaseError(`Cannot compile ${request.package} for ${request.target}: ${why}`, {
    code, ...hint === undefined ? {} : { hint }, ...output === undefined ? {} : { output: output.trim() },
  })
}

/** Go looks modules up whose checksums it does not find, in a workspace, even where they are there. */
function unsummed(output: string): GoFailure {
  const [, module = 'modules'] = /(\S+@\S+): module lookup disabled/.exec(output) ?? []
  return {
    code: 'PROJECT', why: `go.work.sum lacks checksums for ${module}`,
    hint: 'Run `go mod download` in the folder of go.work (`go mod tidy` where there is none), and commit go.work.sum.',
  }
}

function mainOf(packages: readonly GoListPackage[], request: ListingRequest): GoListPackage {
  const [main, ...more] = packages.filter(({ DepOnly }) => !DepOnly)
  const refuse = (why: string): ReleaseError =>
    refused(request, { code: 'PROJECT', why, hint: 'Name one main package, such as ./cmd/name.' })
  if (!main) throw refuse('that is no package')
  if (more.length > 0) throw refuse(`that is ${more.length + 1} packages`)
  if (main.Name !== 'main') throw refuse(`it is package ${main.Name}, which is no program`)
  return main
}

function recordOf(
  main: GoListPackage, packages: readonly GoListPackage[], request: ListingRequest, tree: ModuleTree,
): RecordedListing {
  const { folder, outputs } = request.source.place
  const own = packages.filter(one => isOwn(one, request.toolchain))
  const files = [...new Set([...own.flatMap(readBy), ...profileOf(main)])].sort()
  const made = files.find(file => outputs.some(output => !relativePath(output, file).startsWith('..')))
  if (made !== undefined) throw refused(request, takesInOutput(relativePath(folder, made)))
  const relative = (path: string): string => relativePath(folder, path)
  return {
    importPath: main.ImportPath, module: main.Module?.Path ?? '', files: files.map(relative),
    packages: own.map(({ ImportPath, Dir, GoFiles = [], CgoFiles = [] }) => ({
      importPath: ImportPath, folder: relative(Dir),
      sources: [...GoFiles, ...CgoFiles].map(name => relative(join(Dir, name))),
    })),
    others: packages.filter(one => !own.includes(one)).map(({ ImportPath }) => ImportPath),
    modules: modulesOf(packages, tree), c: own.some(compilesC),
  }
}

/** What is in the module cache never changes, and Go's own packages change with Go; all else is read in place. */
function isOwn({ Standard, Dir }: GoListPackage, { place }: Toolchain): boolean {
  return !Standard && relativePath(place.environment['GOMODCACHE'] ?? '', Dir).startsWith('..')
}

/** The files of a package, and what its assembler files include. */
function readBy(listed: GoListPackage): readonly string[] {
  const files = new Set(filesOf(listed).map(name => join(listed.Dir, name)))
  const waiting = (listed.SFiles ?? []).map(name => join(listed.Dir, name))
  for (const file of waiting) {
    const included = asmIncludes(readFileSync(file, 'utf8')).map(name => join(listed.Dir, name))
    const found = included.filter(path => !waiting.includes(path) && existsSync(path))
    waiting.push(...found)
    for (const path of found) files.add(path)
  }
  return [...files]
}

/** The profile that -pgo=auto, which is the default, optimises with. */
function profileOf({ Dir }: GoListPackage): readonly string[] {
  const profile = join(Dir, 'default.pgo')
  return existsSync(profile) ? [profile] : []
}

function takesInOutput(file: string): GoFailure {
  return {
    code: 'PROJECT', why: `it takes in ${file}, which is made by releases`,
    hint: 'Embed something narrower, or let releases write to another folder with --out.',
  }
}

function compilesC({ CgoFiles = [], SwigFiles = [], SwigCXXFiles = [] }: GoListPackage): boolean {
  return CgoFiles.length + SwigFiles.length + SwigCXXFiles.length > 0
}

function modulesOf(packages: readonly GoListPackage[], { workspace }: ModuleTree): readonly ListedModule[] {
  const sumFiles = workspace.files.filter(file => file.endsWith('.sum'))
  const sums = new Map(sumFiles.flatMap(file => [...goSum(readFileSync(file, 'utf8'))]))
  const modules = new Map<string, ListedModule>()
  for (const { Module: module } of packages) {
    if (module?.Version === undefined || (module.Replace && module.Replace.Version === undefined)) continue
    const { Path: path, Version: version, Replace: other } = module
    const sum = sums.get(other ? `${other.Path}@${other.Version}` : `${path}@${version}`)
    modules.set(path, {
      path, version, ...sum === undefined ? {} : { sum },
      ...other?.Version === undefined ? {} : { replacedBy: { path: other.Path, version: other.Version } },
    })
  }
  return [...modules.values()].sort((one, another) => one.path < another.path ? -1 : 1)
}
