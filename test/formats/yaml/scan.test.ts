import fc from 'fast-check'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { readYamlTokens } from '../../../lib/formats/yaml.ts'
import { composeYaml } from '../../../lib/formats/yaml/compose.ts'
import type { YamlNode } from '../../../lib/formats/yaml/node.ts'
import { isEntry } from '../../../lib/formats/yaml/read.ts'
import { scanYaml } from '../../../lib/formats/yaml/scan.ts'
import { yamlSoup } from './support/yaml-texts.ts'

const composed = (text: string): YamlNode => composeYaml(readYamlTokens(text, 'a.yaml'), text)

/** YAML as people write it, which has to be scanned: else every edit of it is slow. */
const common = [
  'a: 1\n',
  '# top\n---\na:\n  b: c d # so\n\n  # more\n  "e": \'f\'\'g\'\nh: "i\\tj"\n',
  'a:\n- 1\n-   b: c\n    d: http://e:1/\n-\n  f: g\n- - h\n  - i\nj:\n  - k\n  -\n',
  'a: {}\nb: []\nc: [1, "two", \'three\', {d: e, "f":g}]\n',
  'a: |\n  one\n    two\n\n  three # no comment\nb: >-\n    one\n\n# so\nc: |+\n  one\n\nd:\n',
  'a:\r\n  b: 1\r\n  c: |-\r\n    one\r\n\r\n    two\r\n',
  'a: -1\nb: :x\nc: a:b\nd: a#b\ne: ?x\nf: 1.0\ng: a  b\n# end',
  'a:\n    b: |\n         one\n',
  '',
  '# nothing\n',
  '  a: 1\n  b: 2\n',
]

for (const text of common) {
  test(`${JSON.stringify(text)} is scanned`, () => {
    const node = scanYaml(text)
    assert.ok(node)
    assert.equal(node, composed(text))
  })
}

test('what a scan finds is what reading in full finds', () => {
  let scanned = 0
  fc.assert(fc.property(yamlSoup, text => {
    const node = scanYaml(text)
    if (!node) return
    scanned += 1
    assert.equal(node, composed(text), JSON.stringify(text))
  }), { numRuns: 1500 })
  assert.ok(scanned > 50, `${scanned}`)
})

test('what is not wanted is checked as strictly', () => {
  fc.assert(fc.property(yamlSoup, text => {
    const all = scanYaml(text)
    const some = scanYaml(text, new Set(['a']))
    assert.is(all === undefined, some === undefined, JSON.stringify(text))
    if (all?.kind !== 'mapping' || some?.kind !== 'mapping') return
    assert.equal(some.entries.map(({ key, start, colon }) => ({ key, start, colon })), all.entries.map(({ key, start, colon }) => ({ key, start, colon })))
    for (const [index, { key, value }] of some.entries.entries()) {
      if (key === 'a') assert.equal(value, all.entries[index]?.value)
      else assert.is(value.kind, 'skimmed')
    }
  }), { numRuns: 1500 })
})

test('entries of another kind that are not wanted are read alone, as they are read among others', () => {
  const entry = fc.constantFrom(
    'a: 1\n', 'b:\n  c: 1\n', 'd: [1,\n  2]\n', 'e: {\n  f: 1\n}\n', 'g: one\n  two\n\n  three\n', 'h: "one\n\n  two" # so\n', 'i:\n- &x 1\n- *x\n', 'j: &y 1\n', 'k: *y\n', 'l: !!str 1\n', 'm: |2\n   one\n',
    'n:\n  one\n', 'o: "one\ntwo"\n', 'p: [1\n', 'q:\n\tr: 1\n', 's:\n  ? t\n  : u\n', 'v: |\n', '# so\n', '---\n', '- w\n', 'x: {y: 1, y: 2}\n', '  z: 1\n', 'aa: >\n\n', '&z bb: 1\n', '...\n', '<<: 1\n',
  )
  let scanned = 0
  fc.assert(fc.property(fc.array(entry, { maxLength: 6 }), fc.boolean(), (parts, crlf) => {
    const text = parts.join('').replaceAll('\n', crlf ? '\r\n' : '\n')
    const node = scanYaml(text, new Set(['a', 'b']), isEntry)
    if (!node) return
    scanned += 1
    const whole = composed(text)
    if (node.kind !== 'mapping' || whole.kind !== 'mapping') return assert.is(node.kind, whole.kind)
    assert.equal(node.entries.map(({ key, start, colon }) => ({ key, start, colon })), whole.entries.map(({ key, start, colon }) => ({ key, start, colon })), JSON.stringify(text))
    for (const [index, { value }] of node.entries.entries()) if (value.kind !== 'skimmed') assert.equal(value, whole.entries[index]?.value)
  }), { numRuns: 1500 })
  assert.ok(scanned > 100, `${scanned}`)
})

test('nothing is scanned that is nested without end', () => {
  assert.is(scanYaml('- '.repeat(50_000)), undefined)
  assert.is(scanYaml(`a: ${'['.repeat(50_000)}`), undefined)
})

test.run()
