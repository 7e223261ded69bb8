import { existsSync } from 'node:fs'
import { join, posix } from 'node:path'
import { type GoDeclaration, goDeclarations } from '../../formats/go-declarations.ts'
import { unstampable } from '../../formats/unstampable.ts'
import type { MainPackage } from '../../values/project.ts'
import { goPackage, type GoPackage } from './package.ts'
import { goScope } from './scope.ts'
import { readEach } from '../read-each.ts'

type Variables = MainPackage['variables']
type Kind = keyof Variables

/** The names that Go programs use, in small letters without underscores, the usual ones first. */
const usual: Readonly<Record<Kind, readonly string[]>> = {
  version: [
    'version', 'buildversion', 'appversion', 'gitversion', 'programversion', 'releaseversion', 'versionstring', 'semver', 'ver',
  ],
  commit: [
    'commit', 'gitcommit', 'buildcommit', 'commithash', 'commitsha', 'commitid', 'gitsha', 'githash', 'gitrevision',
    'revision', 'gitrev', 'vcsref', 'sha',
  ],
  date: ['date', 'builddate', 'buildtime', 'buildtimestamp', 'commitdate', 'builtat', 'timestamp'],
}

/** Packages that programs keep their version in, by the last element of their path. */
const likely = /^(version|build|build_?info|cmd|info|meta|about|app|cli|release|common|config|constants?|internal)$/

/**
 * Where a program keeps its version, commit and date, told by the names of its string variables: in the main package,
 * or else in the nearest package of the same module that it imports and that is named as such packages are.
 */
export function versionVariables(module: string, folder: string, main: GoPackage): Variables {
  const own = variablesOf(main, 'main')
  if (own.version !== undefined) return own
  for (const { path, importPath } of likelyImports(module, folder, main)) {
    const found = variablesOf(goPackage(folder, path), importPath)
    if (found.version !== undefined) return { ...found, ...own }
  }
  return own
}

function variablesOf(found: GoPackage | undefined, importPath: string): Variables {
  const files = (found?.files() ?? []).map(({ file }) => file)
  const scope = goScope(files)
  const names = [...usualTexts(files)].filter(one => unstampable(one, scope) === undefined).map(({ name }) => name)
  const entries = Object.entries(usual).flatMap(([kind, list]) => {
    const known = list.flatMap(name => names.filter(one => plain(one) === name))
    return known[0] === undefined ? [] : [[kind, `${importPath}.${known[0]}`]]
  })
  return Object.fromEntries(entries) as Variables
}

/** The declarations that have a usual name and are certainly strings. */
function* usualTexts(files: readonly string[]): Generator<GoDeclaration, undefined> {
  for (const { bytes } of readEach(files, 'var')) {
    for (const one of goDeclarations(bytes)) if (usualNames.has(plain(one.name)) && isText(one)) yield one
  }
}

const usualNames = new Set(Object.values(usual).flat())

function plain(name: string): string {
  return name.toLowerCase().replaceAll('_', '')
}

/** Certainly a string: where only another package could tell, a guess would fail the release. */
function isText({ type, value }: GoDeclaration): boolean {
  if (type.length > 0) return type.length === 1 && type[0] === 'string'
  return /^["`]/.test(value?.[0] ?? '')
}

interface Reached {
  readonly path: string
  readonly importPath: string
}

/** Packages of the module that are linked in, the nearest first; those far away belong to something else. */
function* likelyImports(module: string, folder: string, main: GoPackage): Generator<Reached> {
  const seen = new Set<string>()
  let around: readonly GoPackage[] = [main]
  for (let depth = 0; depth < 3; depth++) {
    const next = around.flatMap(one => importsOf(one, module)).filter(({ path }) => !seen.has(path) && seen.add(path))
    yield* next.filter(({ path }) => likely.test(posix.basename(path)))
    around = next.flatMap(({ path }) => existsSync(join(folder, path)) ? goPackage(folder, path) ?? [] : [])
  }
}

function importsOf(found: GoPackage, module: string): readonly Reached[] {
  const paths = new Set(found.files().flatMap(({ imports }) => imports))
  return [...paths].sort().filter(path => path.startsWith(`${module}/`))
    .map(importPath => ({ importPath, path: `./${posix.relative(module, importPath)}` }))
}
