import fc from 'fast-check'

const pieces = [
  'a', 'b', 'c: ', 'a:', ' ', '  ', '    ', '\n', '\n', '\n  ', '\n    ', '\r\n', '- ', '-', '#', ' # c', '"x"', '\'y\'', '{}', '[]', '{a: 1}', '[a, b]',
  ': ', '|', '|-', '>', '|+', '---', '...', '"', '\'', '{', '}', '[', ']', ',', '\t', '?', '&a ', '*a', '!t ', '%', '@', '1', '~', 'null', 'x y',
  'http://x', 'a:b', '\\', '\\n', '""', '\'\'', 'a: 1\n', 'k: v\n', 'l:\n  ', '- a\n', 'm: |\n  t\n  u\n', '<<', '  - ',
]

const whole = [
  'a: b\nc:\n  d: 1 # x\n  e: "f"\nl:\n- x\n- y: z\n  w: |\n    text\n     more\n\nq: {a: b, "c": [d, e]}\n',
  'image:\n  repository: ghcr.io/x # c\n  distros: {}\n  tag: ""\na: >-\n  a\n  b\n\n   c\ng: [a, "b", \'c\',]\nh:\n  - - a\n    - b\n  -\n    k: v\n',
]

const piece = fc.constantFrom(...pieces)
const edits = fc.array(fc.record({ at: fc.nat(200), drop: fc.nat(2), put: fc.oneof(piece, fc.constant('')) }), { maxLength: 4 })

/** Texts that are YAML, or nearly, or hardly. */
export const yamlSoup: fc.Arbitrary<string> = fc.oneof(
  fc.array(piece, { maxLength: 14 }).map(parts => parts.join('')),
  fc.tuple(fc.constantFrom(...whole), edits).map(([text, changes]) => changes.reduce((now, { at, drop, put }) => {
    const place = Math.min(at, now.length)
    return now.slice(0, place) + put + now.slice(place + drop)
  }, text)),
)

/** A mapping as a person may write it, and the paths in it that have no list on the way. */
export interface WrittenMapping {
  readonly text: string
  readonly paths: readonly (readonly string[])[]
}

const name = fc.constantFrom('a', 'b', 'c', 'image', 'tag', 'x-y', '"q"', '\'s\'', '"on"')
const inline = fc.constantFrom('', ' 1', ' plain text', ' "double \\" # quoted"', ' \'single \'\'quoted\'', ' {}', ' yes', ' ~', ' http://h:1/p', ' 0x1f')
const comment = fc.constantFrom('', '', ' # why', '   # "odd: [')
const between = fc.constantFrom('', '', '\n', '# alone\n', '    # deep\n', '\n\n')
const lists = fc.constantFrom('\n- 1\n- b: 2', ' [1, "]"]')
const blocks = fc.constantFrom(' |\n~one\n\n~two: 2', ' >-\n~one\n~ two', ' |+\n~one\n')

interface Entry {
  readonly name: string
  readonly value: { readonly inline: string } | { readonly block: string } | { readonly list: string } | { readonly under: readonly Entry[] } | { readonly braces: string }
  readonly comment: string
  readonly between: string
}

const { entries } = fc.letrec<{ entries: readonly Entry[], entry: Entry }>(tie => ({
  entries: fc.uniqueArray(tie('entry'), { minLength: 1, maxLength: 4, selector: ({ name: one }) => one.replaceAll(/["']/g, '') }),
  entry: fc.record({
    name,
    value: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      fc.record({ inline }),
      fc.record({ block: blocks }),
      fc.record({ list: lists }),
      fc.record({ braces: fc.constantFrom(' {p: 1, "r": \'s\' }', ' {p: {t: u}}') }),
      fc.record({ under: tie('entries') }),
    ),
    comment,
    between,
  }),
}))

function write(all: readonly Entry[], indent: number, step: number): WrittenMapping {
  const parts = all.map(({ name: key, value, comment: trailing, between: gap }) => {
    const head = `${' '.repeat(indent)}${key}:`
    const bare = key.replaceAll(/["']/g, '')
    if ('under' in value) {
      const inner = write(value.under, indent + step, step)
      return { text: `${gap}${head}${trailing}\n${inner.text}`, paths: [[bare], ...inner.paths.map(path => [bare, ...path])] }
    }
    const deep = ' '.repeat(indent + step)
    if ('block' in value) return { text: `${gap}${head}${value.block.replaceAll('~', deep)}\n`, paths: [[bare]] }
    if ('list' in value) return { text: `${gap}${head}${value.list.replaceAll('\n', `\n${deep}`)}${trailing}\n`, paths: [] }
    if ('braces' in value) return { text: `${gap}${head}${value.braces}${trailing}\n`, paths: [[bare], [bare, 'p']] }
    return { text: `${gap}${head}${value.inline}${trailing}\n`, paths: [[bare]] }
  })
  return { text: parts.map(({ text }) => text).join(''), paths: parts.flatMap(({ paths }) => paths) }
}

export const writtenMapping: fc.Arbitrary<WrittenMapping> = fc
  .record({ all: entries, step: fc.constantFrom(1, 2, 4), crlf: fc.boolean(), bom: fc.boolean(), lastBreak: fc.boolean(), start: fc.constantFrom('', '# top\n', '---\n') })
  .map(({ all, step, crlf, bom, lastBreak, start }) => {
    const { text, paths } = write(all, 0, step)
    const ended = start + (lastBreak ? text : text.replace(/\n+$/, ''))
    return { text: (bom ? '\uFEFF' : '') + (crlf ? ended.replaceAll('\n', '\r\n') : ended), paths }
  })
