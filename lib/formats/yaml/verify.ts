import { groupBy } from './group-by.ts'
import { holds } from './holds.ts'
import { isNothing } from './locate.ts'
import type { YamlEntry, YamlNode } from './node.ts'
import type { YamlValue } from './value.ts'

/** A document as it is written. */
export interface Written {
  readonly text: string
  readonly root: YamlNode
}

/** What is to change under a key: all of it, or what is under keys in it. */
export type Wanted = { readonly value: YamlValue } | { readonly keys: ReadonlyMap<string, Wanted> }

/** The wanted values by their keys. */
export function wantedOf(edits: readonly { readonly keys: readonly string[], readonly value: YamlValue }[]): ReadonlyMap<string, Wanted> {
  const groups = groupBy(edits, ({ keys }) => keys[0] ?? '')
  return new Map([...groups].map(([key, group]) => {
    const [first] = group
    const under = group.map(({ keys, value }) => ({ keys: keys.slice(1), value }))
    return [key, first.keys.length === 1 ? { value: first.value } : { keys: wantedOf(under) }]
  }))
}

/** Whether one document is another with wanted values, and with nothing else that is different: no key, no value, no order. */
export function changedOnly(before: Written, after: Written, keys: ReadonlyMap<string, Wanted>): boolean {
  const olds = entriesOf(before)
  const news = after.root.kind === 'mapping' ? after.root.entries : undefined
  if (!olds || !news || before.root.mark !== after.root.mark) return false
  const known = new Set(olds.map(({ key }) => key))
  const added = [...keys.keys()].filter(key => !known.has(key))
  return news.length === olds.length + added.length && news.every((entry, index) => {
    const old = olds[index]
    const wanted = keys.get(entry.key)
    if (old ? old.key !== entry.key || old.mark !== entry.mark : known.has(entry.key) || !wanted) return false
    const oldNode: YamlNode = old?.value ?? { kind: 'empty', start: 0, end: 0 }
    if (!wanted) return isSame(before.text, oldNode, after.text, entry.value)
    if ('value' in wanted) return holds(entry.value, after.text, wanted.value)
    return changedOnly({ text: before.text, root: oldNode }, { text: after.text, root: entry.value }, wanted.keys)
  })
}

function entriesOf({ root, text }: Written): readonly YamlEntry[] | undefined {
  return root.kind === 'mapping' ? root.entries : isNothing(root, text) ? [] : undefined
}

/** Equal to the letter, so that every reader takes both for the same. */
function isSame(oldText: string, old: YamlNode, newText: string, node: YamlNode): boolean {
  if (old.kind !== node.kind || old.mark !== node.mark) return false
  if (old.kind === 'mapping' && node.kind === 'mapping') {
    return old.entries.length === node.entries.length && old.entries.every((entry, index) => {
      const other = node.entries[index]
      return entry.key === other?.key && entry.mark === other.mark && isSame(oldText, entry.value, newText, other.value)
    })
  }
  if (old.kind === 'sequence' && node.kind === 'sequence') {
    return old.items.length === node.items.length && old.items.every((item, index) => {
      const other = node.items[index]
      return other !== undefined && isSame(oldText, item, newText, other)
    })
  }
  return oldText.slice(old.start, old.end) === newText.slice(node.start, node.end)
}
