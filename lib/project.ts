import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join, posix, relative, resolve } from 'node:path'
import type { GoPackage } from './clients/go/package.ts'
import { goScope } from './clients/go/scope.ts'
import { goTree } from './clients/go/tree.ts'
import { nearbyModules } from './clients/go/nearby-modules.ts'
import { versionVariables } from './clients/go/version-variables.ts'
import { type GoModHead, goModHead } from './formats/go-mod-head.ts'
import { licenseId } from './formats/license-id.ts'
import { ReleaseError } from './values/errors.ts'
import type { MainPackage, Project } from './values/project.ts'

/**
 * Tells what can be told of a Go project by looking at its files: milliseconds, no go command.
 * @throws ReleaseError (PROJECT) where the folder has no go.mod, or the module no main package
 */
export async function discover(folder: string): Promise<Project> {
  const place = resolve(folder)
  const { module, go } = readModule(place)
  const license = readLicense(place)
  const name = nameOf(module)
  const mains = mainsOf(place).map((main): MainPackage => ({
    program: main.path === '.' ? name : nameOf(main.path),
    package: main.path,
    variables: versionVariables(module, place, main),
  }))
  if (mains.length === 0) throw noMain(place, module)
  return {
    name, module, mains, documents: documentsOf(place), place: { folder: place },
    ...go !== undefined && { go }, ...license !== undefined && { license },
  }
}

function readModule(folder: string): GoModHead {
  const file = join(folder, 'go.mod')
  if (!existsSync(file)) throw noModule(folder)
  const found = goModHead(readFileSync(file, 'utf8'))
  if (found) return found
  throw new ReleaseError(`Cannot read ${file}: it names no module`, {
    code: 'PROJECT', hint: 'Its first line should read `module` and a path, such as `module example.com/gateway`.',
  })
}

/** As the go command names a program: the last element that is no major version. */
function nameOf(path: string): string {
  const elements = path.split('/')
  const last = elements.length > 1 && /^v\d+$/.test(elements.at(-1) ?? '') ? elements.at(-2) : elements.at(-1)
  return (last ?? path).replace(/\.v\d+$/, '')
}

/** Folders of programs that help to make, show or test a project, but are not what it releases. */
const aside = new RegExp(`^(${[
  'examples?', 'demos?', 'samples?', 'playground', 'docs?', 'tests?', 'e2e', 'integration', 'bench(marks?)?', 'fuzz',
  'internal', 'tools?', 'hack', 'scripts?', 'ci', 'gen(erate|erators?)?', 'contrib', 'misc', 'third_party',
].join('|')})$`)

/** The project's own programs, outer folders and cmd/ first; what stands aside counts where there is nothing else. */
function mainsOf(folder: string): readonly GoPackage[] {
  const all = [...goTree(folder)].filter(isProgram)
  const own = all.filter(({ path }) => !path.split('/').some(element => aside.test(element)))
  return (own.length > 0 ? own : all).sort((a, b) => rank(a.path) - rank(b.path) || (a.path < b.path ? -1 : 1))
}

function isProgram({ name, files }: GoPackage): boolean {
  return name === 'main' && goScope(files().map(({ file }) => file))('main')?.kind === 'func'
}

function rank(path: string): number {
  if (path === '.') return 0
  return path.split('/').length + (path.startsWith('./cmd/') ? 0 : 100)
}

function readLicense(folder: string): string | undefined {
  const files = readdirSync(folder).filter(name => /^((un)?licen[cs]e|copying)(\.(txt|md))?$/i.test(name)).sort()
  return files.map(name => licenseId(readFileSync(join(folder, name), 'utf8'))).find(id => id !== undefined)
}

/** The files that every archive takes along, sorted by name. */
function documentsOf(folder: string): readonly string[] {
  const files = readdirSync(folder, { withFileTypes: true }).filter(entry => entry.isFile()).map(({ name }) => name)
  return files.filter(name => /^((un)?licen[cs]e|copying|notice|readme)([-.].*)?$/i.test(name))
    .filter(name => !/\.(go|json|ya?ml)$/i.test(name)).sort()
}

function noModule(folder: string): ReleaseError {
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) {
    return new ReleaseError(`Cannot find a Go project in ${folder}: there is no such folder`, {
      code: 'PROJECT', hint: 'Name the folder of its go.mod.',
    })
  }
  const { workspace, modules } = nearbyModules(folder)
  const where = workspace ? `its go.work lists ${modules.join(', ')}` : 'it has no go.mod'
  const hint = modules[0] === undefined
    ? 'Make a module of it with `go mod init`, or name another folder.'
    : `Name the folder of the module, as in --project ${shown(join(folder, modules[0]))}.`
  return new ReleaseError(`Cannot find a Go project in ${folder}: ${where}`, { code: 'PROJECT', hint })
}

function noMain(folder: string, module: string): ReleaseError {
  const others = nearbyModules(folder).modules.filter(path => path !== '.')
  const hint = others.length > 0
    ? `Name one of the other modules below it: ${others.slice(0, 5).map(path => shown(join(folder, path))).join(', ')}.`
    : 'A release needs a folder with a `package main` that has a `func main()`.'
  return new ReleaseError(`Cannot release ${module} in ${folder}: it has no main package`, { code: 'PROJECT', hint })
}

/** A path as the user would type it. */
function shown(path: string): string {
  const short = relative('', path)
  return short === '' ? '.' : short.startsWith('..') ? path : posix.normalize(short)
}
