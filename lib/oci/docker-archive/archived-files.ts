import { posix } from 'node:path'
import type { TarEntry } from '../../formats/tar-reader.ts'
import { ReleaseError } from '../../values/errors.ts'
import type { ArchivedLayer } from './archived-layer.ts'

/** The files of an archive by name: layers that are the same are links to one of them. */
export interface ArchivedFiles {
  /** The name of a member in one form. */
  nameOf(entry: Pick<TarEntry, 'name'>): string
  add(name: string, file: ArchivedLayer): void
  link(name: string, entry: Pick<TarEntry, 'type' | 'link'>): void
  /** @throws ReleaseError (CONTENT) where there is none of that name */
  find(name: string): ArchivedLayer
}

/** Links to links. */
const mostLinks = 10

export function archivedFiles(): ArchivedFiles {
  const files = new Map<string, ArchivedLayer>()
  const links = new Map<string, string>()
  const normal = (name: string): string => posix.normalize(name).replace(/^\/+|\/$/g, '')
  return {
    nameOf: ({ name }) => normal(name),
    add: (name, file) => { files.set(name, file) },
    // A symbolic link starts where it stands, a hard one at the root.
    link: (name, { type, link }) => { links.set(name, normal(type === 'symlink' ? posix.join(posix.dirname(name), link) : link)) },
    find: wanted => {
      let name = normal(wanted)
      for (let count = 0; count < mostLinks && !files.has(name); count += 1) name = links.get(name) ?? name
      const file = files.get(name)
      if (file) return file
      throw new ReleaseError(`Cannot read the Docker archive: it has no ${wanted}`, { code: 'CONTENT', hint: 'Write the archive again: it was cut short, or packed again without some of its files.' })
    },
  }
}
