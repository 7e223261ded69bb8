/**
 * A YAML document as it is written: what stands where. A node's text is `source.slice(start, end)`; offsets count UTF-16
 * code units. Of a block collection, `start` is its first key or dash and `end` the end of its last value.
 */
export type YamlNode = YamlScalar | YamlMapping | YamlSequence

/** What stands before a node, `&anchor` or `!tag`, or a key written with `?`. */
export type YamlMark = 'anchor' | 'tag' | 'question mark'

export interface YamlScalar {
  /** `empty` is a value that is not written, right after its colon or dash; `skimmed` one of any kind that was only checked. */
  readonly kind: 'empty' | 'skimmed' | 'plain' | 'single' | 'double' | 'literal' | 'folded' | 'alias'
  readonly start: number
  /** Of a literal or folded one: after its last line that is not empty, without the line break; with `+`, after all its lines. */
  readonly end: number
  readonly mark?: YamlMark
}

export interface YamlMapping {
  readonly kind: 'mapping'
  readonly flow: boolean
  readonly start: number
  readonly end: number
  readonly entries: readonly YamlEntry[]
  readonly mark?: YamlMark
}

export interface YamlSequence {
  readonly kind: 'sequence'
  readonly flow: boolean
  readonly start: number
  readonly end: number
  readonly items: readonly YamlNode[]
  readonly mark?: YamlMark
}

export interface YamlEntry {
  readonly key: string
  readonly start: number
  /** After the colon; after the key where a flow mapping has no colon. */
  readonly colon: number
  readonly value: YamlNode
  readonly mark?: YamlMark
}
