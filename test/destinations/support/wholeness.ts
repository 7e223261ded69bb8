import { readFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { digestOf } from '../../../lib/values/digest.ts'

interface Record {
  readonly artifacts: readonly { readonly name: string, readonly digest: string, readonly size: number }[]
}

/** `whole` where a folder is exactly what its release.json says, else what is wrong with it. */
export async function wholeness(folder: string): Promise<string> {
  const { artifacts } = JSON.parse(await readFile(join(folder, 'release.json'), 'utf8')) as Record
  for (const { name, digest, size } of artifacts) {
    const bytes = await readFile(join(folder, name))
    if (digestOf(bytes) !== digest || bytes.length !== size) return `${name} is not what it should be`
  }
  const [names, wanted] = [await readdir(folder), ['release.json', ...artifacts.map(({ name }) => name)]].map(list => list.sort().join())
  return names === wanted ? 'whole' : `${names}, not ${wanted}`
}
