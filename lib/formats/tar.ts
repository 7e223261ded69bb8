import { checkedEntries, type Entries } from './checked-entries.ts'
import { tarParts, writeTar, type TarMember, type TarPart } from './tar-writer.ts'

/**
 * A tar archive (POSIX.1-2017 pax, ustar where that is enough) of the entries in the order given, as a stream.
 * Every member has the same time in whole seconds, and no owner. Throws NAME and CONTENT.
 */
export function tar(entries: Entries, { time }: { readonly time: Date }): AsyncGenerator<Uint8Array> {
  return writeTar(members(entries), { time })
}

/** The same tar in parts, of which large files are some: what `gzipPieces` takes. Each is to be read to its end before the next. */
export function tarInParts(entries: Entries, { time }: { readonly time: Date }): AsyncGenerator<TarPart> {
  return tarParts(members(entries), { time })
}

async function* members(entries: Entries): AsyncGenerator<TarMember> {
  for await (const { name, mode, size, link, open } of checkedEntries(entries)) {
    const kind = link === undefined ? { type: 'file', size } as const : { type: 'symlink', size: 0, link } as const
    yield { name, mode, uid: 0, gid: 0, open, ...kind }
  }
}
