import { ReleaseError } from '../../values/errors.ts'
import { appendEntries, beginDocument } from './append.ts'
import { checkCharacters, checkEnd, checkValue } from './check.ts'
import { groupBy } from './group-by.ts'
import { holds } from './holds.ts'
import { columnOf } from './lines.ts'
import { locate, notFound, type Spot } from './locate.ts'
import type { YamlMapping, YamlNode } from './node.ts'
import { checkPaths, pathKeys, pathText, type YamlPath } from './path.ts'
import { readYamlNode } from './read.ts'
import { replaceValue } from './replace.ts'
import { spliced, type Splice } from './splice.ts'
import type { YamlRecord, YamlValue } from './value.ts'
import { changedOnly, wantedOf, type Wanted, type Written } from './verify.ts'
import { provenInParts } from './verify-parts.ts'

export interface YamlEdit {
  readonly path: YamlPath
  readonly value: YamlValue
  /** Adds what is missing, parents as well, at the end of its mapping. */
  readonly insert?: boolean
}

/**
 * Writes values into a YAML file of a user's. Every other byte stays: comments, indentation, quotes, line ends, a byte
 * order mark. A value keeps its quotes where the new one can stand in them; one that is there already is not touched.
 * Comments between the entries of a mapping that is replaced go with it.
 *
 * Refused is what cannot be done so: text that is not strict YAML, several documents, lists on the path, and anchors,
 * aliases, tags and merge keys (YAML 1.2.2, sections 6.9 and 7.1) at the path or above it, as the edit would change
 * other places.
 * @param file what errors call it
 * @throws ReleaseError (FILES) with line and column; (USAGE) for paths that cannot be
 */
export function editYaml(text: string, file: string, edits: readonly YamlEdit[]): string {
  const mark = text.startsWith('\uFEFF') ? '\uFEFF' : ''
  const plain = text.slice(mark.length)
  const changes = edits.map(({ path, value, insert = false }) => ({ keys: pathKeys(path, file), value, insert }))
  for (const { keys, value } of changes) checkValue(value, keys, file)
  checkPaths(changes.map(({ keys }) => keys), file)
  checkCharacters(plain, file)
  const before = { text: plain, root: readFor(changes, plain, file) }
  const splices = splicesOf(before.root, plain, file, changes)
  if (splices.length === 0) return text
  const edited = spliced(plain, splices)
  const wanted = wantedOf(changes)
  if (!provenInParts(before, splices, wanted)) provenAsWhole(before, edited, file, wanted, changes)
  return mark + edited
}

interface Change {
  readonly keys: readonly string[]
  readonly value: YamlValue
  readonly insert: boolean
}

/** Entries of the root that no change is in are only checked; all is read where the root itself is to change. */
function readFor(changes: readonly Change[], text: string, file: string): YamlNode {
  const keys = new Set(changes.map(change => change.keys[0] ?? ''))
  const root = readYamlNode(text, file, keys)
  const isThere = root.kind === 'mapping' && root.entries.filter(({ key }) => keys.has(key)).length === keys.size
  return isThere ? root : readYamlNode(text, file)
}

function splicesOf(root: YamlNode, text: string, file: string, changes: readonly Change[]): readonly Splice[] {
  const found = changes.map(change => ({ ...change, spot: locate(root, text, file, change.keys) }))
  const absent = found.find(({ spot, insert }) => spot.missing.length > 0 && !insert)
  if (absent) throw notFound(root, text, file, absent.keys, absent.spot)
  // What is added in one place is added at once.
  const places = groupBy(found, ({ spot }) => spot.missing.length > 0 ? spot.entry?.value ?? root : spot.entry)
  return [...places.values()].flatMap(group => {
    const [{ spot, value }] = group
    if (spot.missing.length === 0) return replaced(root, text, spot, value)
    checkEnd(spot.entry?.value ?? root, text, file)
    return added(root, text, spot, recordOf(group.map(one => ({ keys: one.spot.missing, value: one.value }))))
  })
}

function replaced(root: YamlNode, text: string, { entry, within }: Spot, value: YamlValue): readonly Splice[] {
  if (!entry || holds(entry.value, text, value)) return []
  return replaceValue(text, entry, value, within, stepOf(root, text, within))
}

function added(root: YamlNode, text: string, { entry, within }: Spot, record: YamlRecord): readonly Splice[] {
  const node = entry?.value ?? root
  const step = stepOf(root, text, within)
  if (node.kind === 'mapping' && !(entry && /^\{\s*\}$/.test(text.slice(node.start, node.end)))) return appendEntries(text, node, record, step)
  return entry ? replaceValue(text, entry, record, within.filter(one => one !== node), step) : [beginDocument(text, record, step)]
}

/** How much deeper mappings are indented: around a place, else in the file, else by two. */
function stepOf(root: YamlNode, text: string, within: readonly YamlMapping[]): number {
  const around = within.filter(({ flow }) => !flow)
  const inner = around.at(-1)
  const outer = around.at(-2)
  if (inner && outer) return columnOf(text, inner.start) - columnOf(text, outer.start)
  const entries = root.kind === 'mapping' && !root.flow ? root.entries : []
  const first = entries.find(({ value }) => value.kind === 'mapping' && !value.flow)
  if (first) return columnOf(text, first.value.start) - columnOf(text, first.start)
  return /^( {1,8})[\w"'][^\n:]*:/m.exec(text)?.[1]?.length ?? 2
}

function recordOf(entries: readonly { readonly keys: readonly string[], readonly value: YamlValue }[]): YamlRecord {
  const groups = groupBy(entries, ({ keys }) => keys[0] ?? '')
  return Object.fromEntries([...groups].map(([key, group]) => {
    const [first] = group
    const value = first.keys.length === 1 ? first.value : recordOf(group.map(one => ({ ...one, keys: one.keys.slice(1) })))
    return [key, value]
  }))
}

/** Reads the whole result again: it must differ in the wanted values, and in nothing else. */
function provenAsWhole(before: Written, edited: string, file: string, wanted: ReadonlyMap<string, Wanted>, changes: readonly Change[]): void {
  const old = { text: before.text, root: readYamlNode(before.text, file) }
  if (!changedOnly(old, { text: edited, root: reread() }, wanted)) throw unproven(file, changes)

  function reread(): YamlNode {
    try {
      return readYamlNode(edited, file)
    } catch (cause) {
      throw unproven(file, changes, cause)
    }
  }
}

function unproven(file: string, changes: readonly Change[], cause?: unknown): ReleaseError {
  const paths = changes.map(({ keys }) => pathText(keys)).join(', ')
  return new ReleaseError(`Cannot edit ${file}: the result would differ in more than ${paths}`, {
    code: 'FILES', hint: 'Write what is there and around it in a simpler form, one entry a line.', cause,
  })
}
