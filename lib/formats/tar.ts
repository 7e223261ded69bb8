import { checkedEntries, type Entries } from './checked-entries.ts'
import { writeTar, type TarMember } from './tar-writer.ts'

/**
 * A tar archive (POSIX.1-2017 pax, ustar where that is enough) of the entries in the order given, as a stream.
 * Every member has the same time in whole seconds, and no owner. Throws NAME and CONTENT.
 */
export function tar(entries: Entries, { time }: { readonly time: Date }): AsyncGenerator<Uint8Array> {
  return writeTar(members(entries), { time })
}

async function* members(entries: Entries): AsyncGenerator<TarMember> {
  for await (const { name, mode, size, link, open } of checkedEntries(entries)) {
    const kind = link === undefined ? { type: 'file', size } as const : { type: 'symlink', size: 0, link } as const
    yield { name, mode, uid: 0, gid: 0, open, ...kind }
  }
}
