import { scalarText, type YamlToken, type YamlTokens } from '../yaml.ts'
import { blockEnd } from './block-end.ts'
import type { YamlEntry, YamlMapping, YamlMark, YamlNode, YamlScalar, YamlSequence } from './node.ts'

/** What stands where in any YAML document, from the package's tokens. */
export function composeYaml({ root, anchor, tag }: YamlTokens, text: string): YamlNode {
  return { ...nodeOf(root, text, text.length), ...(anchor === undefined ? tag === undefined ? {} : { mark: 'tag' } : { mark: 'anchor' }) }
}

type TokenOf<Type extends YamlToken['type']> = Extract<YamlToken, { type: Type }>
type Item = TokenOf<'flow-collection'>['items'][number]
type Mark = Readonly<Record<'mark', YamlMark>> | undefined

/** @param after where it would stand, were it written */
function nodeOf(token: YamlToken | null | undefined, text: string, after: number): YamlNode {
  if (token?.type === 'block-map') return mapping(false, token.items.filter(isWritten).map(item => entryOf(item, text)))
  if (token?.type === 'block-seq') return sequence(token.items.flatMap(item => itemOf(item, text)))
  if (token?.type === 'flow-collection') return flow(token, text)
  if (token?.type === 'block-scalar') return blockScalar(token, text)
  if (token?.type === 'alias') return scalar('alias', token)
  if (token?.type === 'single-quoted-scalar') return scalar('single', token)
  if (token?.type === 'double-quoted-scalar') return scalar('double', token)
  if (token?.type === 'scalar' && token.source !== '') return scalar('plain', token)
  return { kind: 'empty', start: after, end: after }
}

function mapping(isFlow: boolean, entries: readonly YamlEntry[]): YamlMapping {
  return { kind: 'mapping', flow: isFlow, start: entries[0]?.start ?? 0, end: entries.at(-1)?.value.end ?? 0, entries }
}

function sequence(items: readonly { readonly dash: number, readonly node: YamlNode }[]): YamlSequence {
  return { kind: 'sequence', flow: false, start: items[0]?.dash ?? 0, end: items.at(-1)?.node.end ?? 0, items: items.map(({ node }) => node) }
}

function itemOf(item: Item, text: string): readonly { readonly dash: number, readonly node: YamlNode }[] {
  const dash = item.start.find(({ type }) => type === 'seq-item-ind')?.offset
  return dash === undefined ? [] : [{ dash, node: { ...nodeOf(item.value, text, dash + 1), ...markOf(item.start) } }]
}

function flow(token: TokenOf<'flow-collection'>, text: string): YamlNode {
  const start = token.offset
  const last = token.end.find(({ type }) => type === 'flow-map-end' || type === 'flow-seq-end')
  const end = (last?.offset ?? start) + 1
  const items = token.items.filter(isWritten)
  if (token.start.source === '{') return { ...mapping(true, items.map(item => entryOf(item, text))), start, end }
  const nodes = items.map(item => item.sep ? mapping(true, [entryOf(item, text)]) : { ...nodeOf(item.value, text, start), ...markOf(item.start) })
  return { kind: 'sequence', flow: true, start, end, items: nodes }
}

/** Comments, and a comma at the end, are items of their own. */
function isWritten(item: Item): boolean {
  return item.key !== undefined || item.sep !== undefined || item.value !== undefined || item.start.some(({ type }) => type === 'anchor' || type === 'tag')
}

function entryOf({ start: before, key, sep = [], value }: Item, text: string): YamlEntry {
  const sepStart = sep.find(({ type }) => type === 'map-value-ind')
  const node = key ? nodeOf(key, text, 0) : undefined
  const start = node?.start ?? sepStart?.offset ?? before[0]?.offset ?? 0
  const colon = sepStart ? sepStart.offset + 1 : node?.end ?? start
  return { key: key ? scalarText(key) : '', start, colon, value: { ...nodeOf(value, text, colon), ...markOf(sep) }, ...markOf(before) }
}

function scalar(kind: YamlScalar['kind'], { offset, source }: { readonly offset: number, readonly source: string }): YamlScalar {
  return { kind, start: offset, end: offset + source.length }
}

function blockScalar({ offset, props, source }: TokenOf<'block-scalar'>, text: string): YamlScalar {
  const header = props.find(({ type }) => type === 'block-scalar-header')
  const start = header && 'offset' in header ? header.offset : offset
  const length = props.reduce((sum, prop) => sum + ('source' in prop && 'offset' in prop && prop.offset >= start ? prop.source.length : 0), 0)
  return { kind: text[start] === '>' ? 'folded' : 'literal', start, end: blockEnd(text, start, start + length + source.length) }
}

function markOf(tokens: Item['start']): Mark {
  for (const { type } of tokens) {
    if (type === 'anchor' || type === 'tag') return { mark: type }
    if (type === 'explicit-key-ind') return { mark: 'question mark' }
  }
  return undefined
}
