import type { Observation } from '../contracts/observation.ts'
import type { Observer } from '../contracts/workshop.ts'
import type { Source } from '../values/source.ts'
import type { Toolchain } from '../values/toolchain.ts'
import { hashFile } from './hash-file.ts'
import { moduleTree, relativePath } from './go/module-tree.ts'

/** Every file of a source's modules by content, where it cannot be told which of them are read. */
export async function sourceTree(observer: Pick<Observer, 'once'>, source: Source, toolchain: Toolchain): Promise<Observation> {
  const { folder } = source.place
  return observer.once(`source tree ${folder}`, async () => {
    const files = [...(await moduleTree(observer, source, toolchain)).files].sort()
    const value = await Promise.all(files.map(async file => [relativePath(folder, file), (await hashFile(file)).digest]))
    return { value, reads: files }
  })
}
