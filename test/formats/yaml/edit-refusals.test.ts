import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { editYaml, type YamlEdit } from '../../../lib/formats/yaml/edit.ts'
import { thrown } from '../../support/thrown.ts'

const edit = (text: string, ...edits: readonly YamlEdit[]) => thrown(() => editYaml(text, 'values.yaml', edits))

const refused: readonly (readonly [what: string, text: string, path: YamlEdit['path'], message: string, hint: string])[] = [
  ['what is no YAML', 'a: 1\nb: [1\nc: 2\n', 'a', 'read values.yaml: line 3, column 1: Flow sequence in block collection must be sufficiently indented and end with a ]', 'Correct the file.'],
  ['tabs', 'b: 1\na:\n\tc: 1\n', 'b', 'read values.yaml: line 3, column 1: Tabs are not allowed as indentation', 'Correct the file.'],
  ['a key twice, elsewhere', 'a: 1\nb:\n  c: 1\n  d: 2\n  c: 3\n', 'a', 'read values.yaml: line 5, column 3: the key is in its mapping twice', 'Correct the file.'],
  ['a key twice, in braces', 'a: 1\nb: [{c: 1, "c": 2}]\n', 'a', 'read values.yaml: line 2, column 12: the key is in its mapping twice', 'Correct the file.'],
  ['a key twice, in its root', 'a: 1\nb: 1\n"a": 2\n', 'a', 'read values.yaml: line 3, column 1: the key is in its mapping twice', 'Correct the file.'],
  ['an alias of nothing, elsewhere', 'a: 1\nb: *c\n', 'a', 'read values.yaml: line 2, column 4: no anchor &c comes before it', 'Correct the file.'],
  ['several documents', 'a: 1\n---\na: 2\n', 'a', 'read values.yaml: line 2, column 1: a second document begins; one is expected', 'Correct the file.'],
  ['line breaks of old systems', 'a: 1\rb: 2\n', 'a', 'edit values.yaml: line 1, column 5: U+000D is not read in the same way by all', 'Take that character out, or write it as an escape in double quotes.'],
  ['a line separator in a comment', '# one\u2028b: 2\na: 1\n', 'a', 'edit values.yaml: line 1, column 6: U+2028 is not read in the same way by all', 'Take that character out, or write it as an escape in double quotes.'],
  ['an anchor', 'a: &x 1\nb: *x\n', 'a', 'edit values.yaml: line 1, column 1: a has an anchor (&), so that an edit would change other places', 'Write a out without it.'],
  ['an anchor above', 'a: &x\n  b: 1\nc: *x\n', 'a.b', 'edit values.yaml: line 1, column 1: a has an anchor (&), so that an edit would change other places', 'Write a.b out without it.'],
  ['an anchor below', 'a:\n  b: [&x 1]\nc: *x\n', 'a', 'edit values.yaml: line 1, column 1: something in a has an anchor (&), so that an edit would change other places', 'Write a out without it.'],
  ['an anchor of the document', '&x\na: 1\n', 'a', 'edit values.yaml: line 2, column 1: the document has an anchor (&), so that an edit would change other places', 'Write a out without it.'],
  ['an alias', 'b: &x 1\na: *x\n', 'a', 'edit values.yaml: line 2, column 1: a is an alias (*) of another place', 'Write a out without it.'],
  ['an alias above', 'b: &x {c: 1}\na: *x\n', 'a.c', 'edit values.yaml: line 2, column 1: a is an alias (*) of another place', 'Write a.c out without it.'],
  ['a tag', 'b: 1\na: !!str 1\n', 'a', 'edit values.yaml: line 2, column 1: a has a tag (!), which says how it is read', 'Write a out without it.'],
  ['a tag above', 'a: !!map\n  b: 1\n', 'a.b', 'edit values.yaml: line 1, column 1: a has a tag (!), which says how it is read', 'Write a.b out without it.'],
  ['a merge key beside it', 'b: &x {c: 1}\na:\n  <<: *x\n  d: 1\n', 'a.d', 'edit values.yaml: line 2, column 1: a has a merge key (<<), so that readers take its values from another place', 'Write a.d out without it.'],
  ['a merge key of the document', 'b: 1\n<<: {c: 1}\n', 'b', 'edit values.yaml: line 1, column 1: the document has a merge key (<<), so that readers take its values from another place', 'Write b out without it.'],
  ['a key after a question mark', '? a\n: 1\n', 'a', 'edit values.yaml: line 1, column 3: a has a key that is written with a question mark', 'Write a out without it.'],
  ['a list', 'a: # so\n- 1\n', 'a', 'edit values.yaml: line 2, column 1: a is a list', 'Name a path without lists instead of a.'],
  ['an empty list', 'b:\n  a: []\n', 'b.a', 'edit values.yaml: line 2, column 6: b.a is a list', 'Name a path without lists instead of b.a.'],
  ['a path through a list', 'a:\n  b:\n    - c: 1\n', 'a.b.0.c', 'edit values.yaml: line 3, column 5: a.b is a list', 'Name a path without lists instead of a.b.0.c.'],
  ['a path through a text', 'a:\n  b: c\n', 'a.b.d', 'edit values.yaml: line 2, column 6: a.b is a single value, not a mapping', 'Make it a mapping, or name another path than a.b.d.'],
  ['a document that is a list', '- a: 1\n', 'a', 'edit values.yaml: line 1, column 1: the document is a list, not a mapping', 'Make it a mapping.'],
  ['a document that is a text', '# so\nsome words\n', 'a', 'edit values.yaml: line 2, column 1: the document is a single value, not a mapping', 'Make it a mapping.'],
  ['a path that is not there', 'image:\n  tag: 1\n  digest: 2\n', 'image.tags', 'edit values.yaml: line 1, column 1: there is no image.tags', 'Did you mean image.tag?'],
  ['a path with another parent', 'images:\n  tag: 1\nother: 1\n', 'image.tag', 'edit values.yaml: line 1, column 1: there is no image.tag', 'Did you mean images.tag?'],
  ['a path like no other', 'image:\n  tag: 1\n', 'replicas', 'edit values.yaml: line 1, column 1: there is no replicas', 'Add replicas to the file, or name a path that is there.'],
  ['a path into nothing', 'b: 1\nimage:\n', 'image.tag', 'edit values.yaml: line 2, column 1: there is no image.tag', 'Add image.tag to the file, or name a path that is there.'],
  ['a path in an empty document', '# so\n', 'image.tag', 'edit values.yaml: line 1, column 1: there is no image.tag', 'Add image.tag to the file, or name a path that is there.'],
  ['keys with dots', 'b:\n  "c.d": [1]\n', ['b', 'c.d'], 'edit values.yaml: line 2, column 10: b."c.d" is a list', 'Name a path without lists instead of b."c.d".'],
]

for (const [what, text, path, message, hint] of refused) {
  test(`${what} is refused`, () => {
    const error = edit(text, { path, value: 'x' })
    assert.is(error.message, `Cannot ${message}`)
    assert.is(error.hint, hint)
    assert.is(error.code, 'FILES')
  })
}

test('nothing is added where a list, a text or an alias is on the way', () => {
  for (const text of ['a: [1]\n', 'a: x\n', 'b: &x {c: 1}\na: *x\n', 'a: &x {}\n', 'a: !!map {}\n']) {
    assert.match(edit(text, { path: 'a.d', value: 'x', insert: true }).message, /^Cannot edit values\.yaml: line \d, column \d: a (is|has) /)
  }
})

test('anchors, tags and lists elsewhere are no hindrance', () => {
  const rest = 'b: &x\n  c: !!str 1\nd: *x\ne: [1, {f: 2}]\ng: {<<: *x}\n'
  assert.is(editYaml(`a: 1\n${rest}`, 'values.yaml', [{ path: 'a', value: 'x' }]), `a: x\n${rest}`)
})

test('nothing is added after a block of text that the file ends in', () => {
  const error = edit('a:\n  b: |\n    one', { path: 'a.c', value: 'x', insert: true })
  assert.is(error.message, 'Cannot edit values.yaml: line 3, column 8: the file ends in a block of text without a line break')
  assert.is(error.hint, 'End the file with a line break.')
})

test('paths and values that cannot be are refused', () => {
  const usage: readonly (readonly [edits: readonly YamlEdit[], why: string])[] = [
    [[{ path: '', value: 1 }], '"" is no path'],
    [[{ path: [], value: 1 }], '[] is no path'],
    [[{ path: 'a..b', value: 1 }], '"a..b" is no path'],
    [[{ path: 'a', value: 1 }, { path: ['a'], value: 2 }], 'a is set twice'],
    [[{ path: 'a', value: {} }, { path: 'a.b', value: 2 }], 'a and a.b are both set, and one is in the other'],
    [[{ path: 'a.b', value: 1 }, { path: 'a', value: 2 }], 'a.b and a are both set, and one is in the other'],
    [[{ path: 'a', value: { b: Number.NaN } }], 'the value for a.b is NaN'],
    [[{ path: 'a', value: '\uD800' }], 'the value for a is no Unicode text'],
  ]
  for (const [edits, why] of usage) {
    const error = edit('a: 1\n', ...edits)
    assert.is(error.message, `Cannot edit values.yaml: ${why}`)
    assert.is(error.code, 'USAGE')
  }
})

test.run()
