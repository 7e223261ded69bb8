import { createReadStream } from 'node:fs'
import { hashFile } from '../lib/clients/hash-file.ts'
import { selectFiles, type Selection } from '../lib/clients/select-files.ts'
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
  observe: async ({ source, select }) => {
    const selected = await selectFiles(source, select)
    const value = await Promise.all(selected.map(async ({ path, file, mode }) => ({ path, mode, ...await hashFile(file) })))
    return { value, reads: selected.map(({ file }) => file) }
  },
  work: async ({ source, select }, { content }) => {
    const entries: FileEntry[] = []
    for (const { path, mode, file } of await selectFiles(source, select)) {
      const { digest, size } = await content.put(createReadStream(file, { highWaterMark: 1 << 20 }), 'application/octet-stream')
      entries.push({ path, mode, size, digest })
    }
    return content.put([Buffer.from(JSON.stringify(entries))], filesMediaType)
  },
})
