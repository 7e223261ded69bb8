import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { parseYaml } from '../../../lib/formats/yaml.ts'
import { editYaml, type YamlEdit } from '../../../lib/formats/yaml/edit.ts'

const values = `# The gateway's values.
image:
    repository: ghcr.io/example/gateway # where it is pulled from
    # Which of the released distros runs.
    distro:   'static'
    distros: {}   # the release writes them
    tag: "1.0.0"
    digest:

service:
    port: 8080
`

const set = (text: string, path: YamlEdit['path'], value: YamlEdit['value']): string => editYaml(text, 'values.yaml', [{ path, value }])
const insert = (text: string, path: YamlEdit['path'], value: YamlEdit['value']): string => editYaml(text, 'values.yaml', [{ path, value, insert: true }])

test('several values are written, and every other byte stays', () => {
  const edited = editYaml(values, 'values.yaml', [
    { path: 'image.digest', value: 'sha256:00ff' },
    { path: 'image.tag', value: '1.2.3' },
    { path: 'image.distro', value: 'it\'s' },
    { path: 'image.repository', value: 'localhost:5000/gateway' },
    { path: 'image.distros', value: { static: { tag: '1.2.3', digest: 'sha256:00ff' }, ubuntu: { tag: '1.2.3-ubuntu', digest: 'sha256:11ee' } } },
    { path: 'service.port', value: 9090 },
  ])
  assert.is(edited, `# The gateway's values.
image:
    repository: localhost:5000/gateway # where it is pulled from
    # Which of the released distros runs.
    distro:   'it''s'
    distros:   # the release writes them
        static:
            tag: 1.2.3
            digest: sha256:00ff
        ubuntu:
            tag: 1.2.3-ubuntu
            digest: sha256:11ee
    tag: "1.2.3"
    digest: sha256:00ff

service:
    port: 9090
`)
})

test('line ends, a byte order mark and a missing last line break stay', () => {
  assert.is(set('\uFEFFa: 1\r\nb: {}\r\nc: 2', 'b', { d: { e: 'f' } }), '\uFEFFa: 1\r\nb:\r\n  d:\r\n    e: f\r\nc: 2')
  assert.is(set('\uFEFFa: 1', 'a', true), '\uFEFFa: true')
  assert.is(insert('a: 1\r\nb:\r\n   c: 1', 'b.d', 'x\ny'), 'a: 1\r\nb:\r\n   c: 1\r\n   d: |-\r\n      x\r\n      y')
})

/** One entry before and after the value x is written, with what comes around it. */
const places: readonly (readonly [what: string, before: string, after: string])[] = [
  ['nothing', 'a:\nb: 1\n', 'a: x\nb: 1\n'],
  ['nothing before a comment', 'a:   # why\n', 'a: x   # why\n'],
  ['nothing at the end', 'b: 1\na:', 'b: 1\na: x'],
  ['null', 'a: null # why\n', 'a: x # why\n'],
  ['a plain value', 'a:   old # why\n', 'a:   x # why\n'],
  ['a plain value over lines', 'a: one\n  two\nb: 1\n', 'a: x\nb: 1\n'],
  ['a value in single quotes', 'a: \'o#l:d\'   # why\n', 'a: \'x\'   # why\n'],
  ['a value in double quotes', 'a: "o\\"ld"\n', 'a: "x"\n'],
  ['a value in quotes over lines', 'a: "one\n  two" # why\nb: 1\n', 'a: "x" # why\nb: 1\n'],
  ['a value on its own line', 'a:\n  # why\n  old # because\nb: 1\n', 'a:\n  # why\n  x # because\nb: 1\n'],
  ['an empty mapping', 'a: {} # why\n', 'a: x # why\n'],
  ['a mapping in braces', 'a: {b: 1,\n  c: 2} # why\nd: 1\n', 'a: x # why\nd: 1\n'],
  ['a block mapping', 'a: # why\n  # because\n  b: 1 # so\n  c:\n  - 1\n\nd: 1\n', 'a: x # why\n  # because\n\nd: 1\n'],
  ['a literal block', 'a: | # why\n  one\n\n  two\n\n# next\nb: 1\n', 'a: x # why\n\n# next\nb: 1\n'],
  ['a folded block', 'a: >-\n  one\n  two\nb: 1\n', 'a: x\nb: 1\n'],
  ['a literal block that keeps its end', 'a: |+\n  one\n\nb: 1\n', 'a: x\nb: 1\n'],
  ['a literal block with an indentation of its own', 'a: |2\n    one\n  two\nb: 1\n', 'a: x\nb: 1\n'],
  ['a literal block without text', 'a: |\nb: 1\n', 'a: x\nb: 1\n'],
  ['a literal block at the end', 'b: 1\na: |\n  one', 'b: 1\na: x'],
  ['a value in braces', 'b: {a: old, c: 1}\na: 1\n', 'b: {a: old, c: 1}\na: x\n'],
  ['a value after three dashes', '# top\n--- # start\na: 1\n', '# top\n--- # start\na: x\n'],
  ['a value before an end mark', 'a: 1\n...\n', 'a: x\n...\n'],
  ['a value under a directive', '%YAML 1.2\n---\na: 1\n', '%YAML 1.2\n---\na: x\n'],
  ['a key in quotes', '"a" : 1\n', '"a" : x\n'],
  ['all of a document in braces', '{"b": 1, "a": "old"}\n', '{"b": 1, "a": "x"}\n'],
  ['nothing in braces', '{a, b: 1}\n', '{a: x, b: 1}\n'],
  ['nothing in braces after a colon', '{a: , b: 1}\n', '{a: x , b: 1}\n'],
  ['an indented document', '  a: 1\n  b: 2\n', '  a: x\n  b: 2\n'],
]

for (const [what, before, after] of places) {
  test(`a value replaces ${what}`, () => {
    assert.is(set(before, 'a', 'x'), after)
    assert.is(set(after, 'a', 'x'), after)
  })
}

/** The same, where the mapping {k: {l: v}} is written. */
const mappings: readonly (readonly [what: string, before: string, after: string])[] = [
  ['nothing', 'a: # why\nb: 1\n', 'a: # why\n  k:\n    l: v\nb: 1\n'],
  ['an empty mapping', 'a: {}\n', 'a:\n  k:\n    l: v\n'],
  ['a mapping over lines in braces', 'a: {\n  b: 1\n} # why\nc: 1', 'a: # why\n  k:\n    l: v\nc: 1'],
  ['a block mapping', 'a:\n    # first\n    b: 1\n    # second\n    c: 2 # so\n\n# next\nd: 1\n', 'a:\n    # first\n    k:\n        l: v\n\n# next\nd: 1\n'],
  ['a plain value', 'b:\n   a: 1\na: old # why\n', 'b:\n   a: 1\na: # why\n   k:\n      l: v\n'],
  ['a value on its own line', 'a:\n  old # why\nb: 1\n', 'a:\n  k:\n    l: v # why\nb: 1\n'],
  ['a literal block', 'a: |- # why\n  one\nb: 1\n', 'a: # why\n  k:\n    l: v\nb: 1\n'],
  ['a value in braces', '{b: 1, a: 2}\n', '{b: 1, a: {k: {l: v}}}\n'],
]

for (const [what, before, after] of mappings) {
  test(`a mapping replaces ${what}`, () => {
    assert.is(set(before, 'a', { k: { l: 'v' } }), after)
    assert.is(set(after, 'a', { k: { l: 'v' } }), after)
  })
}

test('an empty mapping is written in braces', () => {
  assert.is(set('a: 1\nb:\n  c: 1\n', 'b', {}), 'a: 1\nb: {}\n')
  assert.is(set('a: 1\n', 'a', { b: {} }), 'a:\n  b: {}\n')
})

/** The same, where a text of two lines is written. */
const texts: readonly (readonly [what: string, before: string, after: string])[] = [
  ['nothing', 'a: # why\nb: 1\n', 'a: |- # why\n  one\n  two\nb: 1\n'],
  ['a value in quotes', 'a: "old"\nb: 1\n', 'a: |-\n  one\n  two\nb: 1\n'],
  ['a value on its own line', 'a:\n  old # why\nb: 1\n', 'a:\n  |- # why\n  one\n  two\nb: 1\n'],
  ['another literal block', 'a: | # why\n    old\n\nb: 1\n', 'a: |- # why\n  one\n  two\n\nb: 1\n'],
  ['a folded block', 'a: >+ # why\n    old\n\nb: 1\n', 'a: |- # why\n  one\n  two\nb: 1\n'],
  ['a block mapping, with the comments that would become text', 'a:\n  # first\n  b: 1\nc: 1\n', 'a: |-\n  one\n  two\nc: 1\n'],
  ['what has deeper comments after it', 'a: old\n   # deeper\nb: 1\n', 'a: "one\\ntwo"\n   # deeper\nb: 1\n'],
  ['a value in braces', '{a: old}\n', '{a: "one\\ntwo"}\n'],
]

for (const [what, before, after] of texts) {
  test(`a text of two lines replaces ${what}`, () => {
    assert.is(set(before, 'a', 'one\ntwo'), after)
    assert.is(set(after, 'a', 'one\ntwo'), after)
  })
}

const awkward = ['one\n', 'one\n\n', '\none', ' one\ntwo', 'one\n\ntwo', 'one\n  \ntwo', '\n', 'one\r\ntwo', '# one\n- two\n', 'one\n\ttwo', 'one \ntwo', '---\n...\n', 'é\n\u{1F600}', 'one\u2028\ntwo', 'one\n\uFEFFtwo']

test('texts of several lines come back as they were', () => {
  for (const value of awkward) {
    for (const before of ['a: 1\nb: 2\n', 'a: 1', 'x:\r\n  y: 1\r\na:\r\n', '{a: 1}', 'a: |\n  x']) {
      const edited = set(before, 'a', value)
      assert.is((parseYaml(edited, 'values.yaml') as Record<string, unknown>)['a'], value, edited)
      assert.is(set(edited, 'a', value), edited)
    }
  }
})

const additions: readonly (readonly [what: string, before: string, path: YamlEdit['path'], after: string])[] = [
  ['to a mapping', 'a:\n    b: 1 # so\n    # after\n\nc: 1\n', 'a.d', 'a:\n    b: 1 # so\n    d: x\n    # after\n\nc: 1\n'],
  ['to the document', 'a:\n   b: 1\n# end', 'c.d', 'a:\n   b: 1\nc:\n   d: x\n# end'],
  ['with its parents', 'a:\n  b: 1', 'a.c.d.e', 'a:\n  b: 1\n  c:\n    d:\n      e: x'],
  ['after a list', 'a:\n  b:\n  - 1\n  - c: 1\n    d: 2 # so\ne: 1\n', 'a.f', 'a:\n  b:\n  - 1\n  - c: 1\n    d: 2 # so\n  f: x\ne: 1\n'],
  ['after a literal block', 'a:\n  b: |\n    one\n\nc: 1\n', 'a.d', 'a:\n  b: |\n    one\n  d: x\n\nc: 1\n'],
  ['after a literal block that keeps its end', 'a:\n  b: |+\n    one\n\nc: 1\n', 'a.d', 'a:\n  b: |+\n    one\n\n  d: x\nc: 1\n'],
  ['after nothing', 'a:\n  b:\nc: 1\n', 'a.d', 'a:\n  b:\n  d: x\nc: 1\n'],
  ['to an empty mapping', 'a: {} # why\n', 'a.b', 'a: # why\n  b: x\n'],
  ['to nothing', 'a: # why\n  # inside\nb: 1\n', 'a.b', 'a: # why\n  b: x\n  # inside\nb: 1\n'],
  ['to null', 'a: ~\n', 'a.b', 'a:\n  b: x\n'],
  ['to a mapping in braces', 'a: {b: 1} # why\n', 'a.c', 'a: {b: 1, c: x} # why\n'],
  ['to an empty mapping in braces', 'a: {b: {}}\n', 'a.b.c', 'a: {b: {c: x}}\n'],
  ['to a mapping in braces over lines', 'a: {\n    b: 1, # so\n  }\n', 'a.c', 'a: {\n    b: 1, # so\n    c: x\n  }\n'],
  ['to one without a comma at its end', '{\n  "b": 1 # so\n}\n', 'c', '{\n  "b": 1, # so\n  "c": "x"\n}\n'],
  ['to a mapping in braces with a comment', 'a: { # inside\n  }\n', 'a.b', 'a: {b: x # inside\n  }\n'],
  ['to an empty document', '# nothing yet', 'a.b', '# nothing yet\na:\n  b: x\n'],
  ['to no text', '', 'a', 'a: x\n'],
  ['to a document of braces', '{}\n', 'a', '{a: x}\n'],
  ['with a dot in its key', 'a:\n  b: 1\n', ['a', 'example.com/c'], 'a:\n  b: 1\n  example.com/c: x\n'],
  ['with a key that needs quotes', 'a:\n  b: 1\n', ['a', 'on'], 'a:\n  b: 1\n  "on": x\n'],
]

for (const [what, before, path, after] of additions) {
  test(`a key is added ${what}`, () => {
    assert.is(insert(before, path, 'x'), after)
    assert.is(insert(after, path, 'x'), after)
  })
}

test('what is added in one place is added together', () => {
  const edits = [['a.b.c', 1], ['d', 2], ['a.b.e', 3], ['a.f', 4]] as const
  assert.is(editYaml('a: {}\n', 'values.yaml', edits.map(([path, value]) => ({ path, value, insert: true }))), 'a:\n  b:\n    c: 1\n    e: 3\n  f: 4\nd: 2\n')
})

test('a value that is there already is not touched', () => {
  const text = 'a: "x" # so\nb: \'1.0\'\nc: {d: "y", e: 1}\nf: yes\ng: |-\n   one\n   two\n'
  const edits = [['a', 'x'], ['b', '1.0'], ['c', { d: 'y', e: 1 }], ['g', 'one\ntwo']] as const
  assert.is(editYaml(text, 'values.yaml', edits.map(([path, value]) => ({ path, value }))), text)
  assert.is(set(text, 'f', 'yes'), text.replace('f: yes', 'f: "yes"'))
  assert.is(editYaml(text, 'values.yaml', []), text)
})

test('a path of keys names a key with a dot', () => {
  assert.is(set('annotations:\n  example.com/a: 1\n', ['annotations', 'example.com/a'], 'x'), 'annotations:\n  example.com/a: x\n')
})

test('in a file of thousands of lines, one line changes, whatever else is in it', () => {
  const others = Array.from({ length: 500 }, (_, at) => `service${at}:\n  # why\n  port: ${at}\n  hosts:\n  - name: "h${at}"\n    paths: [/, /b]\n  odd: ${at % 100 === 0 ? '[1,\n    2]' : '{}'}\n\n`)
  const text = others.join('')
  assert.is(set(text, 'service300.port', 'http'), text.replace('port: 300\n', 'port: http\n'))
  assert.is(insert(text, 'service300.new', 1), text.replace(/(service300:[^]*?2\]\n)/, '$1  new: 1\n'))
})

test.run()
