import { crc32 } from 'node:zlib'
import { ReleaseError } from '../values/errors.ts'

/** A file of a zip whose bytes are stored as they are. */
export interface StoredMember {
  readonly name: string
  readonly bytes: Uint8Array
}

const signatures = { member: 0x04034b50, directory: 0x02014b50, end: 0x06054b50 }

/** The end record's own length, and that of the longest comment after it. */
const endLength = 22
const longestComment = 0xffff

/**
 * The files of a zip without compression, such as the time zones of a Go toolchain, in the order of its directory.
 * Format: APPNOTE.TXT 6.3.10, 4.3.7, 4.3.12 and 4.3.16.
 * @param subject what errors call it
 * @throws ReleaseError (CONTENT) where it is no such zip, or bytes in it are damaged
 */
export function storedMembers(zip: Uint8Array, subject: string): readonly StoredMember[] {
  const bytes = Buffer.from(zip.buffer, zip.byteOffset, zip.byteLength)
  try {
    const end = endOf(bytes)
    const members: StoredMember[] = []
    let at = bytes.readUInt32LE(end + 16)
    for (let left = bytes.readUInt16LE(end + 10); left > 0; left -= 1) {
      const [nameLength, extraLength, commentLength] = [28, 30, 32].map(offset => bytes.readUInt16LE(at + offset)) as [number, number, number]
      if (bytes.readUInt32LE(at) !== signatures.directory) throw new RangeError('its directory is damaged')
      const name = bytes.toString('utf8', at + 46, at + 46 + nameLength)
      if (!name.endsWith('/')) members.push({ name, bytes: bytesOf(bytes, at, name) })
      at += 46 + nameLength + extraLength + commentLength
    }
    return members
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException
    throw new ReleaseError(`Cannot read ${subject}: ${code === 'ERR_OUT_OF_RANGE' ? 'its directory is damaged' : message}`, {
      code: 'CONTENT', cause, hint: 'It should be a zip without compression, as Go brings it in lib/time/zoneinfo.zip.',
    })
  }
}

function endOf(bytes: Buffer): number {
  for (let at = bytes.length - endLength; at >= Math.max(0, bytes.length - endLength - longestComment); at -= 1) {
    // The comment itself may look like one.
    if (bytes.readUInt32LE(at) === signatures.end && bytes.readUInt16LE(at + 20) === bytes.length - at - endLength) return at
  }
  throw new RangeError('it is no zip')
}

/** The bytes that an entry of the directory stands for. */
function bytesOf(zip: Buffer, entry: number, name: string): Uint8Array {
  const [method, crc, size, header] = [zip.readUInt16LE(entry + 10), zip.readUInt32LE(entry + 16), zip.readUInt32LE(entry + 24), zip.readUInt32LE(entry + 42)]
  if (method !== 0) throw new RangeError(`${name} in it is compressed`)
  if (zip.readUInt32LE(header) !== signatures.member) throw new RangeError(`${name} in it is damaged`)
  const start = header + 30 + zip.readUInt16LE(header + 26) + zip.readUInt16LE(header + 28)
  const bytes = zip.subarray(start, start + size)
  if (bytes.length !== size || crc32(bytes) !== crc) throw new RangeError(`${name} in it is damaged`)
  return bytes
}
