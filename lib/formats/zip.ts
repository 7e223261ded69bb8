import { addAbortSignal, Readable } from 'node:stream'
import { finished } from 'node:stream/promises'
import type { Options, ZipFile } from 'yazl'
import { checkedEntries, type Entries } from './checked-entries.ts'
import { DosTime } from './dos-time.ts'
import type { Entry } from './entry.ts'

/** File types in the upper half of a mode, as in POSIX `sys/stat.h`. */
const regularFile = 0o100000
const symbolicLink = 0o120000

/**
 * A zip archive (APPNOTE.TXT 6.3) of the entries in the order given, deflated, as a stream.
 * Every member has the same time in UTC, clamped to 1980 and 2107, and its Unix mode. Throws NAME and CONTENT.
 */
export async function* zip(
  entries: Entries, { time, level = 6 }: { readonly time: Date, readonly level?: number },
): AsyncGenerator<Uint8Array> {
  const { ZipFile } = await import('yazl')
  const archive = new ZipFile()
  const output = archive.outputStream as Readable
  const fail = (error: Error) => { output.destroy(error) }
  archive.on('error', fail)
  const stop = new AbortController()
  const written = addAll(archive, entries, { mtime: new DosTime(time), forceDosTimestamp: true, compressionLevel: level }, stop.signal).catch(fail)
  try {
    yield* output
  } finally {
    stop.abort()
    await written
  }
}

async function addAll(archive: ZipFile, entries: Entries, options: Partial<Options>, signal: AbortSignal): Promise<void> {
  for await (const entry of checkedEntries(entries)) await add(archive, entry, options, signal)
  archive.end()
}

async function add(archive: ZipFile, entry: Entry, options: Partial<Options>, signal: AbortSignal): Promise<void> {
  const { name, mode, size, link } = entry
  if (link !== undefined) {
    archive.addBuffer(Buffer.from(link), name, { ...options, mode: symbolicLink | mode, compressionLevel: 0 })
    return
  }
  const bytes = addAbortSignal(signal, Readable.from(entry.open()))
  const ended = finished(bytes)
  archive.addReadStream(bytes, name, { ...options, mode: regularFile | mode, size })
  await ended // one file is open at a time
}
