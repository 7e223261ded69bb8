import { createReadStream } from 'node:fs'
import { hashFile } from '../lib/clients/hash-file.ts'
import { selectFiles, type Selection } from '../lib/clients/select-files.ts'
import type { Observer } from '../lib/contracts/workshop.ts'
import { task } from '../lib/graph/task.ts'
import { filesMediaType, type FileEntry, type Files } from '../lib/values/files.ts'
import type { Source } from '../lib/values/source.ts'

export interface FilesInput {
  readonly source: Source
  /** Paths or globs, relative to the source's folder; each has to match something. */
  readonly select: readonly (string | Selection)[]
}

/** Takes files of the project by path or glob. @throws ReleaseError (FILES) when a glob matches nothing */
export const files = task<FilesInput, Files>({
  name: 'files',
  revision: 1,
  outline: ({ select }) => ({ kind: 'files', name: select.map(one => typeof one === 'string' ? one : one.glob).join(' ') }),
  depends: () => ({}),
  observe: async (input, observer) => {
    const found = await entriesOf(input, observer)
    return { value: found.map(({ entry }) => ({ ...entry })), reads: found.map(({ file }) => file) }
  },
  work: async (input, workshop) => {
    const found = await entriesOf(input, workshop)
    for (const { file } of found) await workshop.content.put(createReadStream(file, { highWaterMark: 1 << 20 }), 'application/octet-stream')
    return workshop.content.put([Buffer.from(JSON.stringify(found.map(({ entry }) => entry)))], filesMediaType)
  },
})

async function entriesOf({ source, select }: FilesInput, _observer: Observer): Promise<readonly { entry: FileEntry; file: string }[]> {
  const selected = await selectFiles(source, select)
  return Promise.all(selected.map(async ({ path, file, mode }) => ({ file, entry: { path, mode, ...await hashFile(file) } })))
}
