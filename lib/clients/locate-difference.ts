import { createReadStream } from 'node:fs'
import { createGunzip } from 'node:zlib'
import { firstDifference } from '../formats/first-difference.ts'
import { memberDifferences, type Member } from '../formats/member.ts'
import { tarMembers } from '../formats/tar-members.ts'
import { zipMembers } from '../formats/zip-members.ts'
import { openBytes } from './open-bytes.ts'

/** Says in words where two files of one name differ: the members of an archive, or the first byte. */
export async function locateDifference(name: string, first: string | undefined, second: string | undefined): Promise<string> {
  if (first === undefined || second === undefined) return `only the ${first === undefined ? 'second' : 'first'} build made it`
  const members = await Promise.all([membersOf(name, first), membersOf(name, second)])
  const lines = members[0] && members[1] ? memberDifferences(members[0], members[1]) : []
  if (lines.length > 0) return lines.slice(0, 5).join('; ') + (lines.length > 5 ? `; and ${lines.length - 5} more` : '')
  const found = await firstDifference(createReadStream(first), createReadStream(second))
  return found ? `byte ${found.offset} is the first that differs: ${found.first} and ${found.second}` : 'the bytes are equal now'
}

async function membersOf(name: string, file: string): Promise<readonly Member[] | undefined> {
  if (name.endsWith('.tar.gz')) return tarMembers(createReadStream(file).pipe(createGunzip()) as AsyncIterable<Buffer>)
  if (!name.endsWith('.zip')) return undefined
  const bytes = await openBytes(file)
  try {
    return await zipMembers(bytes)
  } finally {
    await bytes.close()
  }
}
