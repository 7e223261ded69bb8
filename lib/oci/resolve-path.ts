import { kindOf } from './kind-of.ts'
import type { Tree, TreeEntry } from './tree.ts'

/** Where a path of an image leads. */
export interface Place {
  /** The real path, relative to the root, which is empty; it goes on where nothing is any more. */
  readonly path: string
  /** What is there; undefined where nothing is, and at the root. */
  readonly entry?: TreeEntry
  /** Why the path leads nowhere, in words. */
  readonly fault?: string
}

/** As many links as Linux follows. */
const mostLinks = 40

/**
 * Follows a path through the symbolic links of an image. None leads out of it: the root is its own parent.
 * @param last with `keep` a link at the very end is what the path stands for, not what it points to
 */
export function resolvePath({ entries }: Tree, path: string, last: 'follow' | 'keep' = 'follow'): Place {
  const way: string[] = []
  const left = path.split('/').toReversed()
  for (let links = 0; left.length > 0;) {
    const part = left.pop() ?? ''
    if (part === '..') {
      if (way.length > 0 && !entries.has(way.join('/'))) return { path: way.join('/'), fault: `/${way.join('/')} is not there` }
      way.pop()
    }
    if (part === '' || part === '.' || part === '..') continue
    way.push(part)
    const entry = entries.get(way.join('/'))
    const ends = left.every(rest => rest === '' || rest === '.')
    if (entry?.link !== undefined && !(ends && last === 'keep')) {
      links += 1
      if (links > mostLinks) return { path: way.join('/'), fault: `/${way.join('/')} is a link that leads round in a circle` }
      way.length = entry.link.startsWith('/') ? 0 : way.length - 1
      left.push(...entry.link.split('/').toReversed())
    } else if (entry && entry.type !== 'directory' && !ends) {
      return { path: way.join('/'), fault: `/${way.join('/')} is ${kindOf(entry)}` }
    }
  }
  return placeAt(entries, way.join('/'))
}

function placeAt(entries: Tree['entries'], path: string): Place {
  const entry = entries.get(path)
  return { path, ...entry && { entry } }
}
