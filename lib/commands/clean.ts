import { cacheLocation } from '../clients/cache-folder.ts'
import { removeTree } from '../clients/remove-tree.ts'
import { checkFolder } from '../destinations/directory/check-folder.ts'
import { foldersOf, pathsOf } from '../destinations/directory.ts'
import { ReleaseError } from '../values/errors.ts'
import { partsOf } from './shard/part-folder.ts'
import type { Setting } from './setting.ts'

/** Removes what releases wrote, never what they did not write; with `cache` the cache too. */
export async function clean({ place, environment, options }: Setting, cache: boolean): Promise<number> {
  const folders = foldersOf('dist', place)
  const [problem] = await checkFolder(folders)
  if (problem) throw new ReleaseError(problem.message, { code: 'DESTINATION', ...(problem.hint ? { hint: problem.hint } : {}) })
  const gone = [...pathsOf(folders), ...await partsOf(folders.folder), ...(cache ? [cacheLocation(environment, process.platform)] : [])]
  for (const path of gone) await removeTree(path)
  if (!options.quiet) process.stderr.write(`removed ${folders.folder}${cache ? ' and the cache' : ''}\n`)
  return 0
}
