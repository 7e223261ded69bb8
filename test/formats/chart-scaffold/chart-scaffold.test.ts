import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { chartName } from '../../../lib/formats/chart-scaffold/chart-name.ts'
import { chartScaffold } from '../../../lib/formats/chart-scaffold/chart-scaffold.ts'
import type { ChartScaffoldOptions } from '../../../lib/formats/chart-scaffold/options.ts'
import { parseYaml } from '../../../lib/formats/yaml.ts'
import { conform, type Helm, helms, kubernetes, manifestsIn } from '../../support/helm.ts'
import { withoutKubeconform } from '../../support/kubernetes-schemas.ts'
import { unless } from '../../support/unless.ts'

const long = `${'long-'.repeat(15)}name`

/** Projects that try the limits of names; the last has a file but no variables. */
const toys: readonly ChartScaffoldOptions[] = [
  { name: chartName('my_App.v2'), program: 'my_App.v2', port: 80, repository: 'ghcr.io/example/my_app.v2', healthPath: '/health' },
  { name: chartName(long), program: long, port: 65_535, repository: `registry.example:5000/${long}` },
  {
    name: chartName('9: "odd" #1'), program: '9: "odd" #1', description: 'It\'s: "odd" | #1 {{ .Values }}', port: 1, repository: 'ghcr.io/example/odd',
    args: ['-v', 'true', '--say=a: b'], testArgs: ['{{ .Release.Name }}', 'it\'s'], config: { file: 'odd.yaml' }, listenVariable: 'LISTEN',
  },
]

let scratch = ''
test.before(async () => { scratch = await mkdtemp(join(tmpdir(), 'chart-scaffold-')) })
test.after(() => rm(scratch, { recursive: true }))

async function written(options: ChartScaffoldOptions): Promise<string> {
  const folder = join(scratch, options.name)
  for (const { path, text } of chartScaffold(options)) {
    await mkdir(dirname(join(folder, path)), { recursive: true })
    await writeFile(join(folder, path), text)
  }
  return folder
}

test('files are whole and in order', () => {
  for (const toy of toys) {
    const files = chartScaffold(toy)
    const paths = files.map(({ path }) => path)
    assert.equal(paths, [...new Set(paths)].sort())
    for (const { path, text } of files) {
      assert.match(text, /[^\n]\n$/, path)
      assert.not.match(text, /[ \t]$|undefined|\[object/m, path)
      if (path.endsWith('values.yaml') || path === 'Chart.yaml') assert.ok(parseYaml(text, path), path)
    }
  }
})

test('values are those of the project', () => {
  const of = (options: ChartScaffoldOptions | undefined): Readonly<Record<string, unknown>> => {
    const text = options && chartScaffold(options).find(({ path }) => path === 'values.yaml')?.text
    return parseYaml(text ?? '', 'values.yaml') as Readonly<Record<string, unknown>>
  }
  const [plain, connecting, odd] = toys.map(of)
  assert.equal(plain?.['readinessProbe'], { httpGet: { path: '/health', port: 'http' }, periodSeconds: 5, timeoutSeconds: 3, failureThreshold: 2 })
  assert.equal([plain?.['args'], plain?.['config'], plain?.['test'], plain?.['containerPort']], [[], {}, { args: [] }, 80])
  assert.equal(connecting?.['livenessProbe'], { tcpSocket: { port: 'http' }, periodSeconds: 10, timeoutSeconds: 3, failureThreshold: 3 })
  assert.equal([odd?.['args'], odd?.['test']], [toys[2]?.args, { args: toys[2]?.testArgs }])
})

const newest = helms.find(({ name }) => name === 'helm4') as Helm

for (const helm of helms) {
  unless(helm.reason)(`${helm.name} finds nothing to say about any of them`, async () => {
    for (const toy of toys) assert.not.match(await helm.run('lint', '--strict', await written(toy)), /WARNING|ERROR/)
  })
}

unless(newest.reason ?? withoutKubeconform())('Kubernetes takes all of them', async () => {
  const texts: string[] = []
  for (const toy of toys) {
    const chart = await written(toy)
    for (const values of [[], ['--values', join(chart, 'ci/everything-values.yaml')], ['--values', join(chart, 'ci/ingress-values.yaml')]]) {
      texts.push(await newest.run('template', 'r'.repeat(53), chart, ...kubernetes, ...values))
    }
  }
  const names = texts.flatMap(manifestsIn).flatMap(({ metadata }) => [metadata.name, ...Object.values(metadata.labels ?? {})])
  assert.equal(names.filter(name => name.length > 63 || !/^[A-Za-z\d]([\w.-]*[A-Za-z\d])?$/.test(name)), [])
  await conform(texts, scratch)
})

unless(newest.reason)('a configuration is there when values hold one', async () => {
  const [toy] = toys
  if (!toy) return
  const chart = await written(toy)
  const render = async (...args: readonly string[]): Promise<string> => newest.run('template', 'demo', chart, ...kubernetes, ...args)
  assert.not.match(await render(), /ConfigMap|checksum|volumes:|env:/)
  const text = await render('--set', 'config.a.b=1,env[0].name=A,env[0].value=b')
  assert.equal(JSON.parse(manifestsIn(text).find(({ kind }) => kind === 'ConfigMap')?.data?.['config.json'] ?? ''), { a: { b: 1 } })
  assert.match(text, /mountPath: \/etc\/my-app-v2\n/)
  assert.match(text, /env:\n +- name: A\n/)
})

test.run()
