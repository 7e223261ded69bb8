import { ReleaseError } from '../values/errors.ts'
import type { Tree, TreeEntry } from './tree.ts'

/** A tree that layers are laid over, one after the other, entry by entry. */
export interface GrowingTree {
  /** Begins the next layer: what is there belongs to lower ones. */
  nextLayer(): void
  /** Lays one entry of the layer over what is there; gives where it really is, undefined for the root and for marks. */
  lay(entry: LaidEntry): Laid | undefined
  /** What is there now, by path. */
  tree(): Tree
}

export interface LaidEntry {
  /** As a layer names it: `./etc/passwd`, `/etc/passwd`, `etc/.wh.passwd`. */
  readonly name: string
  readonly type: TreeEntry['type'] | 'hardlink'
  readonly mode: number
  readonly uid: number
  readonly gid: number
  readonly size: number
  readonly link?: string
}

export interface Laid {
  /** Through the links of this layer. */
  readonly path: string
  /** What a hard link shares its bytes with. */
  readonly target?: string
  /** The text of the file, where it is known. */
  readonly text: string | undefined
  /** Remembers the text of the file. */
  keep(text: string): void
}

interface Node {
  readonly entry: TreeEntry
  /** The layer that it came with, the last one where several have it. */
  readonly layer: number
  text?: string
  /** What is in a directory. */
  readonly children?: Map<string, Node>
}

type Folder = Node & { readonly children: Map<string, Node> }

const mark = '.wh.'
const opaque = '.wh..wh..opq'

/** As long as Linux opens, in bytes. */
const longestPath = 4095

/** As many links as Linux follows. */
const mostLinks = 40

/** As many directories as a path of that length can name. */
const deepest = 2048

/** What a directory is that no layer has an entry for. */
const implied = { type: 'directory', mode: 0o755, uid: 0, gid: 0, size: 0 } as const

/**
 * Lays layers over a tree by the rules of the OCI image specification 1.1, "layer": whiteouts hide what lower layers have,
 * an opaque whiteout all that they have in its directory; what is there already is replaced, and only a directory keeps
 * its content under another directory. A link on the way to an entry is followed where its own layer made it. One of a
 * lower layer is replaced by a directory: container engines unpack each layer into a folder of its own.
 * @param subject what errors call it
 */
export function growTree(from: Tree, subject: string): GrowingTree {
  const root = rootOf(from)
  let layer = 0
  const reach = (parts: readonly string[]): Reached => reachIn(root, parts, layer, subject)

  const lay = (entry: LaidEntry): Laid | undefined => {
    const parts = safeParts(entry.name, subject)
    const name = parts.at(-1)
    if (name === undefined) return undefined
    const { path, children } = reach(parts.slice(0, -1))
    if (name.startsWith(mark)) {
      hideMarked(children, name, layer)
      return undefined
    }
    const place = (node: Node): Laid => {
      children.set(name, node)
      return { path: path + name, text: node.text, keep: text => { node.text = text } }
    }
    if (entry.type !== 'hardlink') return place(nodeOf({ ...entry, type: entry.type }, children.get(name), layer))
    const target = safeParts(entry.link ?? '', subject)
    const folder = reach(target.slice(0, -1))
    const last = target.at(-1) ?? ''
    const shared = folder.children.get(last)
    if (!shared || shared.children) throw refusal(subject, `/${parts.join('/')} shares its bytes with /${target.join('/')}, which is no file in it`)
    return { ...place({ ...shared, layer }), target: folder.path + last }
  }

  return { nextLayer: () => { layer += 1 }, lay, tree: () => treeOf(root) }
}

/** A directory, with its path and a slash at its end. */
interface Reached {
  readonly path: string
  readonly children: Map<string, Node>
}

/** Goes to a directory, which is made where it is not. */
function reachIn(root: Folder, parts: readonly string[], layer: number, subject: string): Reached {
  const way: [name: string, node: Folder][] = []
  const left = parts.toReversed()
  for (let links = 0; left.length > 0;) {
    const part = left.pop() ?? ''
    const { children } = way.at(-1)?.[1] ?? root
    const next = children.get(part)
    if (part === '..') {
      way.pop()
    } else if (next?.children) {
      way.push([part, { ...next, children: next.children }])
    } else if (next?.entry.link !== undefined && next.layer === layer) {
      links += 1
      if (links > mostLinks) throw refusal(subject, `the way to /${parts.join('/')} goes round in a circle of links`)
      if (next.entry.link.startsWith('/')) way.length = 0
      left.push(...partsOf(next.entry.link).toReversed())
    } else {
      const made = { entry: implied, layer, children: new Map<string, Node>() }
      children.set(part, made)
      way.push([part, made])
    }
    if (way.length > deepest) throw refusal(subject, `its directories are more than ${deepest} deep`)
  }
  return { path: way.map(([name]) => `${name}/`).join(''), children: way.at(-1)?.[1].children ?? root.children }
}

function hideMarked(children: Map<string, Node>, name: string, layer: number): void {
  if (name === opaque) for (const [child, node] of children) hide(children, child, node, layer)
  // What else starts like this are notes of aufs, the file system that whiteouts come from.
  else if (!name.startsWith(mark + mark)) hide(children, name.slice(mark.length), children.get(name.slice(mark.length)), layer)
}

function nodeOf({ type, mode, uid, gid, size, link }: LaidEntry & TreeEntry, there: Node | undefined, layer: number): Node {
  const entry = { type, mode, uid, gid, size, ...type === 'symlink' && { link: link ?? '' } }
  return type === 'directory' ? { entry, layer, children: there?.children ?? new Map<string, Node>() } : { entry, layer }
}

/** Takes away what lower layers have there. What this layer has is kept, with its directories, whichever came first. */
function hide(children: Map<string, Node>, name: string, node: Node | undefined, layer: number): void {
  if (!node) return
  for (const [child, below] of node.children ?? []) hide(node.children ?? children, child, below, layer)
  if (node.layer < layer && !node.children?.size) children.delete(name)
}

function safeParts(name: string, subject: string): readonly string[] {
  const parts = partsOf(name)
  if (parts.includes('..')) throw refusal(subject, `${JSON.stringify(name)} in it leads out of its folder`)
  if (Buffer.byteLength(name) > longestPath) throw refusal(subject, `a path in it is longer than ${longestPath} bytes`)
  return parts
}

function partsOf(path: string): readonly string[] {
  return path.split('/').filter(part => part !== '' && part !== '.')
}

function rootOf({ entries, texts }: Tree): Folder {
  const root: Folder = { entry: implied, layer: 0, children: new Map() }
  for (const [path, entry] of entries) {
    const parts = path.split('/')
    const name = parts.pop() ?? ''
    const text = texts.get(path)
    const folder = parts.reduce<Node | undefined>((node, part) => node?.children?.get(part), root)
    folder?.children?.set(name, {
      entry, layer: 0, ...text !== undefined && { text }, ...entry.type === 'directory' && { children: new Map() },
    })
  }
  return root
}

function treeOf(root: Folder): Tree {
  const entries = new Map<string, TreeEntry>()
  const texts = new Map<string, string>()
  const add = (folder: Node, prefix: string): void => {
    for (const [name, node] of [...folder.children ?? []].sort(([a], [b]) => (a < b ? -1 : 1))) {
      entries.set(prefix + name, node.entry)
      if (node.text !== undefined) texts.set(prefix + name, node.text)
      add(node, `${prefix}${name}/`)
    }
  }
  add(root, '')
  return { entries, texts }
}

function refusal(subject: string, why: string): ReleaseError {
  return new ReleaseError(`Cannot read ${subject}: ${why}`, { code: 'IMAGE', hint: 'Use another image, or have this one made again.' })
}
