import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { goDeclarations } from '../../formats/go-declarations.ts'
import { unstampable } from '../../formats/unstampable.ts'
import { nearest } from '../../values/nearest.ts'
import type { Problem } from '../../values/problem.ts'
import type { ListedPackage, Listing } from './listing.ts'
import { goScope } from './scope.ts'
import { readEach } from '../read-each.ts'

/**
 * Looks whether every stamped variable is there and can be set: the linker says nothing of those that are not.
 * @param stamp values by import path and name, `main.version`
 */
export async function checkStamps(
  listing: Listing, stamp: Readonly<Record<string, string>>,
): Promise<readonly Problem[]> {
  const looked = await Promise.all(Object.keys(stamp).map(async name => ({ name, why: await reasonAgainst(name, listing) })))
  const wrong = looked.flatMap(({ name, why }) => why === undefined ? [] : [{ name, why }])
  if (wrong.length === 0) return []
  const names = stampableNames(listing)
  return wrong.map(({ name, why }) => {
    const meant = nearest(withPath(name, listing), names)
    return {
      where: name, code: 'STAMP', message: `Cannot stamp ${name}: ${why}`,
      hint: meant ? `Did you mean ${meant}?` : 'Name a string variable with its import path, such as main.version.',
    }
  })
}

/** As the linker would name it, where only the package is missing or the program's own import path is in its place. */
function withPath(stamp: string, { importPath }: Listing): string {
  const { path, name } = parted(stamp)
  return `${path === '' || path === importPath ? 'main' : path}.${name}`
}

function parted(stamp: string): { readonly path: string; readonly name: string } {
  const dot = stamp.lastIndexOf('.')
  return { path: stamp.slice(0, Math.max(dot, 0)), name: stamp.slice(dot + 1) }
}

async function reasonAgainst(stamp: string, listing: Listing): Promise<string | undefined> {
  const { path, name } = parted(stamp)
  if (path === '') return 'it is not said which package it is in'
  if (path === listing.importPath) return 'to the linker, the package of a program is main'
  const own = ownPackage(path, listing)
  if (!own && !listing.others.includes(path)) return `${path} is no package of this program`
  const files = own?.sources ?? await goFiles(folderOf(path, listing)).catch(() => undefined)
  // Its module is not in the cache any more. What the binary holds is looked at in any case.
  if (!files) return undefined
  const scope = goScope(files)
  const declaration = scope(name)
  if (declaration) {
    const reason = unstampable(declaration, scope)
    return reason && `it ${reason}`
  }
  const elsewhere = own && await declaredElsewhere(own, name)
  return elsewhere ? `${elsewhere} declares it, and is not compiled for this target` : 'there is no such variable'
}

/** What could be stamped in the packages that the source itself has, as far as a declaration by itself tells. */
function stampableNames({ packages, importPath }: Listing): readonly string[] {
  return packages.flatMap(one => {
    const path = one.importPath === importPath ? 'main' : one.importPath
    return [...stampableIn(one.sources)].map(name => `${path}.${name}`)
  })
}

function* stampableIn(files: readonly string[]): Generator<string, undefined> {
  for (const { bytes } of readEach(files, 'var')) {
    for (const declaration of goDeclarations(bytes)) {
      const { name, type } = declaration
      if (type.length > 0 && type[0] !== 'string') continue
      if (unstampable(declaration, () => undefined) === undefined) yield name
    }
  }
}

function ownPackage(path: string, { packages, importPath }: Listing): ListedPackage | undefined {
  return packages.find(one => one.importPath === (path === 'main' ? importPath : path))
}

/** The file of the package that has the variable for other targets or tags only. */
async function declaredElsewhere({ folder, sources }: ListedPackage, name: string): Promise<string | undefined> {
  const others = (await goFiles(folder)).filter(path => !sources.includes(path))
  return others.find(file => goScope([file])(name)?.kind === 'var')
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
