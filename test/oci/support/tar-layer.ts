import { writeTar, type TarMember } from '../../../lib/formats/tar-writer.ts'
import type { LayerSource } from '../../../lib/oci/layer-entries.ts'
import { mediaTypes } from '../../../lib/oci/media-types.ts'

/** A member of a layer that nothing has checked: `etc/`, `etc/passwd`, `bin -> usr/bin`, `a => b` for a hard link. */
export type RawMember = string | Partial<TarMember> & Pick<TarMember, 'name'>

/** An uncompressed layer of members in the order given, whatever they are called. */
export function tarLayer(members: readonly RawMember[]): LayerSource {
  return { mediaType: mediaTypes.layer, open: () => writeTar(all(members), { time: new Date(0) }) }
}

async function* all(members: readonly RawMember[]): AsyncGenerator<TarMember> {
  for (const member of members) yield typeof member === 'string' ? parsed(member) : withText(member, '')
}

function parsed(text: string): TarMember {
  const [, from = '', arrow, to = ''] = /^(.*?) ([-=])> (.*)$/.exec(text) ?? []
  if (arrow) return withText({ name: from, type: arrow === '-' ? 'symlink' : 'hardlink', link: to }, '')
  if (text.endsWith('/')) return withText({ name: text.slice(0, -1), type: 'directory', mode: 0o755 }, '')
  const [name = '', content = text] = text.split(': ')
  return withText({ name }, content)
}

function withText(member: Partial<TarMember> & Pick<TarMember, 'name'>, text: string): TarMember {
  const bytes = Buffer.from(text)
  const size = member.type === undefined || member.type === 'file' ? bytes.length : 0
  return { type: 'file', mode: 0o644, uid: 0, gid: 0, size, async *open() { yield bytes }, ...member }
}
