import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { goPackage, type GoPackage } from './package.ts'

/**
 * Every package of a module, found by looking at its folders, without asking the go command: milliseconds, even for
 * large ones. Folders that the go command skips are skipped, and those that are modules of their own.
 */
export function* goTree(folder: string, path = '.'): Generator<GoPackage> {
  const entries = readdirSync(join(folder, path), { withFileTypes: true })
  if (path !== '.' && entries.some(({ name }) => name === 'go.mod')) return
  if (entries.some(({ name }) => name.endsWith('.go'))) {
    const found = goPackage(folder, path)
    if (found) yield found
  }
  for (const { name } of entries.filter(entry => entry.isDirectory() && !isSkipped(entry.name))) {
    yield* goTree(folder, path === '.' ? `./${name}` : `${path}/${name}`)
  }
}

/** Source: `go help packages`. Node's modules are thousands of folders without a line of Go. */
function isSkipped(name: string): boolean {
  return /^[._]/.test(name) || ['testdata', 'vendor', 'node_modules'].includes(name)
}
