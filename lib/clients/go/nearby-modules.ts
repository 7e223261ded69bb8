import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, posix } from 'node:path'
import { goWork } from '../../formats/go-work.ts'

/** Go modules that someone may have meant. */
export interface NearbyModules {
  /** Whether a go.work lists them. */
  readonly workspace: boolean
  /** Their folders, relative, the nearest first. */
  readonly modules: readonly string[]
}

/** How deep modules are looked for: this only helps an error message. */
const deepest = 4

/** The modules that a folder's go.work lists, or else those in folders below it. */
export function nearbyModules(folder: string): NearbyModules {
  const work = join(folder, 'go.work')
  if (!existsSync(work)) return { workspace: false, modules: modulesBelow(folder) }
  return { workspace: true, modules: goWork(readFileSync(work, 'utf8')).map(path => posix.normalize(path)) }
}

function modulesBelow(folder: string): readonly string[] {
  const found: string[] = []
  let level: readonly string[] = ['.']
  for (let depth = 0; depth < deepest && level.length > 0; depth++) {
    level = level.flatMap(path => foldersIn(folder, path))
    found.push(...level.filter(path => existsSync(join(folder, path, 'go.mod'))))
  }
  return found
}

function foldersIn(folder: string, path: string): readonly string[] {
  return readdirSync(join(folder, path), { withFileTypes: true })
    .filter(entry => entry.isDirectory() && !/^[._]|^(node_modules|vendor|testdata)$/.test(entry.name))
    .map(({ name }) => posix.join(path, name)).sort()
}
