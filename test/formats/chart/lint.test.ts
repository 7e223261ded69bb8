import { Readable } from 'node:stream'
import { gzipSync } from 'node:zlib'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { type ChartFinding, findingText } from '../../../lib/formats/chart/lint/finding.ts'
import { refuseChart } from '../../../lib/formats/chart/lint/refuse-chart.ts'
import { lintChart } from '../../../lib/formats/chart/lint.ts'
import { tar } from '../../../lib/formats/tar.ts'
import { thrown } from '../../support/thrown.ts'
import { chartFiles, chartYaml, sampleTexts, type Texts } from './support/lint-charts.ts'

const pins = ['image.repository', 'image.tag']

async function findings(changes: Texts, more: { readonly pins?: readonly string[], readonly name?: string } = {}): Promise<readonly string[]> {
  const found = await lintChart({ files: chartFiles(sampleTexts(changes)), pins, ...more })
  return found.map(finding => `${finding.severity} ${findingText(finding)}`)
}

test('a good chart has no findings', async () => {
  assert.equal(await findings({}, { name: 'gateway' }), [])
})

/** The finding of each begins with this. */
const chartYamls: readonly (readonly [line: string, finding: string])[] = [
  ['name: Hello_X', 'error Chart.yaml:5: name "Hello_X" cannot be used'],
  ['name: other', 'error Chart.yaml:5: name is other, but the release calls the chart gateway'],
  [`name: ${'a'.repeat(54)}`, 'error Chart.yaml:5: name has 54 characters'],
  ['name:', 'error Chart.yaml:5: name is missing'],
  ['version: v1.2.3', 'error Chart.yaml:5: version "v1.2.3" is no semantic version'],
  ['version: "1.2"', 'error Chart.yaml:5: version "1.2" is no semantic version'],
  ['version: 1.02.3', 'error Chart.yaml:5: version "1.02.3" is no semantic version'],
  ['version: 1.2', 'error Chart.yaml:5: version should be text but is the number 1.2'],
  ['version: {{ .Version }}', 'error Chart.yaml:5: it is no template, and {{ stands in it'],
  ['version: "{{ .Version }}"', 'error Chart.yaml:5: it is no template, and {{ stands in it'],
  ['version: 0.0.0-0', 'error Chart.yaml:5: version 0.0.0-0 is the lowest there is'],
  ['appVersion: 1.10', 'error Chart.yaml:5: appVersion should be text but is the number 1.1'],
  ['apiVersion: v3', 'error Chart.yaml:5: apiVersion "v3" is not v2'],
  ['apiVersion: v1', 'warning Chart.yaml:5: apiVersion v1 is that of Helm 2'],
  ['type: lib', 'error Chart.yaml:6: type "lib" is neither application nor library'],
  ['keyword: [a]', 'error Chart.yaml:6: keyword is no field of Chart.yaml. Did you mean keywords?'],
  ['something: else', 'error Chart.yaml:6: something is no field of Chart.yaml. Take it out'],
  ['keywords: gateway', 'error Chart.yaml:6: keywords should be a list of texts'],
  ['deprecated: "yes"', 'error Chart.yaml:6: deprecated should be true or false but is the string "yes"'],
  ['annotations: { category: 1 }', 'error Chart.yaml:6: annotations has "category", which should be text but is the number 1'],
  ['sources: [example.com/source]', 'error Chart.yaml:6: sources has "example.com/source", which is no URL'],
  ['icon: icon.svg', 'error Chart.yaml:5: icon has "icon.svg", which is no URL'],
  ['maintainers: [{ email: me@example.com }]', 'error Chart.yaml:6: maintainers[0] has no name'],
  ['maintainers: [{ name: me, email: me at home }]', 'error Chart.yaml:6: maintainers[0].email "me at home" is no address'],
  ['maintainers: [{ name: me, url: "not a url" }]', 'error Chart.yaml:6: maintainers[0].url "not a url" is no URL'],
  ['maintainers: [{ name: me, mail: me@example.com }]', 'error Chart.yaml:6: maintainers[0].mail is no field of Chart.yaml. Did you mean email?'],
  ['maintainers: [me]', 'error Chart.yaml:6: maintainers[0] is no mapping with a name'],
  ['dependencies: [{ name: redis, alias: a.b }]', 'error Chart.yaml:6: dependencies[0].alias "a.b" has other characters'],
  ['dependencies: [{ name: redis }]', 'error Chart.yaml: dependencies name redis, which is not in charts/'],
  ['dependencies: [{ version: 1.2.3 }]', 'error Chart.yaml:6: dependencies[0] has no name'],
  ['name: gateway\nname: twice', 'error Chart.yaml:6: the key is in its mapping twice'],
  ['home:\n\tx: y', 'error Chart.yaml:7: Tabs are not allowed'],
]

test('each fault of Chart.yaml is one finding with its line', async () => {
  for (const [line, finding] of chartYamls) {
    const found = await findings(chartYaml(line), line === 'name: other' ? { name: 'gateway' } : {})
    assert.ok(found.some(one => one.startsWith(finding)), `${line}: ${found.join('\n')}`)
    assert.is(found.length, finding.includes('dependencies[0]') ? 2 : 1, `${line}: ${found.join('\n')}`)
  }
})

/** Another file, and what the only finding begins with. */
const faults: readonly (readonly [what: string, changes: Texts, finding: string])[] = [
  ['no Chart.yaml', { 'Chart.yaml': undefined }, 'error Chart.yaml: there is no such file'],
  ['a list in Chart.yaml', { 'Chart.yaml': '- a\n' }, 'error Chart.yaml: it holds no mapping'],
  ['tabs in values', { 'values.yaml': 'image:\n\trepository: x\n' }, 'error values.yaml:2: Tabs are not allowed'],
  ['a key twice in values', { 'values.yaml': 'image: {}\nimage: {}\n' }, 'error values.yaml:2: the key is in its mapping twice'],
  ['values as a list', { 'values.yaml': '- a\n' }, 'error values.yaml: it holds no mapping'],
  ['a schema that is no JSON', { 'values.schema.json': '{' }, 'error values.schema.json: it is no JSON'],
  ['a schema that is none', { 'values.schema.json': '{"type": "objekt"}' }, 'error values.schema.json: it is no valid schema'],
  ['a schema of draft 7 that is none', { 'values.schema.json': '{"$schema": "http://json-schema.org/draft-07/schema#", "required": "a"}' }, 'error values.schema.json: it is no valid schema'],
  ['a schema of a draft that nobody knows', { 'values.schema.json': '{"$schema": "http://json-schema.org/draft-03/schema#"}' }, 'error values.schema.json: its $schema is'],
  ['a schema that needs another file', { 'values.schema.json': '{"$ref": "other.json"}' }, 'error values.schema.json: can\'t resolve reference other.json'],
  ['a schema that needs a server', { 'values.schema.json': '{"$ref": "https://example.com/x.json"}' }, 'warning values.schema.json: values.yaml is not checked against it, because it refers to https://example.com/x.json'],
  ['values against their schema', { 'values.schema.json': '{"properties": {"image": {"properties": {"tag": {"type": "integer"}}}}}' }, 'error values.yaml: image.tag is not what values.schema.json asks for: must be integer'],
  ['values against a schema of draft 6', { 'values.schema.json': '{"$schema": "http://json-schema.org/draft-06/schema#", "required": ["a"]}' }, 'error values.yaml: it is not what values.schema.json asks for: must have required property'],
  ['values against a schema of draft 7', { 'values.schema.json': '{"$schema": "http://json-schema.org/draft-07/schema#", "additionalProperties": false, "properties": {"image": {}}}' }, 'error values.yaml: it is not what values.schema.json asks for: must NOT have additional properties: replicas'],
  ['values against a schema of 2019', { 'values.schema.json': '{"$schema": "https://json-schema.org/draft/2019-09/schema", "properties": {"replicas": {"const": 2}}}' }, 'error values.yaml: replicas is not what values.schema.json asks for: must be equal to constant: 2'],
  ['a word for true', { 'values.yaml': 'image: {repository: a, tag: b}\nreplicas: yes\n', 'values.schema.json': '{"properties": {"replicas": {"type": "boolean"}}}' }, 'warning values.yaml: replicas is yes, which not every program'],
  ['no templates', { 'templates/deployment.yaml': undefined, 'templates/_helpers.tpl': undefined }, 'error templates: there is no such folder'],
  ['a file that Helm does not take', { 'templates/dashboard.json': '{}' }, 'error templates/dashboard.json: Helm takes only'],
  ['a hook of Helm 2', { 'templates/crd.yaml': 'a: b\nx:\n  "helm.sh/hook": crd-install\n' }, 'error templates/crd.yaml:3: the hook crd-install'],
  ['the time of Helm 2', { 'templates/a.yaml': 'a: {{ .Release.Time }}\n' }, 'error templates/a.yaml:1: .Release.Time went'],
  ['an if without an end', { 'templates/a.yaml': 'a: b\n{{ if .Values.replicas }}\n' }, 'error templates/a.yaml:2: {{ if }} is never closed'],
  ['an include of nothing', { 'templates/a.yaml': 'a: {{ include "gateway.nane" . }}\n' }, 'error templates/a.yaml:1: no template defines "gateway.nane". Did you mean gateway.name?'],
  ['an include of a file that is not there', { 'templates/a.yaml': 'a: {{ include (print $.Template.BasePath "/cm.yaml") . | sha256sum }}\n' }, 'error templates/a.yaml:1: no template defines "templates/cm.yaml"'],
  ['a function that is none', { 'templates/a.yaml': 'a: {{ .Values.replicas | toYml }}\n' }, 'warning templates/a.yaml:1: toYml is no function of Helm 3 or 4. Did you mean toYaml?'],
  ['a variable that is not there', { 'templates/a.yaml': '{{ range .Values.image }}{{ $x := . }}{{ end }}{{ $x }}\n' }, 'error templates/a.yaml:1: the variable $x is not there'],
  ['a value that is not there', { 'templates/a.yaml': 'a: {{ .Values.image.tga }}\n' }, 'warning templates/a.yaml:1: values.yaml has no image.tga'],
  ['a pin that no template reads', { 'templates/deployment.yaml': 'a: {{ .Values.image.repository }}\n' }, 'error values.yaml: no template reads image.tag, which the release writes'],
  ['a definition of something else', { 'crds/a.yaml': 'apiVersion: v1\nkind: ConfigMap\n' }, 'error crds/a.yaml: it holds v1 ConfigMap in place of a CustomResourceDefinition'],
  ['a template in crds', { 'crds/a.yaml': '{{ if .Values.x }}\na: b\n{{ end }}\n' }, 'error crds/a.yaml:'],
  ['a chart in charts that nobody names', { 'charts/redis/Chart.yaml': 'apiVersion: v2\nname: redis\nversion: 1.0.0\n' }, 'error charts/redis: dependencies of Chart.yaml do not name it'],
  ['a folder in charts that is no chart', { 'charts/redis/values.yaml': 'a: b\n' }, 'error charts/redis/Chart.yaml: there is no such file'],
  ['an archive that is none', { 'charts/redis-1.0.0.tgz': 'nothing' }, 'error charts/redis-1.0.0.tgz: Cannot read charts/redis-1.0.0.tgz'],
]

test('each fault is one finding', async () => {
  for (const [what, changes, finding] of faults) {
    const found = await findings(changes)
    assert.ok(found[0]?.startsWith(finding), `${what}: ${found.join('\n')}`)
    assert.is(found.length, 1, `${what}: ${found.join('\n')}`)
  }
})

/** Ways to read image.tag, or a part of `distros`. */
const reading: readonly string[] = [
  '{{ .Values.image.tag }}', '{{ $.Values.image.tag }}', '{{ toYaml .Values.image }}', '{{ with .Values.image }}{{ .tag }}{{ end }}',
  '{{ include "whole" .Values.image }}', '{{ index .Values "image" "tag" }}', '{{ index .Values.image "tag" }}',
  '{{ range $k, $v := .Values.image }}{{ $v }}{{ end }}', '{{ $i := .Values.image }}{{ $i.tag }}', '{{ dig "image" "tag" "" .Values }}',
  '{{ get .Values.image "tag" }}', '{{ toYaml .Values }}', '{{ include "root" . }}', '{{ tpl .Values.text . }}', '{{ tpl (.Files.Get "conf.tpl") . }}',
]

test('a pin counts as read however a template reads it', async () => {
  const helpers = '{{ define "whole" }}{{ . }}{{ end }}{{ define "root" }}{{ .Values.image.tag }}{{ end }}'
  const values = 'image: { tag: a }\ntext: "{{ .Values.image.tag }}"\n'
  for (const text of reading) {
    const changes = {
      'templates/deployment.yaml': text, 'templates/_helpers.tpl': helpers, 'conf.tpl': '{{ .Values.image.tag }}',
      'values.yaml': text.includes('.text') || text.includes('Files') ? values : 'image: { tag: a }\n',
    }
    assert.equal((await findings(changes, { pins: ['image.tag'] })).filter(one => one.startsWith('error')), [], text)
  }
})

test('a pin counts as not read where only its presence, its neighbour or a dead helper is', async () => {
  for (const text of ['{{ if .Values.image }}x{{ end }}', '{{ .Values.image.repository }}', '{{ .Values.images.tag }}', '{{ $x := .Values.image.tag }}', '{{/* .Values.image.tag */}}']) {
    const changes = { 'templates/deployment.yaml': text, 'templates/_helpers.tpl': '{{ define "dead" }}{{ .Values.image.tag }}{{ end }}' }
    assert.ok((await findings(changes, { pins: ['image.tag'] })).some(one => one.startsWith('error values.yaml: no template reads image.tag')), text)
  }
})

test('a mapping that is pinned is read through any of its keys', async () => {
  const changes = {
    'templates/deployment.yaml': '{{ (index .Values.image.distros .Values.image.distro).digest }}',
    'values.yaml': 'image: { distro: static, distros: {} }\n',
  }
  assert.equal(await findings(changes, { pins: ['image.distros', 'image.distro', 'image.distros.static.digest'] }), [])
  const [found] = await findings(changes, { pins: ['image.distros.static.tag'] })
  assert.ok(found?.includes('no template reads image.distros.static.tag'))
})

/** A chart within the sample, and how the sample takes it in. */
function within(line: string, files: Readonly<Record<string, string>>): Texts {
  const head = { 'Chart.yaml': 'apiVersion: v2\nname: redis\nversion: 1.0.0\n', ...files }
  return { ...chartYaml(line), ...Object.fromEntries(Object.entries(head).map(([path, text]) => [`charts/redis/${path}`, text])) }
}

test('values of a chart in it are read by its templates, under its name or alias', async () => {
  const template = { 'templates/a.yaml': 'a: {{ .Values.image.tag }}{{ .Values.global.b }}\n' }
  const named = within('dependencies: [{ name: redis }]', template)
  assert.equal(await findings(named, { pins: ['redis.image.tag', 'global.b'] }), [])
  const aliased = within('dependencies: [{ name: redis, alias: cache, condition: cache.enabled }]', template)
  assert.equal(await findings(aliased, { pins: ['cache.image.tag', 'cache.enabled'] }), [])
  const [lost] = await findings(aliased, { pins: ['redis.image.tag'] })
  assert.ok(lost?.includes('no template reads redis.image.tag'))
})

test('a library in it defines what is included', async () => {
  const library = within('dependencies: [{ name: redis }]', {
    'Chart.yaml': 'apiVersion: v2\nname: redis\nversion: 1.0.0\ntype: library\n',
    'templates/_a.tpl': '{{ define "redis.image" }}{{ .Values.image.tag }}{{ end }}', 'templates/ignored.yaml': '{{ if }}',
  })
  const deployment = { 'templates/deployment.yaml': 'a: {{ include "redis.image" . }}\n' }
  assert.equal(await findings({ ...library, ...deployment }, { pins: ['image.tag'] }), [])
})

test('a chart may only take others in, as Helm 2 wrote it too; hidden files in templates are passed over', async () => {
  const none = { 'templates/deployment.yaml': undefined, 'templates/_helpers.tpl': undefined, 'values.yaml': undefined }
  const { 'Chart.yaml': head, ...umbrella } = within('dependencies: [{ name: redis }]', { 'templates/.gitkeep': '', 'templates/a.yaml': 'a: b\n' })
  assert.equal(await findings({ ...none, ...umbrella, 'Chart.yaml': head }, { pins: [] }), [])
  const old = { ...none, ...umbrella, ...chartYaml('apiVersion: v1'), 'requirements.yaml': 'dependencies:\n  - name: redis\n' }
  assert.equal(await findings(old, { pins: [] }), ['warning Chart.yaml:5: apiVersion v1 is that of Helm 2. Write v2.'])
})

test('a chart in an archive is read as one in a folder', async () => {
  const parts: Uint8Array[] = []
  const entries = Object.entries({ 'redis/Chart.yaml': 'apiVersion: v2\nname: redis\nversion: 1.0.0\n', 'redis/templates/a.yaml': '{{ .Values.tag }}\n{{ if }}' })
  for await (const part of tar(entries.map(([name, text]) => ({ name, mode: 0o644, size: text.length, open: () => Readable.from([Buffer.from(text)]) })), { time: new Date(0) })) parts.push(part)
  const files = [...chartFiles(sampleTexts(chartYaml('dependencies: [{ name: redis }]'))), { path: 'charts/redis-1.0.0.tgz', bytes: gzipSync(Buffer.concat(parts)) }]
  const found = await lintChart({ files, pins: [] })
  assert.equal(found.map(findingText), ['charts/redis-1.0.0.tgz/templates/a.yaml:2: a command is missing'])
})

test('findings are sorted and each is told once', async () => {
  const found = await findings({ 'templates/a.yaml': '{{ a1 }}{{ a1 }}\n{{ a1 }}', 'templates/B.yaml': '{{ a1 }}' })
  assert.equal(found.map(one => one.split(' ')[1]), ['templates/B.yaml:1:', 'templates/a.yaml:1:', 'templates/a.yaml:2:'])
})

const finding = (index: number): ChartFinding => ({ severity: 'error', file: 'values.yaml', line: index, message: 'it is wrong', hint: 'Mend it.' })

test('errors are refused as one, with as many told as can be read; warnings are not', () => {
  refuseChart('gateway', [{ ...finding(1), severity: 'warning' }])
  const one = thrown(() => { refuseChart('gateway', [finding(1)]) })
  assert.is(one.message, 'Cannot release the chart gateway: values.yaml:1: it is wrong')
  assert.is(one.hint, 'Mend it.')
  const many = thrown(() => { refuseChart('gateway', Array.from({ length: 30 }, (_, index) => finding(index + 1))) })
  const lines = many.message.split('\n')
  assert.is(lines[0], 'Cannot release the chart gateway: 30 things are wrong with it')
  assert.is(lines[1], '  values.yaml:1: it is wrong. Mend it.')
  assert.is(lines.at(-1), '  and 10 more')
  assert.is(lines.length, 22)
})

test.run()
