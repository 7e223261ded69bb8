import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { parseYaml, parseYamlDocuments } from '../../lib/formats/yaml.ts'
import { thrown } from '../support/thrown.ts'

test('a document is read as YAML 1.2, with keys as text', () => {
  assert.equal(parseYaml('a: yes\nb: 0x1f\nc: "1"\n1.0: d\n', 'a.yaml'), { a: 'yes', b: 31, c: '1', '1.0': 'd' })
})

const refused: readonly (readonly [what: string, text: string, why: string])[] = [
  ['a key twice', 'a: 1\nb: 2\na: 3\n', 'line 3, column 1: the key is in its mapping twice'],
  ['a tab', 'a:\n\tb: 1\n', 'line 2, column 1: Tabs are not allowed as indentation'],
  ['a second document', 'a: 1\n---\nb: 1\n', 'line 2, column 1: a second document begins; one is expected'],
  ['a mapping as a key', '{a: 1}: b\n', 'line 1, column 1: a key that is no text'],
  ['an alias of nothing', 'a: 1\nb: *c\n', 'line 2, column 4: no anchor &c comes before it'],
  ['no end of brackets', `a: ${'['.repeat(20_000)}`, 'it is nested too deeply'],
  ['no end of dashes', '- '.repeat(20_000), 'it is nested too deeply'],
]

for (const [what, text, why] of refused) {
  test(`${what} is refused`, () => {
    const error = thrown(() => parseYaml(text, 'a.yaml'))
    assert.is(error.message, `Cannot read a.yaml: ${why}`)
    assert.is(error.code, 'FILES')
    assert.is(error.hint, 'Correct the file.')
  })
}

test('what is nested deeply, but not too deeply, is read', () => {
  assert.ok(Array.isArray(parseYaml(`${'['.repeat(300)}${']'.repeat(300)}`, 'a.yaml')))
  assert.ok(Array.isArray(parseYaml(`${'- '.repeat(299)}x`, 'a.yaml')))
})

test('aliases that would fill the memory are refused', () => {
  const levels = Array.from({ length: 12 }, (_, at) => `l${at}: &l${at} [${Array.from({ length: 9 }, () => at === 0 ? 'x' : `*l${at - 1}`).join(', ')}]`)
  assert.match(thrown(() => parseYaml(levels.join('\n'), 'a.yaml')).message, /^Cannot read a\.yaml: Excessive alias count/)
})

test('several documents are read, each with its line, and none that is empty', () => {
  const text = '---\n# Source: gateway/templates/a.yaml\nkind: A\n---\n# Source: gateway/templates/b.yaml\n\n---\nnull\n---\r\nkind: C\r\nlist:\r\n- 1\r\n'
  assert.equal(parseYamlDocuments(text, 'rendered'), [{ value: { kind: 'A' }, line: 3 }, { value: { kind: 'C', list: [1] }, line: 10 }])
  assert.equal(parseYamlDocuments('', 'rendered'), [])
})

test('of several documents, each is read strictly', () => {
  assert.is(thrown(() => parseYamlDocuments('a: 1\n---\nb: 1\nb: 2\n', 'rendered')).message, 'Cannot read rendered: line 4, column 1: the key is in its mapping twice')
  assert.is(thrown(() => parseYamlDocuments('a: &x 1\n---\nb: *x\n', 'rendered')).message, 'Cannot read rendered: line 3, column 4: no anchor &x comes before it')
})

test.run()
