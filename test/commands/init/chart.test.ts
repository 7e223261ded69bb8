import { mkdir, readdir, readFile, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { initChart, type InitChartOptions } from '../../../lib/commands/init/chart.ts'
import { parseYaml } from '../../../lib/formats/yaml.ts'
import { ReleaseError } from '../../../lib/values/errors.ts'
import { helms } from '../../support/helm.ts'
import { unless } from '../../support/unless.ts'
import { slipway } from '../../support/run-cli.ts'
import { withFiles } from '../../support/with-files.ts'

const serving = `package main

import "net/http"

// ":9999" and "/livez" are only spoken of here.
func main() {
	http.HandleFunc("GET /healthz", func(http.ResponseWriter, *http.Request) {})
	http.HandleFunc("/readyz", nil)
	dial("localhost:6379")
	http.ListenAndServe(":3000", nil)
}
`

const project = {
  'go.mod': 'module github.com/Example/Hello/v2\n\ngo 1.23\n',
  'cmd/hello/main.go': serving,
  'cmd/hello/main_test.go': 'package main\n\nvar address = ":4000"\n',
  'build.ts': '// mine\n',
}

const textOf = async (...path: readonly string[]): Promise<string> => readFile(join(...path), 'utf8')

async function valuesIn(folder: string): Promise<Readonly<Record<string, unknown>>> {
  return parseYaml(await textOf(folder, 'chart/values.yaml'), 'values.yaml') as Readonly<Record<string, unknown>>
}

test('writes a chart beside the build.ts, and says what to add there', () => withFiles(project, async folder => {
  const { code, stdout, stderr } = await slipway(folder, 'init', '--chart')
  assert.is(stderr, '')
  assert.is(code, 0)
  assert.match(stdout, /^Wrote the Helm chart hello for github\.com\/Example\/Hello\/v2, port 3000, with probes on \/healthz and \/readyz:\n  chart\/\.helmignore\n  chart\/Chart\.yaml\n/)
  assert.match(stdout, /\nAdd to build\.ts:\n {2}import \{ at, buildImage, chart, ociRegistry \} from 'slipway'\n\n {2}\/\/ .*\n {2}const registry = ociRegistry\('ghcr\.io\/example\/hello'\)\n/)
  assert.match(stdout, /\n {4}base: base\(distro\), binaries, user: '65532', ports: \[3000\], isDefault: distro === 'static',\n/)
  assert.match(stdout, /\n {4}source: source\('chart'\), images: images\.map\(image => at\(registry, image\)\), default: 'static',\n/)
  assert.not.match(stdout, /no build\.ts|several|endpoint/)
  assert.equal((await readdir(folder)).sort(), ['build.ts', 'chart', 'cmd', 'go.mod'])
  assert.is(await textOf(folder, 'build.ts'), '// mine\n')
  assert.match(await textOf(folder, 'chart/Chart.yaml'), /^apiVersion: v2\nname: hello\n[^]*\nhome: https:\/\/github\.com\/Example\/Hello\n/)
  const { containerPort, livenessProbe, readinessProbe, image } = await valuesIn(folder)
  assert.equal([containerPort, livenessProbe, readinessProbe], [
    3000, { httpGet: { path: '/healthz', port: 'http' }, periodSeconds: 10, timeoutSeconds: 3, failureThreshold: 3 },
    { httpGet: { path: '/readyz', port: 'http' }, periodSeconds: 5, timeoutSeconds: 3, failureThreshold: 2 },
  ])
  assert.is((image as { readonly repository: string }).repository, 'ghcr.io/example/hello')
}))

test('takes a folder, a name and a port', () => withFiles({ 'deep/go.mod': 'module a\n', 'deep/main.go': serving }, async folder => {
  const { code, stdout } = await slipway(folder, 'init', '--chart', 'deep', '--name', 'other', '--port', '8443')
  assert.is(code, 0)
  assert.match(stdout, /^Wrote the Helm chart other for a, port 8443, /)
  assert.match(stdout, /\nThere is no build\.ts yet: npx slipway init writes one\.\n/)
  assert.is((await valuesIn(join(folder, 'deep')))['containerPort'], 8443)
}))

test('replaces nothing', () => withFiles({ ...project, 'chart/Chart.yaml': 'mine\n' }, async folder => {
  const { code, stdout, stderr } = await slipway(folder, 'init', '--chart')
  assert.is(code, 1)
  assert.is(stdout, '')
  assert.match(stderr, /^Cannot write .*chart: it is there already\n  Move it away/)
  assert.equal(await readdir(join(folder, 'chart')), ['Chart.yaml'])
  assert.is(await textOf(folder, 'chart/Chart.yaml'), 'mine\n')
}))

async function refused(options: InitChartOptions): Promise<ReleaseError> {
  const error = await initChart(options).then(() => undefined, (reason: unknown) => reason)
  assert.instance(error, ReleaseError)
  return error as ReleaseError
}

test('an empty folder and a link to nowhere are there, too', () => withFiles(project, async folder => {
  await mkdir(join(folder, 'chart'))
  assert.is((await refused({ folder })).code, 'FILES')
  await withFiles(project, async other => {
    await symlink('nowhere', join(other, 'chart'))
    assert.is((await refused({ folder: other })).code, 'FILES')
  })
}))

test('says what it does not know', async () => {
  const quiet = 'package main\n\nfunc main() {}\n'
  await withFiles({ 'go.mod': 'module example.com/my_App\n', 'main.go': quiet, 'cmd/other/main.go': quiet }, async folder => {
    const { name, port, paths, notices } = await initChart({ folder })
    assert.equal([name, port, paths], ['my-app', 8080, []])
    assert.equal(notices, [
      'The chart is for my_App: the image must run it.',
      'No port was found in the source: the chart says 8080. Set containerPort in chart/values.yaml if it is another.',
      'No health endpoint was found: the probes in chart/values.yaml only connect.',
      'There is no build.ts yet: npx slipway init writes one.',
    ])
    assert.equal((await valuesIn(folder))['livenessProbe'], { tcpSocket: { port: 'http' }, periodSeconds: 10, timeoutSeconds: 3, failureThreshold: 3 })
  })
  const several = 'package main\n\nvar a, b, c, d = ":9000", "0.0.0.0:80", ":70000", `:443`\n\nfunc main() {}\n'
  await withFiles({ 'go.mod': 'module x\n', 'main.go': several, 'build.mts': '', 'cmd/second/main.go': quiet }, async folder => {
    const { port, notices } = await initChart({ folder, name: 'second' })
    assert.is(port, 8080)
    assert.is(notices[0], 'The chart is for second: the image must run it.')
    assert.match(notices[1] ?? '', /^The source names several ports, 80, 443, 9000: the chart says 8080\./)
    assert.is(notices.length, 3)
  })
})

test('says what is wrong with the command line', () => withFiles(project, async folder => {
  for (const port of ['0', '65536', '80a', '-1']) {
    const { code, stderr } = await slipway(folder, 'init', '--chart', `--port=${port}`)
    assert.is(code, 2)
    assert.match(stderr, /--port takes a number from 1 to 65535, not /)
  }
  assert.match((await slipway(folder, 'init', '--port', '80')).stderr, /--name and --port belong to --chart/)
  assert.match((await slipway(folder, 'init', '--chart', '--force')).stderr, /there is no --force for it/)
  const { code, message, hint } = await refused({ folder, name: 'My_App' })
  assert.is(code, 'NAME')
  assert.match(message, /^Cannot name a chart "My_App": /)
  assert.match(hint ?? '', /: my-app\.$/)
  assert.equal((await readdir(folder)).sort(), ['build.ts', 'cmd', 'go.mod'])
}))

test('says where there is no Go project', () => withFiles({}, async folder => {
  assert.is((await refused({ folder })).code, 'PROJECT')
}))

unless(helms[1]?.reason)('helm takes it as it is', () => withFiles(project, async folder => {
  await initChart({ folder })
  assert.not.match(await helms[1]?.run('lint', '--strict', join(folder, 'chart')) ?? 'WARNING', /WARNING|ERROR/)
}))

test.run()
