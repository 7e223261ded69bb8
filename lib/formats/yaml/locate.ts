import { nearest } from '../../values/nearest.ts'
import type { ReleaseError } from '../../values/errors.ts'
import type { YamlEntry, YamlMark, YamlMapping, YamlNode } from './node.ts'
import { pathText } from './path.ts'
import { refusal } from './refuse.ts'

/** Where a path leads. */
export interface Spot {
  /** The mappings that the path leads through, from the root. */
  readonly within: readonly YamlMapping[]
  /** What the path names as far as it is there; none where it breaks off at the root. */
  readonly entry: YamlEntry | undefined
  /** The keys that are missing: in the entry's value, or in the root. */
  readonly missing: readonly string[]
}

/**
 * Follows a path from the root.
 * @throws ReleaseError (FILES) where what it names cannot be edited without a change elsewhere, or cannot be named by keys
 */
export function locate(root: YamlNode, text: string, file: string, keys: readonly string[]): Spot {
  const within: YamlMapping[] = []
  let entry: YamlEntry | undefined
  const named = (depth: number): string => depth === 0 ? 'the document' : pathText(keys.slice(0, depth))
  for (const [depth, key] of keys.entries()) {
    const node = entry?.value ?? root
    check(node, entry, named(depth), depth === 0)
    if (node.kind !== 'mapping') {
      if (isNothing(node, text)) return { within, entry, missing: keys.slice(depth) }
      throw refusal(file, text, node.start, `${named(depth)} is ${whatIs(node)}, not a mapping`, depth === 0 ? 'Make it a mapping.' : `Make it a mapping, or name another path than ${pathText(keys)}.`)
    }
    const found = node.entries.find(one => one.key === key)
    if (!found) return { within: [...within, node], entry, missing: keys.slice(depth) }
    within.push(node)
    entry = found
  }
  if (entry) check(entry.value, entry, pathText(keys), false)
  if (entry?.value && hasAnchor(entry.value)) throw refused(entry.start, 'anchor', `something in ${pathText(keys)}`)
  return { within, entry, missing: [] }

  function check(node: YamlNode, of: YamlEntry | undefined, name: string, isRoot: boolean): void {
    const mark = of?.mark ?? node.mark ?? (node.kind === 'alias' ? 'alias' : undefined) ?? (hasMerge(node) ? 'merge key' : undefined)
    if (mark) throw refused(of?.start ?? node.start, mark, name)
    if (node.kind !== 'sequence' || isRoot) return
    throw refusal(file, text, node.start, `${name} is a list`, `Name a path without lists instead of ${pathText(keys)}.`)
  }

  function refused(at: number, mark: YamlMark | 'alias' | 'merge key', name: string): ReleaseError {
    return refusal(file, text, at, `${name} ${reasons[mark]}`, `Write ${pathText(keys)} out without it.`)
  }
}

const reasons = {
  'anchor': 'has an anchor (&), so that an edit would change other places',
  'alias': 'is an alias (*) of another place',
  'tag': 'has a tag (!), which says how it is read',
  'question mark': 'has a key that is written with a question mark',
  'merge key': 'has a merge key (<<), so that readers take its values from another place',
} as const

function hasMerge(node: YamlNode): boolean {
  return node.kind === 'mapping' && node.entries.some(({ key }) => key === '<<')
}

function hasAnchor(node: YamlNode): boolean {
  if (node.mark === 'anchor') return true
  if (node.kind === 'mapping') return node.entries.some(({ mark, value }) => mark === 'anchor' || hasAnchor(value))
  return node.kind === 'sequence' && node.items.some(hasAnchor)
}

/** Nothing is written, or that it is nothing. */
export function isNothing(node: YamlNode, text: string): boolean {
  return node.kind === 'empty' || (node.kind === 'plain' && /^(?:~|null|Null|NULL)$/.test(text.slice(node.start, node.end)))
}

function whatIs(node: YamlNode): string {
  return node.kind === 'sequence' ? 'a list' : 'a single value'
}

/** A path that is not in the file, and the one most like it that is. */
export function notFound(root: YamlNode, text: string, file: string, keys: readonly string[], { entry }: Spot): ReleaseError {
  const wanted = pathText(keys)
  const near = nearest(wanted, [...pathsIn(root, [])])
  return refusal(file, text, entry?.start ?? 0, `there is no ${wanted}`, near === undefined ? `Add ${wanted} to the file, or name a path that is there.` : `Did you mean ${near}?`)
}

function* pathsIn(node: YamlNode, above: readonly string[]): Generator<string> {
  if (node.kind !== 'mapping') return
  for (const { key, value } of node.entries) {
    const keys = [...above, key]
    yield pathText(keys)
    yield* pathsIn(value, keys)
  }
}
