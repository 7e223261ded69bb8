import { once } from 'node:events'
import type { Header, Pack } from 'tar-stream'
import { checkedEntries, type Entries } from './checked-entries.ts'
import type { Entry } from './entry.ts'

type MemberHeader = Partial<Header> & Pick<Header, 'name'>

// The largest numbers of a plain header: eleven octal digits, and the 32 bits tar-stream keeps of a time.
const largestSize = 0o77777777777
const latestTime = 0x7fffffff

/**
 * A tar archive (POSIX.1-2017 pax, ustar where that is enough) of the entries in the order given, as a stream.
 * Every member has the same time in whole seconds, and no owner. Throws NAME and CONTENT.
 */
export async function* tar(entries: Entries, { time }: { readonly time: Date }): AsyncGenerator<Uint8Array> {
  const { pack } = await import('tar-stream')
  const archive = pack()
  const written = addAll(archive, entries, time).catch((error: Error) => { archive.destroy(error) })
  try {
    yield* archive as AsyncIterable<Uint8Array>
  } finally {
    archive.destroy()
    await written
  }
}

async function addAll(archive: Pack, entries: Entries, time: Date): Promise<void> {
  for await (const entry of checkedEntries(entries)) await add(archive, headerOf(entry, time), entry)
  archive.finalize()
}

async function add(archive: Pack, header: MemberHeader, { open }: Entry): Promise<void> {
  const sink = archive.entry(header)
  const closed = once(sink, 'close')
  closed.catch(() => {}) // an error may come before anybody waits; whoever waits later still hears of it
  if (header.type === 'file') {
    for await (const chunk of open()) {
      if (!sink.write(chunk)) await Promise.race([once(sink, 'drain'), closed])
      if (sink.destroying) return // nobody reads any more
    }
  }
  sink.end(null)
  await closed
}

function headerOf({ name, mode, size, link }: Entry, time: Date): MemberHeader {
  const seconds = Math.max(0, Math.floor(time.getTime() / 1000))
  return {
    name,
    mode: 0o100000 | mode, // the file type is not written; without it tar-stream takes mode 0 for none
    uid: 0,
    gid: 0,
    mtime: new Date(Math.min(seconds, latestTime) * 1000),
    ...link === undefined ? { type: 'file', size } : { type: 'symlink', linkname: link },
    ...extended({ size: link === undefined ? size : 0, seconds, link }),
  }
}

function extended(member: { size: number, seconds: number, link: string | undefined }): Partial<Header> {
  const pax = {
    ...member.size > largestSize && { size: String(member.size) },
    ...member.seconds > latestTime && { mtime: String(member.seconds) },
  }
  // tar-stream itself extends for names and for long links, but not for links beyond ASCII.
  const foreign = member.link !== undefined && /[^\u0000-\u007f]/.test(member.link)
  return foreign || Object.keys(pax).length > 0 ? { pax } : {}
}
