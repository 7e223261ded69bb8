import fc from 'fast-check'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { parseYaml } from '../../lib/formats/yaml.ts'
import { yamlText } from '../../lib/formats/yaml-text.ts'
import type { Json } from '../../lib/values/json.ts'

test('data is written as helm writes it: lists at their key, texts of several lines as they are', () => {
  const value = {
    name: 'gateway', version: '0.0.2', urls: ['https://charts.example.com/gateway-0.0.2.tgz'], maintainers: [{ name: 'A. B.', email: 'a@example.com' }],
    annotations: { 'artifacthub.io/images': '- name: gateway\n  image: example/gateway:0.0.2\n' }, deprecated: true, none: [], nothing: {}, left: undefined,
  }
  assert.is(yamlText(value), [
    'name: gateway', 'version: 0.0.2', 'urls:', '- https://charts.example.com/gateway-0.0.2.tgz', 'maintainers:', '- name: "A. B."', '  email: a@example.com',
    'annotations:', '  artifacthub.io/images: |', '    - name: gateway', '      image: example/gateway:0.0.2', 'deprecated: true', 'none: []', 'nothing: {}', '',
  ].join('\n').replace('"A. B."', 'A. B.'))
})

test('what some reader takes for a number, a date or a truth value stands in quotes', () => {
  for (const text of [
    '', '1', '1.10', '0x1f', '0o17', '017', '1_000', '1e3', '.5', '-1', '+1', '.inf', '.NaN', '2026-11-21', '2026-11-21T08:51:00Z', '12:30:45',
    'yes', 'No', 'on', 'OFF', 'y', 'N', 'true', 'NULL', '~', '-', '- a', '? a', 'a: b', 'a:', 'a #b', '#a', '@a', '`a', '%a', '&a', '*a', '!a', '|', '>', '[a]', '{a}',
    '"a"', '\'a\'', ' a', 'a ', 'a\tb', '---', '...', '=', '<<', 'a\u0085b', 'a\u2028b', '\ufeffa', '1.2.3.4', '1.2',
  ]) {
    assert.match(yamlText([text]), /^- "/, JSON.stringify(text))
    assert.equal(parseYaml(yamlText([text]), 'x'), [text])
  }
  for (const text of ['gateway', '0.0.2', '1.2.3-rc.1', '1.2.3+4.5', 'v1.2.3', 'A gateway for (HTTP) requests', 'https://a.example:8080/x?y=z', 'ghcr.io/a/b:1.2.3@sha256:00', 'a/b_c', 'linux/arm64']) {
    assert.is(yamlText([text]), `- ${text}\n`)
  }
})

const texts = fc.oneof(
  fc.string({ unit: 'grapheme' }), fc.string({ unit: 'binary-ascii' }), fc.string(),
  fc.array(fc.string({ unit: fc.constantFrom('a', ' ', '\t', ':', '#', '-', '"', '\'', '\n', '|', '.', '1') })).map(parts => parts.join('\n')),
)

test('data is read again as it was, whatever texts are in it', () => {
  const data = fc.letrec<{ value: Json }>(tie => ({
    value: fc.oneof({ maxDepth: 4 }, texts, fc.boolean(), fc.integer(), fc.constant(null), fc.array(tie('value')), fc.dictionary(texts.filter(name => name !== '__proto__'), tie('value'), { noNullPrototype: true })),
  })).value
  fc.assert(fc.property(data, fc.integer({ min: 0, max: 6 }), (value, column) => {
    assert.equal(parseYaml(`${' '.repeat(column)}${yamlText(value, column)}`, 'x'), value)
  }), { numRuns: 500 })
})

test.run()
