import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { checkChart, type ChartVerdict, type CheckedChart } from '../../../lib/clients/chart/check.ts'
import { fixedEnvironment } from '../../../lib/clients/environment.ts'
import { createExec } from '../../../lib/clients/exec.ts'
import { findHelm } from '../../../lib/clients/helm.ts'
import { type ChartFinding, findingText } from '../../../lib/formats/chart/lint/finding.ts'
import { lintChart } from '../../../lib/formats/chart/lint.ts'
import type { Digest } from '../../../lib/values/descriptor.ts'
import { chartFiles, chartYaml, deployment, sampleTexts, type Texts } from '../../formats/chart/support/lint-charts.ts'
import { toolsFolder } from '../../support/tools-folder.ts'
import { unless } from '../../support/unless.ts'
import { withFiles } from '../../support/with-files.ts'

const repository = 'ghcr.io/example/gateway'
const digest = (letter: string): Digest => `sha256:${letter.repeat(64)}`

/** The sample as a release writes it. */
const written: Texts = {
  'values.yaml': `image:
  repository: ${repository}
  distro: static
  distros:
    static: { digest: ${digest('a')} }
    alpine: { digest: ${digest('b')} }
replicas: 1
`,
  'templates/deployment.yaml': deployment('@{{ (index .Values.image.distros .Values.image.distro).digest }}'),
}

const released = [
  { distro: 'static', repository, tag: '1.2.3', digest: digest('a'), platforms: [] },
  { distro: 'alpine', repository, tag: '1.2.3-alpine', digest: digest('b'), platforms: [] },
]

type Asked = Partial<Omit<CheckedChart, 'files'>>

async function check(texts: Readonly<Record<string, string>>, program: string, asked: Asked = {}): Promise<ChartVerdict> {
  return withFiles({}, async folder => {
    const exec = createExec({ environment: fixedEnvironment(process.env), signal: new AbortController().signal, cwd: folder })
    const helm = await findHelm({ exec, candidates: [program], programs: join(folder, 'programs'), folder })
    const own = join(folder, 'check')
    await mkdir(own)
    return checkChart({ exec, folder: own, files: chartFiles(texts), pins: ['image.distro', 'image.distros'], released, helm, ...asked })
  })
}

function isError({ severity }: ChartFinding): boolean {
  return severity === 'error'
}

function told({ findings }: ChartVerdict): readonly string[] {
  return findings.map(finding => `${finding.severity} ${findingText(finding)}`)
}

test('without helm the files are judged alone, and that is said', async () => {
  const good = await check(sampleTexts(written), '/nowhere/helm')
  assert.equal(good, { findings: [], notChecked: ['The manifests were not rendered, nor their images compared: /nowhere/helm is not there, or may not be run.'] })
  const bad = await check(sampleTexts({ ...written, ...chartYaml('version: v1') }), '/nowhere/helm')
  assert.is(bad.findings.length, 1)
})

/** What helm lint --strict of one version at least refuses. */
const broken: readonly (readonly [what: string, changes: Texts])[] = [
  ['no version', chartYaml('version: ""')],
  ['a version that is none', chartYaml('version: one')],
  ['a version with a v', chartYaml('version: v1.2.3')],
  ['a number for appVersion', chartYaml('appVersion: 1.2')],
  ['no API version', chartYaml('apiVersion: ""')],
  ['an unknown field', chartYaml('unknown: field')],
  ['a type that is none', chartYaml('type: thing')],
  ['an icon that is no URL', chartYaml('icon: "not a url"')],
  ['a maintainer without a name', chartYaml('maintainers: [{ email: me@example.com }]')],
  ['keywords that are text', chartYaml('keywords: gateway')],
  ['a number as an annotation', chartYaml('annotations: { a: 1 }')],
  ['a dependency that is not there', chartYaml('dependencies: [{ name: redis, version: 1.0.0, repository: "https://example.com" }]')],
  ['tabs in values', { 'values.yaml': 'image:\n\trepository: a\n' }],
  ['values that are a list', { 'values.yaml': '- a\n' }],
  ['values against their schema', { 'values.schema.json': '{"properties": {"replicas": {"type": "string"}}}' }],
  ['a schema that is none', { 'values.schema.json': '{"type": "thing"}' }],
  ['an open block', { 'templates/a.yaml': '{{ if .Values.replicas }}\n' }],
  ['an unknown function', { 'templates/a.yaml': 'a: {{ .Values.replicas | toYml }}\n' }],
  ['an unknown template', { 'templates/a.yaml': 'a: {{ include "nothing" . }}\n' }],
  ['a value below nothing', { 'templates/a.yaml': 'a: {{ .Values.not.there }}\n' }],
  ['a file that is no template', { 'templates/a.json': '{}\n' }],
  ['what is rendered is no YAML', { 'templates/a.yaml': 'a: b\n  c: d\n' }],
  ['an object that is misnamed', { 'templates/a.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: A_b\n' }],
  ['an API that is gone', { 'templates/a.yaml': 'apiVersion: policy/v1beta1\nkind: PodDisruptionBudget\nmetadata:\n  name: a\n' }],
  ['no selector', { 'templates/a.yaml': 'apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: a\nspec: {}\n' }],
  ['a definition that is none', { 'crds/a.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n' }],
]

for (const name of ['helm3', 'helm4']) {
  const program = join(toolsFolder(), name)
  const withHelm = unless(existsSync(program) ? undefined : `needs ${name} in SLIPWAY_TOOLS`)
  const lint = (folder: string): number | null => spawnSync(program, ['lint', '--strict', '--kube-version', '1.34.0', join(folder, 'gateway')], { encoding: 'utf8' }).status

  withHelm(`${name}: a chart as the release writes it is taken for each of its images`, async () => {
    const verdict = await check(sampleTexts(written), program, { sets: [['image.distro=alpine'], ['image.distro=static']] })
    assert.equal(verdict, { findings: [], notChecked: [] })
  })

  withHelm(`${name}: what helm lint --strict refuses is refused`, async () => {
    const refused: string[] = []
    await Promise.all(broken.map(async ([what, changes]) => {
      const texts = sampleTexts({ ...written, ...changes })
      const files = Object.fromEntries(Object.entries(texts).map(([path, text]) => [`gateway/${path}`, text]))
      if (await withFiles(files, async folder => lint(folder)) !== 0) refused.push(what)
      // What is refused without helm is refused with it, so that only the rest has to be asked.
      const alone = await lintChart({ files: chartFiles(texts), pins: [] })
      const { findings } = alone.some(isError) ? { findings: alone } : await check(texts, program)
      assert.ok(findings.some(isError), what)
    }))
    assert.ok(refused.length >= broken.length - 4, `${name} refuses only ${refused.join(', ')}`)
  })

  withHelm(`${name}: what it says of templates is told with file and line`, async () => {
    const nothing = told(await check(sampleTexts({ ...written, 'templates/a.yaml': 'a: b\nc: {{ .Values.not.there }}\n' }), program))
    assert.ok(nothing.some(one => /^error templates\/a\.yaml:2: .*nil pointer evaluating/.test(one)), nothing.join('\n'))
    const helper = { 'templates/_x.tpl': '{{ define "x" }}\n{{ .Values.not.there }}{{ end }}', 'templates/a.yaml': 'a: {{ include "x" . }}\n' }
    const inner = told(await check(sampleTexts({ ...written, ...helper }), program))
    assert.ok(inner.some(one => /^error templates\/_x\.tpl:2: .*nil pointer evaluating/.test(one)), inner.join('\n'))
    const schema = told(await check(sampleTexts(written), program, { ci: chartFiles({ 'ci/a-values.yaml': 'replicas: {}\n' }), files: chartFiles(sampleTexts({ ...written, 'values.schema.json': '{"properties": {"replicas": {"type": "integer"}}}' })) } as Asked))
    assert.equal(schema, ['error values.yaml: replicas is not what values.schema.json asks for: got object, want integer (with ci/a-values.yaml)'])
  })

  withHelm(`${name}: an image that was not released is told with the values that lead to it`, async () => {
    const files = { ...written, 'ci/old-values.yaml': `image: { distros: { static: { digest: ${digest('c')} } } }\n` }
    const [found, ...others] = told(await check(sampleTexts(files), program, { sets: [['image.distros.alpine.digest='], ['image.distro=alpine']] }))
    assert.equal(others, [])
    assert.match(found ?? '', /^error templates\/deployment\.yaml: Deployment release-gateway: spec\.template\.spec\.containers\[0\]\.image is .*ccc, which this release did not make \(with ci\/old-values\.yaml\)\. The release has/)
  })

  withHelm(`${name}: a chart that asks for values is rendered with those of ci`, async () => {
    const demanding = { ...written, 'templates/a.yaml': '{{ $_ := required "say who" .Values.who }}\n', 'values.yaml': `${written['values.yaml'] ?? ''}who: ""\n` }
    const alone = told(await check(sampleTexts(demanding), program))
    assert.equal(alone, ['error templates/a.yaml:1: say who'])
    const sets = [['image.distro=alpine']]
    const helped = told(await check(sampleTexts({ ...demanding, 'ci/who-values.yaml': 'who: me\n' }), program, { sets }))
    assert.equal(helped, ['warning templates/a.yaml:1: say who (with values.yaml)'])
  })

  withHelm(`${name}: a chart is rendered for a Kubernetes that it takes`, async () => {
    const old = { 'templates/a.yaml': 'apiVersion: policy/v1beta1\nkind: PodSecurityPolicy\nmetadata:\n  name: a\n' }
    const texts = sampleTexts({ ...written, ...old, ...chartYaml('kubeVersion: "<1.25.0-0"') })
    const found = told(await check(texts, program))
    assert.equal(found.filter(one => one.includes('since')), [])
    const newer = told(await check(texts, program, { minor: 34 }))
    assert.ok(newer.some(one => one.includes('chart requires kubeVersion: <1.25.0-0')), newer.join('\n'))
  })

  withHelm(`${name}: kinds of the chart's own and of others are known, a library is only linted`, async () => {
    const crd = { 'crds/a.yaml': 'apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: { name: gateways.example.com }\nspec: { group: example.com, names: { kind: Gateway } }\n' }
    const object = (kind: string): Texts => ({ 'templates/a.yaml': `apiVersion: example.com/v1\nkind: ${kind}\nmetadata:\n  name: a\n` })
    assert.equal(told(await check(sampleTexts({ ...written, ...crd, ...object('Gateway') }), program)), [])
    assert.equal(told(await check(sampleTexts({ ...written, ...crd, ...object('Gatewya') }), program)),
      ['error templates/a.yaml: Gatewya a: example.com has no kind Gatewya. Did you mean Gateway?'])
    const library = { ...chartYaml('type: library'), 'templates/deployment.yaml': undefined, 'values.yaml': 'a: b\n' }
    assert.equal(told(await check(sampleTexts(library), program, { pins: [] })), [])
  })
}

test.run()
