import type { Bytes } from './bytes.ts'
import type { Member } from './member.ts'

/** What is in a zip file by its central directory. Format: APPNOTE.TXT 6.3.10, 4.3.12 and 4.3.16. */
export async function zipMembers(bytes: Bytes): Promise<readonly Member[]> {
  const tailSize = Math.min(bytes.size, 65557)
  const tail = Buffer.from(await bytes.read(bytes.size - tailSize, tailSize))
  const end = tail.lastIndexOf(Buffer.from('PK\x05\x06', 'latin1'))
  if (end === -1) return []
  const directory = Buffer.from(await bytes.read(tail.readUInt32LE(end + 16), tail.readUInt32LE(end + 12)))
  const members: Member[] = []
  for (let at = 0; at + 46 <= directory.length;) {
    const [nameLength, extraLength, commentLength] = [directory.readUInt16LE(at + 28), directory.readUInt16LE(at + 30), directory.readUInt16LE(at + 32)]
    members.push({
      name: directory.toString('utf8', at + 46, at + 46 + nameLength),
      mode: directory.readUInt32LE(at + 38) >>> 16,
      time: directory.readUInt32LE(at + 12),
      size: directory.readUInt32LE(at + 24),
      digest: directory.readUInt32LE(at + 16).toString(16),
    })
    at += 46 + nameLength + extraLength + commentLength
  }
  return members
}
