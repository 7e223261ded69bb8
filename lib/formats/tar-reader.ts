import { ReleaseError } from '../values/errors.ts'
import { byteInput, type ByteInput } from './byte-input.ts'
import { paxRecords } from './pax-records.ts'
import { tarHeader, type TarHeader } from './tar-header.ts'

/** A member of a tar as it passes by. */
export interface TarEntry {
  /** As it is written: nothing keeps it from being absolute, or from leaving the folder. */
  readonly name: string
  /** `other` for devices, pipes and what no standard knows. */
  readonly type: 'file' | 'directory' | 'symlink' | 'hardlink' | 'other'
  readonly mode: number
  readonly uid: number
  readonly gid: number
  /** Bytes of a file. */
  readonly size: number
  /** What a link points to, as it is written. */
  readonly link: string
  /** The bytes of a file, to be read before the next member is asked for; what is not read is passed over. */
  readonly body: AsyncIterable<Uint8Array>
}

const block = 512

/** What an extended header or a long name may take at most. */
const longestExtension = 1 << 20

const types: Readonly<Record<string, TarEntry['type']>> = { 0: 'file', 7: 'file', 1: 'hardlink', 2: 'symlink', 5: 'directory' }

/**
 * Reads a tar, member by member, whatever program wrote it: POSIX.1-2017 pax and ustar, GNU's long names and large
 * numbers, the form before them. Global headers say nothing of members here, as with Go and Docker. The stream is read to
 * its end, so that whoever checks its digest can tell.
 * @param subject what errors call it
 * @throws ReleaseError (CONTENT) where it is no tar, ends too early, or has sparse files; an error of the stream as it is
 */
export async function* readTar(bytes: AsyncIterable<Uint8Array>, subject: string): AsyncGenerator<TarEntry> {
  const input = byteInput(bytes, () => broken(subject, 'it ends in the middle'))
  let extension: Extension = {}
  try {
    for (;;) {
      const head = await input.exactly(block, true)
      if (head === undefined || head.every(byte => byte === 0)) break
      const header = tarHeader(head)
      if (!header) throw broken(subject, 'a header in it is damaged')
      const left = { bytes: bodySize(header, extension) }
      const padding = -left.bytes & (block - 1)
      const added = await extensionOf(header, left.bytes, input, subject)
      if (added) {
        extension = { ...extension, ...added }
      } else {
        yield { ...entryOf(header, extension, subject), body: bodyOf(input, left) }
        await input.pass(left.bytes)
        extension = {}
      }
      await input.pass(padding)
    }
    await input.drain()
  } finally {
    await input.close()
  }
}

/** What headers of their own say of the member that follows them. */
interface Extension {
  readonly name?: string
  readonly link?: string
  readonly pax?: ReadonlyMap<string, string>
}

/** GNU's long names stand in `L` and `K`, those of pax in `x`; `g` is read and forgotten. */
async function extensionOf({ flag }: TarHeader, size: number, input: ByteInput, subject: string): Promise<Extension | undefined> {
  if (!'LKxg'.includes(flag)) return undefined
  if (size > longestExtension) throw broken(subject, `an extended header has ${size} bytes`)
  const bytes = await input.exactly(size) ?? new Uint8Array(0)
  if (flag === 'g') return {}
  if (flag !== 'x') return { [flag === 'L' ? 'name' : 'link']: Buffer.from(bytes).toString('utf8').replace(/\0.*$/s, '') }
  const pax = paxRecords(bytes)
  if (!pax) throw broken(subject, 'an extended header is damaged')
  return { pax }
}

/** Links, directories and devices have no bytes, whatever their size says. */
function bodySize({ flag, size }: TarHeader, { pax }: Extension): number {
  if ('123456'.includes(flag)) return 0
  return 'LKxg'.includes(flag) ? size : numberOf(pax?.get('size'), size)
}

function entryOf(header: TarHeader, extension: Extension, subject: string): Omit<TarEntry, 'body'> {
  const { name, link, pax } = extension
  const called = pax?.get('path') || name || header.name
  if (header.flag === 'S' || [...pax?.keys() ?? []].some(key => key.startsWith('GNU.sparse.'))) {
    throw broken(subject, `${called} is stored as a sparse file`)
  }
  // A directory of the form before ustar is a file whose name ends with a slash.
  const type = header.flag === '0' && called.endsWith('/') ? 'directory' : types[header.flag] ?? 'other'
  return {
    name: called,
    type,
    mode: header.mode,
    uid: numberOf(pax?.get('uid'), header.uid),
    gid: numberOf(pax?.get('gid'), header.gid),
    size: type === 'file' ? bodySize(header, extension) : 0,
    link: pax?.get('linkpath') || link || header.link,
  }
}

function numberOf(text: string | undefined, otherwise: number): number {
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : otherwise
}

async function* bodyOf(input: ByteInput, left: { bytes: number }): AsyncGenerator<Uint8Array> {
  while (left.bytes > 0) {
    const part = await input.some(left.bytes)
    left.bytes -= part.length
    yield part
  }
}

function broken(subject: string, why: string): ReleaseError {
  return new ReleaseError(`Cannot read ${subject}: ${why}`, {
    code: 'CONTENT', hint: 'It is damaged, or no tar: fetch or make it again.',
  })
}
