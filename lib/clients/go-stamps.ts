import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type GoDeclaration, goDeclarations } from '../formats/go-declarations.ts'
import { unstampable } from '../formats/unstampable.ts'
import { nearest } from '../values/nearest.ts'
import type { Problem } from '../values/problem.ts'
import type { ListedPackage, Listing } from './go-listing.ts'

/**
 * Looks whether every stamped variable is there and can be set: the linker says nothing of those that are not.
 * @param stamp values by import path and name, `main.version`
 */
export async function checkStamps(
  listing: Listing, stamp: Readonly<Record<string, string>>,
): Promise<readonly Problem[]> {
  const found = await Promise.all(Object.keys(stamp).map(name => problemWith(name, listing)))
  return found.flatMap(problem => problem ? [problem] : [])
}

async function problemWith(stamp: string, listing: Listing): Promise<Problem | undefined> {
  const dot = stamp.lastIndexOf('.')
  const [path, name] = [stamp.slice(0, Math.max(dot, 0)), stamp.slice(dot + 1)]
  const why = await reasonAgainst(path, name, listing)
  if (why === undefined) return undefined
  const within = path === '' || path === listing.importPath ? 'main' : path
  const meant = nearest(`${within}.${name}`, await stampableNames(listing))
  return {
    where: stamp, code: 'STAMP', message: `Cannot stamp ${stamp}: ${why}`,
    hint: meant ? `Did you mean ${meant}?` : 'Name a string variable with its import path, such as main.version.',
  }
}

async function reasonAgainst(path: string, name: string, listing: Listing): Promise<string | undefined> {
  if (path === '') return 'it is not said which package it is in'
  if (path === listing.importPath) return 'to the linker, the package of a program is main'
  const own = ownPackage(path, listing)
  if (!own && !listing.others.includes(path)) return `${path} is no package of this program`
  const files = own?.sources ?? await goFiles(folderOf(path, listing)).catch(() => undefined)
  // Its module is not in the cache any more. What the binary holds is looked at in any case.
  if (!files) return undefined
  const declarations = await declarationsIn(files)
  const declaration = declarations.find(one => one.name === name)
  if (declaration) {
    const reason = unstampable(declaration, declarations)
    return reason && `it ${reason}`
  }
  const elsewhere = own && await declaredElsewhere(own, name)
  return elsewhere ? `${elsewhere} declares it, and is not compiled for this target` : 'there is no such variable'
}

/** What could be stamped in the packages that the source itself has. */
async function stampableNames(listing: Listing): Promise<readonly string[]> {
  const names = await Promise.all(listing.packages.map(async ({ importPath, sources }) => {
    const declarations = await declarationsIn(sources)
    const path = importPath === listing.importPath ? 'main' : importPath
    return declarations.filter(({ kind }) => kind === 'var').filter(one => unstampable(one, declarations) === undefined)
      .map(({ name }) => `${path}.${name}`)
  }))
  return names.flat()
}

function ownPackage(path: string, { packages, importPath }: Listing): ListedPackage | undefined {
  return packages.find(one => one.importPath === (path === 'main' ? importPath : path))
}

async function declarationsIn(files: readonly string[]): Promise<readonly GoDeclaration[]> {
  const texts = await Promise.all(files.map(file => readFile(file, 'utf8')))
  return texts.flatMap(goDeclarations)
}

/** The file of the package that has the variable for other targets or tags only. */
async function declaredElsewhere({ folder, sources }: ListedPackage, name: string): Promise<string | undefined> {
  for (const file of (await goFiles(folder)).filter(path => !sources.includes(path))) {
    if ((await declarationsIn([file])).some(one => one.kind === 'var' && one.name === name)) return file
  }
  return undefined
}

async function goFiles(folder: string): Promise<readonly string[]> {
  const names = await readdir(folder)
  return names.filter(name => name.endsWith('.go') && !name.endsWith('_test.go')).sort().map(name => join(folder, name))
}

/** Where a package of the module cache, or of Go itself, stands: with files for every target, which is near enough. */
function folderOf(path: string, { modules, elsewhere }: Listing): string {
  const owner = modules.filter(module => path === module.path || path.startsWith(`${module.path}/`))
    .sort((one, other) => other.path.length - one.path.length)[0]
  if (!owner) return join(elsewhere.go, path)
  const { path: module, version } = owner.replacedBy ?? owner
  return join(elsewhere.modules, `${escaped(module)}@${escaped(version)}`, path.slice(owner.path.length))
}

/** Source: https://go.dev/ref/mod#module-cache, for file systems that do not tell capital letters apart. */
function escaped(text: string): string {
  return text.replaceAll(/[A-Z]/g, letter => `!${letter.toLowerCase()}`)
}
