import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { dependenciesIn, goActions } from '../../../formats/go-action-graph.ts'
import { goCacheEntry, goCachePath, goSubkey, type GoCacheEntry } from '../../../formats/go-cache-entry.ts'

/**
 * The entries of Go's cache that a build made or used, but for its main package and its link.
 * @param graph the file that `-debug-actiongraph` wrote
 * @param folder GOCACHE
 */
export async function usedEntries(graph: string, folder: string): Promise<readonly GoCacheEntry[]> {
  const wanted = new Set(dependenciesIn(goActions(await readFile(graph, 'utf8').catch(() => ''))).map(({ id }) => id))
  const folders = [...new Set([...wanted].map(id => id.slice(0, 2)))]
  const found: GoCacheEntry[] = []
  for (const name of folders) {
    for (const file of await readdir(join(folder, name)).catch((): string[] => [])) {
      if (!file.endsWith('-a') || !wanted.has(file.slice(0, 30))) continue
      const entry = await entryIn(folder, file.slice(0, -2))
      // What the compiler printed; older versions of Go take nothing from the cache without it.
      const printed = entry && await entryIn(folder, goSubkey(entry.action, 'stdout'))
      found.push(...[entry, printed].filter(one => one !== undefined))
    }
  }
  return found
}

/** The entry of an action; undefined where it is not there, or damaged. */
export async function entryIn(folder: string, action: string): Promise<GoCacheEntry | undefined> {
  const entry = goCacheEntry(await readFile(join(folder, goCachePath(action, 'a')), 'latin1').catch(() => ''))
  return entry?.action === action ? entry : undefined
}
