import { posix } from 'node:path'
import { listFiles } from '../../lib/clients/unpack-files.ts'
import type { Content } from '../../lib/contracts/content.ts'
import type { DeflateMemory } from '../../lib/formats/deflate-pieces.ts'
import { task } from '../../lib/graph/task.ts'
import type { Binary } from '../../lib/values/binary.ts'
import type { Files } from '../../lib/values/files.ts'
import type { Layer } from '../../lib/values/image.ts'
import type { LayerContent, StoredEntry } from '../../lib/values/layer-content.ts'

export interface LayerInput {
  /** Programs of one target. */
  readonly binaries: readonly Binary[]
  /** The folder they go into, absolute. */
  readonly folder: string
  readonly files: readonly Files[]
  /** The commit's time, which every entry has. */
  readonly date: string
  /** As zlib counts. */
  readonly level: number
  readonly zlib: string
}

/** What is laid over a base: the same bytes whatever the base is, so that one platform's images share it. */
export const layer = task<LayerInput, Layer>({
  name: 'layer',
  revision: 2,
  slot: 'cpu',
  outline: ({ binaries: [first], files }) => first
    ? { kind: 'layer', name: first.program, target: first.target }
    : { kind: 'layer', name: files.map(({ name }) => name).join(' ') },
  depends: ({ binaries, files, ...input }) =>
    ({ ...input, binaries: binaries.map(({ name, digest, size }) => ({ name, digest, size })), files: files.map(({ digest }) => digest) }),
  work: async ({ binaries, folder, files, date, level, zlib }, workshop) => {
    const { content } = workshop
    const [{ storedLayer }, { ofPrograms, withRememberedPieces }] = await Promise.all([import('../../lib/oci/stored-layer.ts'), import('../../lib/clients/remembered-pieces.ts')])
    const programs = binaries.map(({ name, size, digest }): StoredEntry =>
      ({ path: posix.join(folder, name).slice(1), mode: 0o755, uid: 0, gid: 0, size, digest }))
    const sets = await Promise.all(files.map(set => storedFiles(set, content)))
    const entries = [...programs, ...sets.flat()]
    const pack = (memory?: DeflateMemory) => storedLayer(entries, { date, level, memory }, content)
    const blob = binaries.length === 0 ? await pack() : await withRememberedPieces(workshop, ofPrograms(binaries, { level, zlib }), pack)
    const made: LayerContent = { blob, entries }
    return content.put([Buffer.from(JSON.stringify(made))], 'application/vnd.slipway.layer.v1+json')
  },
})

async function storedFiles(set: Files, content: Content): Promise<readonly StoredEntry[]> {
  return (await listFiles(set, content)).map(({ path, mode, size, digest }) => ({ path, mode, uid: 0, gid: 0, size, digest }))
}
