import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { chartMetadata } from '../../../lib/formats/chart/chart-yaml.ts'
import { chartConfig } from '../../../lib/formats/chart/config-json.ts'
import { thrown } from '../../support/thrown.ts'

const head = 'apiVersion: v2\nname: gateway\n'

test('what is empty is absent, and helm\'s cleaning is done', () => {
  const text = `${head}version: 0.0.1\ndescription: "a\\tb\\u0001\\n c"\nkeywords: []\nhome: ""\nicon:\ndeprecated: false\nannotations: {}\n`
  assert.equal(chartMetadata(text, 'Chart.yaml'), { apiVersion: 'v2', name: 'gateway', version: '0.0.1', description: 'a b  c' })
})

for (const version of ['${VERSION}', 'VERSION', '"{{ .Version }}"', '"@VERSION@"', '1.10', '0']) {
  test(`a version that the release replaces is as good as any other: ${version}`, () => {
    assert.ok(chartMetadata(`${head}version: ${version}\n`, 'Chart.yaml').version)
    assert.match(thrown(() => chartMetadata(`${head}version: ${version}\n`, 'Chart.yaml', { released: true })).message, /is no semantic version$/)
  })
}

test('a file with the lines of Windows, and a mark of its bytes, is read', () => {
  assert.is(chartMetadata(`\uFEFF${head}version: 1.2.3\ndescription: x\n`.replaceAll('\n', '\r\n'), 'Chart.yaml', { released: true }).description, 'x')
})

test('Go\'s escapes', () => {
  const text = `${head}version: 0.0.1\nannotations:\n  a: "<&>\\u2028\\u2029\\b\\f\\u001f\\x7f\\"\\\\/"\n`
  assert.is(Buffer.from(chartConfig(chartMetadata(text, 'Chart.yaml'))).toString(),
    '{"name":"gateway","version":"0.0.1","apiVersion":"v2","annotations":{"a":"\\u003c\\u0026\\u003e\\u2028\\u2029\\b\\f\\u001f\u007f\\"\\\\/"}}')
})

const v = 'version: 0.0.1\n'
const refused: readonly (readonly [name: string, text: string, message: string, hint?: string])[] = [
  ['nothing', '', 'it has no fields'],
  ['a list', '- a\n', 'it has no fields'],
  ['no apiVersion', 'name: a\nversion: 1.0.0\n', 'it has no apiVersion', 'Write apiVersion: v2.'],
  ['helm 2\'s apiVersion', `apiVersion: v1\nname: a\n${v}`, 'its apiVersion is v1, not v2', 'Write apiVersion: v2, and move what requirements.yaml has to dependencies.'],
  ['no name', `apiVersion: v2\n${v}`, 'it has no name'],
  ['no version', head, 'it has no version', 'Write version: 0.0.0; the release replaces it.'],
  ['a version without quotes that is a template', `${head}version: {{ .Version }}\n`, 'its version is a template: {{ .Version }}', 'Write version: 0.0.0; the release replaces it.'],
  ['another one', `${head}${v}appVersion: @VERSION@\n`, 'its appVersion is a template: @VERSION@', 'Write appVersion: 0.0.0; the release replaces it.'],
  ['a version that is a mapping', `${head}version: { a: b }\n`, 'version is no text'],
  ['a type that is none', `${head}${v}type: libary\n`, 'its type libary is neither application nor library', 'Did you mean library?'],
  ['a field in another case', `${head}${v}appversion: "1"\n`, 'it has appversion', 'Write appVersion.'],
  ['a text that is a number', `${head}${v}kubeVersion: 1.30\n`, 'kubeVersion is the number 1.3, no text', 'Quote it.'],
  ['an annotation that is true', `${head}${v}annotations: { a: true }\n`, 'annotations.a is the boolean true, no text', 'Quote it.'],
  ['an annotation that is true to helm alone', `${head}${v}annotations:\n  a: yes\n`, 'annotations.a is yes, which helm takes for a number or for true or false', 'Quote it.'],
  ['a keyword that is a number to helm alone', `${head}${v}keywords: [a, 1_000]\n`, 'keywords[1] is 1_000, which helm takes for a number or for true or false', 'Quote it.'],
  ['keywords that are no list', `${head}${v}keywords: a\n`, 'keywords is no list'],
  ['a maintainer that is empty', `${head}${v}maintainers:\n  -\n`, 'maintainers[0] is empty'],
  ['a dependency without a name', `${head}${v}dependencies:\n  - version: 1.0.0\n`, 'dependencies[0] has no name'],
  ['a dependency that leads outside', `${head}${v}dependencies:\n  - name: ../x\n`, 'dependencies[0] has a name that is no chart\'s: ../x'],
  ['an alias that is none', `${head}${v}dependencies:\n  - name: a\n    alias: a.b\n`, 'dependencies[0] has an alias with other characters than letters, digits, - and _: a.b'],
  ['two dependencies with one name', `${head}${v}dependencies:\n  - name: a\n  - { name: b, alias: a }\n`, 'two dependencies are called a', 'Give one of them an alias.'],
  ['dependencies whose enabled is text', `${head}${v}dependencies:\n  - { name: a, enabled: "true" }\n`, 'dependencies[0].enabled is neither true nor false'],
  ['an imported value whose name is false to helm', `${head}${v}dependencies:\n  - { name: a, import-values: [{ n: x }] }\n`, 'dependencies[0].import-values is n, which helm takes for a number or for true or false', 'Quote it.'],
  ['half of a character', `${head}${v}description: "\\ud800"\n`, 'description is not well-formed Unicode'],
  ['a line separator that ends a line in helm alone', `${head}${v}description: a\u2028b\n`, 'line 4 has a line separator of Unicode, which ends a line in helm alone', 'Take it out, or write it as an escape in double quotes.'],
]
for (const [name, text, message, hint] of refused) {
  test(`refused: ${name}`, () => {
    const error = thrown(() => chartMetadata(text, 'chart/Chart.yaml'))
    assert.is(error.message, `Cannot use chart/Chart.yaml: ${message}`)
    assert.is(error.hint, hint ?? 'Correct chart/Chart.yaml.')
    assert.is(error.code, 'FILES')
  })
}

for (const name of ['Gateway', 'gate way', 'gate/way', '-gateway', 'gateway-', '..', 'ga..te', 'gäte', 'a'.repeat(251)]) {
  test(`refused: the name ${name.slice(0, 20)}`, () => {
    const error = thrown(() => chartMetadata(`apiVersion: v2\nname: "${name}"\n${v}`, 'Chart.yaml'))
    assert.is(error.code, 'NAME')
    assert.ok(error.message.startsWith(`Cannot use the chart's name ${JSON.stringify(name)} of Chart.yaml: `), error.message)
  })
}

for (const name of ['gateway', 'my-gateway', 'a.b_c', 'a__b', 'g8']) {
  test(`a name that registries take: ${name}`, () => assert.is(chartMetadata(`apiVersion: v2\nname: ${name}\n${v}`, 'Chart.yaml').name, name))
}

test('quoted, everything is text', () => {
  const text = `${head}${v}keywords: ["yes", 'no', "1_000", "0x1F", "on"]\nannotations: { "off": "n" }\n`
  const { keywords, annotations } = chartMetadata(text, 'Chart.yaml')
  assert.equal([keywords, annotations], [['yes', 'no', '1_000', '0x1F', 'on'], { off: 'n' }])
})

test.run()
