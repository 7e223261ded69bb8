import { columnOf } from './lines.ts'
import { scanYaml } from './scan.ts'
import { spliced, type Splice } from './splice.ts'
import { changedOnly, type Wanted, type Written } from './verify.ts'

/**
 * Whether a document that is spliced is proven to have changed in the wanted values alone, by reading again only the entries
 * of the root that a splice is in. A root mapping in column 0 is the sequence of its entries, and an entry is read alone as
 * it is read among others: it begins at the start of a line, and the next one's key ends whatever it left open. The
 * other entries are equal to the letter. Where this is not so simple, false: then the whole is to be read.
 */
export function provenInParts(before: Written, splices: readonly Splice[], wanted: ReadonlyMap<string, Wanted>): boolean {
  const { text, root } = before
  if (root.kind !== 'mapping' || root.flow || root.mark) return false
  const parts = root.entries.map((entry, index) => ({ entry, start: entry.start, end: root.entries[index + 1]?.start ?? text.length }))
  const within = parts.map(({ start, end }) => splices.filter(splice => splice.start >= start && (splice.end < end || end === text.length)))
  if (within.flat().length !== splices.length || parts.some(({ start }) => columnOf(text, start) !== 0)) return false
  return parts.every(({ entry, start, end }, index) => {
    const own = within[index] ?? []
    const one = wanted.get(entry.key)
    if (!one) return own.length === 0
    const part = spliced(text.slice(start, end), own.map(splice => ({ ...splice, start: splice.start - start, end: splice.end - start })))
    const after = scanYaml(part)
    if (!after || (end < text.length && !part.endsWith('\n'))) return false
    return changedOnly({ text, root: { ...root, entries: [entry] } }, { text: part, root: after }, new Map([[entry.key, one]]))
  })
}
