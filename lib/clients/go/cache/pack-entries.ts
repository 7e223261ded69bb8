import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Entry } from '../../../formats/entry.ts'
import { goCachePath, type GoCacheEntry } from '../../../formats/go-cache-entry.ts'
import { gzip } from '../../../formats/gzip.ts'
import { tar } from '../../../formats/tar.ts'
import { ReleaseError } from '../../../values/errors.ts'
import { filePieces } from '../../../oci/file-pieces.ts'

/** Least work for a third of the bytes: a fresh machine waits for both. */
const level = 1

/**
 * Files of Go's cache as a gzipped tar that may be unpacked into an empty GOCACHE: results first, each hashed, then the entries
 * that name them.
 * @throws ReleaseError (CONTENT) for a result that is not what its name says
 */
export function packEntries(entries: readonly GoCacheEntry[], folder: string): AsyncGenerator<Uint8Array> {
  const results = [...new Map(entries.map(({ output, size }) => [output, { output, size }])).values()]
  const members = [...results.map(result => memberFor(result, folder)), ...entries.map(({ action }) => entryMember(action, folder))]
  return gzip(tar(members, { time: new Date(0) }), level)
}

function memberFor({ output, size }: Pick<GoCacheEntry, 'output' | 'size'>, folder: string): Entry {
  const name = goCachePath(output, 'd')
  return { name, mode: 0o644, size, open: () => hashed(join(folder, name), output, size) }
}

/** `v1`, two ids of 64 digits, two numbers of 20, spaces and a line's end. */
const entrySize = 175

function entryMember(action: string, folder: string): Entry {
  const name = goCachePath(action, 'a')
  return {
    name, mode: 0o644, size: entrySize,
    open: async function* () { yield await readFile(join(folder, name)) },
  }
}

async function* hashed(file: string, output: string, size: number): AsyncGenerator<Uint8Array> {
  const hash = createHash('sha256')
  for await (const part of createReadStream(file, filePieces(size)) as AsyncIterable<Buffer>) {
    hash.update(part)
    yield part
  }
  if (hash.digest('hex') !== output) throw new ReleaseError(`Cannot share ${file}: its bytes are not what its name says`, { code: 'CONTENT', hint: 'Run go clean -cache.' })
}
