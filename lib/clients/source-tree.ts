import { readdir } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import type { Observer } from '../contracts/workshop.ts'
import type { Observation } from '../graph/observation.ts'
import type { Source } from '../values/source.ts'
import { hashFile } from './hash-file.ts'

/** Folders that no build reads as a whole: git's own, and packages that a lock file names. */
const left = new Set(['.git', 'node_modules'])

/** Every file of a source by content, where it cannot be told which of them are read. */
export function sourceTree(observer: Pick<Observer, 'once'>, source: Source): Promise<Observation> {
  return observer.once(`source tree ${source.place.folder}`, async () => {
    const files = await filesBelow(source.place.folder, source.place.outputs)
    const value = await Promise.all(files.map(async file => [relative(source.place.folder, file).split(sep).join('/'), (await hashFile(file)).digest]))
    return { value, reads: files }
  })
}

async function filesBelow(folder: string, outputs: readonly string[]): Promise<readonly string[]> {
  const entries = (await readdir(folder, { withFileTypes: true })).sort((a, b) => a.name < b.name ? -1 : 1)
  const found = await Promise.all(entries.map(async entry => {
    const path = join(folder, entry.name)
    if (left.has(entry.name) || outputs.includes(path)) return []
    if (entry.isDirectory()) return filesBelow(path, outputs)
    return entry.isFile() ? [path] : []
  }))
  return found.flat()
}
