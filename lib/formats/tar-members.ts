import { createHash } from 'node:crypto'
import type { Member } from './member.ts'

const block = 512

/**
 * What is in a tar stream, member by member, extended headers included as members of their own: enough to tell where two
 * differ. Format: POSIX.1-2001 (pax), "ustar Interchange Format".
 */
export async function tarMembers(stream: AsyncIterable<Uint8Array>): Promise<readonly Member[]> {
  const members: Member[] = []
  const parts = blocks(stream)
  for (;;) {
    const { value: header } = await parts.next()
    if (!header || header.every(byte => byte === 0)) return members
    const size = octal(header, 124, 12)
    const hash = createHash('sha256')
    for (let left = size; left > 0; left -= block) {
      const { value } = await parts.next()
      if (!value) return members
      hash.update(value.subarray(0, Math.min(left, block)))
    }
    members.push({ name: text(header, 0, 100), mode: octal(header, 100, 8), time: octal(header, 136, 12), size, digest: hash.digest('hex') })
  }
}

async function* blocks(stream: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, undefined> {
  let rest: Uint8Array = new Uint8Array(0)
  for await (const part of stream) {
    const bytes = rest.length === 0 ? part : Buffer.concat([rest, part])
    const whole = bytes.length - bytes.length % block
    for (let at = 0; at < whole; at += block) yield bytes.subarray(at, at + block)
    rest = bytes.subarray(whole)
  }
  return undefined
}

function text(header: Uint8Array, at: number, length: number): string {
  const bytes = header.subarray(at, at + length)
  const end = bytes.indexOf(0)
  return Buffer.from(end === -1 ? bytes : bytes.subarray(0, end)).toString('utf8')
}

function octal(header: Uint8Array, at: number, length: number): number {
  return Number.parseInt(text(header, at, length).trim() || '0', 8)
}
