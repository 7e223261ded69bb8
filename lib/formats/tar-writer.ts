import { once } from 'node:events'
import type { Header, Pack } from 'tar-stream'

/** A member of a tar as it is to be written: nothing in it is checked any more. */
export interface TarMember {
  /** Without a slash at its end. */
  readonly name: string
  readonly type: 'file' | 'directory' | 'symlink' | 'hardlink'
  /** Unix permission bits, with setuid, setgid and sticky. */
  readonly mode: number
  readonly uid: number
  readonly gid: number
  /** Bytes of a file; 0 for everything else. */
  readonly size: number
  /** What a link points to. */
  readonly link?: string
  /** The bytes of a file. */
  open(): AsyncIterable<Uint8Array>
}

/** A stretch of a tar. One follows the other. */
export interface TarPart {
  readonly bytes: AsyncIterable<Uint8Array>
  /** Whether it is the content of one large file and nothing else. */
  readonly apart: boolean
}

type MemberHeader = Partial<Header> & Pick<Header, 'name' | 'uid' | 'gid'>

// The largest numbers of a plain header: eleven octal digits, the 32 bits tar-stream keeps of a time, six octal digits.
const largestSize = 0o77777777777
const latestTime = 0x7fffffff
const largestId = 0o777777

/** Bytes of a block, and of the zeros at the end: POSIX.1-2017 pax, "ustar Interchange Format". */
const block = 512
const end = 2 * block

/** From this many bytes on a file is a part of its own. */
const largeFrom = 256 * 1024

/**
 * A tar archive (POSIX.1-2017 pax, ustar where that is enough) of the members in the order given, as a stream. Every
 * member has the same time in whole seconds, and no owner's name.
 */
export async function* writeTar(members: AsyncIterable<TarMember>, time: { readonly time: Date }): AsyncGenerator<Uint8Array> {
  for await (const { bytes } of tarParts(members, time)) yield* bytes
}

/** The same tar in parts, of which large files are some: each is to be read to its end before the next is asked for. */
export async function* tarParts(members: AsyncIterable<TarMember>, { time }: { readonly time: Date }): AsyncGenerator<TarPart> {
  const waiting = members[Symbol.asyncIterator]()
  const met: { ended?: boolean; large?: TarMember | undefined } = {}
  const small = async function* (): AsyncGenerator<TarMember> {
    for (;;) {
      const next = await waiting.next()
      if (next.done) met.ended = true
      else if (isLarge(next.value)) met.large = next.value
      else yield next.value
      if (met.ended || met.large) return
    }
  }
  try {
    while (!met.ended) {
      yield { bytes: withoutEnd(packed(small(), time)), apart: false }
      const { large } = met
      if (!large) continue
      met.large = undefined
      yield { bytes: headOf(headerOf(large, time)), apart: false }
      yield { bytes: large.open(), apart: true }
      yield { bytes: zeros((block - large.size % block) % block), apart: false }
    }
    yield { bytes: zeros(end), apart: false }
  } finally {
    await waiting.return?.()
  }
}

function isLarge({ type, size }: TarMember): boolean {
  return type === 'file' && size >= largeFrom
}

async function* packed(members: AsyncIterable<TarMember>, time: Date): AsyncGenerator<Uint8Array> {
  const { pack } = await import('tar-stream')
  const archive = pack()
  const written = addAll(archive, members, time).catch((error: Error) => { archive.destroy(error) })
  try {
    yield* archive as AsyncIterable<Uint8Array>
  } finally {
    archive.destroy()
    await written
  }
}

/** What tar-stream writes before a file's first byte. */
async function* headOf(header: MemberHeader): AsyncGenerator<Uint8Array> {
  const { pack } = await import('tar-stream')
  const archive = pack()
  const sink = archive.entry(header)
  sink.on('error', () => {}) // that it is given up below
  sink.write(Buffer.alloc(1))
  let head = Buffer.alloc(0)
  for await (const chunk of archive as AsyncIterable<Uint8Array>) {
    head = Buffer.concat([head, chunk])
    if (head.length % block === 1) break
  }
  archive.destroy()
  yield head.subarray(0, -1)
}

async function* zeros(count: number): AsyncGenerator<Uint8Array> {
  if (count > 0) yield Buffer.alloc(count)
}

/** All but the zeros that say that nothing follows. */
async function* withoutEnd(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let held: Buffer = Buffer.alloc(0)
  for await (const chunk of bytes) {
    const both = held.length === 0 ? Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength) : Buffer.concat([held, chunk])
    const out = Math.max(0, both.length - end)
    if (out > 0) yield both.subarray(0, out)
    held = both.subarray(out)
  }
}

async function addAll(archive: Pack, members: AsyncIterable<TarMember>, time: Date): Promise<void> {
  for await (const member of members) await add(archive, headerOf(member, time), member)
  archive.finalize()
}

async function add(archive: Pack, header: MemberHeader, { type, open }: TarMember): Promise<void> {
  const sink = archive.entry(header)
  const closed = once(sink, 'close')
  closed.catch(() => {}) // an error may come before anybody waits; whoever waits later still hears of it
  if (type === 'file') {
    for await (const chunk of open()) {
      if (!sink.write(chunk)) await Promise.race([once(sink, 'drain'), closed])
      if (sink.destroying) return // nobody reads any more
    }
  }
  sink.end(null)
  await closed
}

function headerOf(member: TarMember, time: Date): MemberHeader {
  const { name, type, mode, uid, gid, size, link } = member
  const seconds = Math.max(0, Math.floor(time.getTime() / 1000))
  return {
    name: type === 'directory' ? `${name}/` : name,
    mode: 0o100000 | mode, // the file type is not written; without it tar-stream takes mode 0 for none
    uid,
    gid,
    mtime: new Date(Math.min(seconds, latestTime) * 1000),
    type: type === 'hardlink' ? 'link' : type,
    size,
    ...link !== undefined && { linkname: link },
    ...extended(member, seconds),
  }
}

// tar-stream itself extends for names and for long links, but neither for links beyond ASCII nor for large owners.
function extended({ uid, gid, size, link }: TarMember, seconds: number): Partial<Header> {
  const pax = {
    ...size > largestSize && { size: String(size) },
    ...seconds > latestTime && { mtime: String(seconds) },
    ...uid > largestId && { uid: String(uid) },
    ...gid > largestId && { gid: String(gid) },
  }
  const foreign = link !== undefined && /[^\u0000-\u007f]/.test(link)
  return foreign || Object.keys(pax).length > 0 ? { pax } : {}
}
