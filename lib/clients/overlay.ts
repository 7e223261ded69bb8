import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Workshop } from '../contracts/workshop.ts'
import type { Files } from '../values/files.ts'
import type { Source } from '../values/source.ts'
import { unpackFiles } from './unpack-files.ts'

/** Writes files beside the project and a list for go's -overlay that lays them over it: `go help build`. */
export async function overlayFile({ source, overlay }: { readonly source: Source; readonly overlay: readonly Files[] }, { folder, content }: Workshop): Promise<string> {
  const replaced: Record<string, string> = {}
  for (const [index, files] of overlay.entries()) {
    for (const [path, file] of await unpackFiles(files, content, join(folder, 'overlay', String(index)))) {
      replaced[join(source.place.folder, ...path.split('/'))] = file
    }
  }
  const list = join(folder, 'overlay.json')
  await writeFile(list, JSON.stringify({ Replace: replaced }))
  return list
}
