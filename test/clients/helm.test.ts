import { existsSync } from 'node:fs'
import { chmod, mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { fixedEnvironment } from '../../lib/clients/environment.ts'
import { createExec } from '../../lib/clients/exec.ts'
import { readToolchain } from '../../lib/clients/go/toolchain.ts'
import { helmEnvironment } from '../../lib/clients/helm/environment.ts'
import { lintWithHelm, renderChart } from '../../lib/clients/helm/run.ts'
import { findHelm, type FoundHelm, type HelmQuestion } from '../../lib/clients/helm.ts'
import type { Exec } from '../../lib/contracts/exec.ts'
import { helmFinding, lintFindings, renderFindings } from '../../lib/formats/chart/helm-messages.ts'
import { findingText } from '../../lib/formats/chart/lint/finding.ts'
import type { Toolchain } from '../../lib/values/toolchain.ts'
import { sampleTexts } from '../formats/chart/support/lint-charts.ts'
import { moduleProxy } from '../support/module-proxy.ts'
import { needs } from '../support/needs.ts'
import { toolsFolder } from '../support/tools-folder.ts'
import { unless } from '../support/unless.ts'
import { withFiles } from '../support/with-files.ts'

function execIn(folder: string, more: Readonly<Record<string, string>> = {}): Exec {
  return createExec({ environment: { ...fixedEnvironment(process.env), ...more }, signal: new AbortController().signal, cwd: folder })
}

async function find(folder: string, candidates: readonly string[], more: Partial<Pick<HelmQuestion, 'exec' | 'toolchain' | 'notice'>> = {}): Promise<FoundHelm> {
  return findHelm({ exec: execIn(folder), candidates, programs: join(folder, 'programs'), folder, ...more })
}

/** A program that says this, whatever it is asked. */
async function saying(folder: string, name: string, text: string): Promise<string> {
  const program = join(folder, name)
  await writeFile(program, `#!/bin/sh\nprintf '%s\\n' '${text}'\n`)
  await chmod(program, 0o755)
  return program
}

test('the first candidate that is Helm 3 or 4 is taken, by name on PATH or by its path', async () => {
  await withFiles({}, async folder => {
    await mkdir(join(folder, 'bin'))
    const three = await saying(folder, 'three', 'v3.19.0+g1234')
    await saying(join(folder, 'bin'), 'helm', 'v4.3.1')
    const exec = execIn(folder, { PATH: `${join(folder, 'bin')}${delimiter}${process.env['PATH'] ?? ''}` })
    assert.equal(await find(folder, [three]), { helm: { program: three, version: '3.19.0+g1234' } })
    assert.equal(await find(folder, ['no-such-helm', 'helm', three], { exec }), { helm: { program: 'helm', version: '4.3.1' } })
  })
})

test('what is not there, not to be run, no helm or Helm 2 is told as the reason', async () => {
  await withFiles({ file: 'text' }, async folder => {
    const two = await saying(folder, 'two', 'v2.17.0')
    const other = await saying(folder, 'other', 'something else')
    const found = await find(folder, ['no-such-helm', join(folder, 'file'), two, other, 'example.com/helm@v1.0.0'])
    assert.ok('reason' in found)
    const reasons = found.reason.split('; ')
    assert.match(reasons[0] ?? '', /^cannot run no-such-helm: /)
    assert.equal(reasons.slice(-4), [
      `${join(folder, 'file')} is not there, or may not be run`, `${two} is Helm 2.17.0, which is neither 3 nor 4`,
      `${other} does not say its version: something else`, 'example.com/helm@v1.0.0 needs a Go toolchain',
    ])
    assert.equal(await find(folder, []), { reason: 'no helm is named' })
  })
})

const main = `package main

import (
	"fmt"

	"example.com/helm/v3/internal/version"
)

func main() {
	fmt.Println(version.Text())
}
`

const stamp = `package version

var version = "unstamped"

func Text() string {
	return version
}
`

/** Calls with a toolchain whose modules come from a folder with one module in it. */
async function withProxy(use: (folder: string, exec: Exec, toolchain: (proxy?: string) => Promise<Toolchain>) => Promise<void>): Promise<void> {
  await withFiles({}, async folder => {
    const files = { 'go.mod': 'module example.com/helm/v3\n\ngo 1.20\n', 'cmd/helm/main.go': main, 'internal/version/version.go': stamp, 'cmd/broken/main.go': 'package main\n\nfunc main() { nothing() }\n' }
    const GOPROXY = await moduleProxy(join(folder, 'proxy'), [{ path: 'example.com/helm/v3', version: 'v3.1.2', files }])
    const exec = execIn(folder)
    const settings = { ...process.env, GOMODCACHE: join(folder, 'modules'), GOSUMDB: 'off', GOFLAGS: '-modcacherw' }
    await use(folder, exec, (proxy = GOPROXY) => readToolchain({ exec, environment: { ...settings, GOPROXY: proxy } }))
  })
}

needs('go')('a Go package at a version is built once, stamped with it, and kept', () => withProxy(async (folder, exec, toolchain) => {
  const spec = 'example.com/helm/v3/cmd/helm@v3.1.2'
  const go = await toolchain()
  const notices: string[] = []
  const first = await find(folder, [spec], { exec, toolchain: go, notice: line => { notices.push(line) } })
  assert.ok('helm' in first, JSON.stringify(first))
  assert.is(first.helm.version, '3.1.2')
  assert.is(first.helm.program, join(folder, 'programs', `example.com-helm-v3-cmd-helm@v3.1.2-${go.go}`, 'helm'))
  assert.is((await readdir(join(folder, 'programs'))).length, 1)
  const offline = await find(folder, [spec], { exec, toolchain: await toolchain('off'), notice: line => { notices.push(line) } })
  assert.equal(offline, first)
  assert.equal(notices, [`Building ${spec}, once; this may take minutes.`])
}))

needs('go')('two that build the same at once both have it', () => withProxy(async (folder, exec, toolchain) => {
  const go = await toolchain()
  const both = await Promise.all([0, 1].map(async () => find(folder, ['example.com/helm/v3/cmd/helm@v3.1.2'], { exec, toolchain: go })))
  assert.ok(both.every(found => 'helm' in found && found.helm.version === '3.1.2'), JSON.stringify(both))
  assert.is((await readdir(join(folder, 'programs'))).length, 1)
}))

needs('go')('a package that cannot be had is not there, and go says why', () => withProxy(async (folder, exec, toolchain) => {
  const reason = async (spec: string, proxy?: string): Promise<string> => {
    const found = await find(folder, [spec], { exec, toolchain: await toolchain(proxy) })
    return 'reason' in found ? found.reason : 'found'
  }
  assert.match(await reason('example.com/helm/v3/cmd/helm@v3.1.2', 'off'), /cannot be built: .*GOPROXY=off/)
  assert.match(await reason('example.com/helm/v3/cmd/helm@v3.1.2', 'http://127.0.0.1:9'), /cannot be built: .*connection refused/)
  assert.match(await reason('example.com/helm/v3/cmd/helm@v3.9.9'), /cannot be built: /)
  assert.match(await reason('example.com/helm/v3/cmd/broken@v3.1.2'), /cannot be built: .*undefined: nothing/)
  assert.match(await reason('example.com/helm/v3/cmd/helm@latest'), /is no package at a version such as v1\.2\.3/)
  assert.equal(await readdir(join(folder, 'programs')), [])
}))

for (const name of ['helm3', 'helm4']) {
  const program = join(toolsFolder(), name)
  const withHelm = unless(existsSync(program) ? undefined : `needs ${name} in SLIPWAY_TOOLS`)
  const files = Object.fromEntries(Object.entries(sampleTexts({ 'templates/b.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: b\ndata:\n  a: {{ .Values.b | quote }}\n' })).map(([path, text]) => [`work/gateway/${path}`, text]))

  withHelm(`${name}: sees nothing of the user's, and keeps nothing there`, () => withFiles({ ...files, 'home/.kube/config': 'not: yaml: at all' }, async folder => {
    const work = join(folder, 'work')
    const exec = execIn(work, { HOME: join(folder, 'home'), XDG_CONFIG_HOME: join(folder, 'home', 'config') })
    const { stdout } = await exec(program, ['env'], { env: helmEnvironment(work) })
    assert.match(stdout, /^HELM_CACHE_HOME=/m)
    assert.equal(stdout.split('\n').filter(line => line.includes(join(folder, 'home'))), [])
    const found = await find(work, [program], { exec })
    assert.ok('helm' in found)
    const call = { exec, helm: found.helm, folder: work, chart: 'gateway', valuesFiles: [], minor: 30 }
    const rendered = await renderChart({ ...call, sets: ['b=it'], releaseName: 'one', namespace: 'there' })
    assert.ok('text' in rendered, JSON.stringify(rendered))
    assert.match(rendered.text, /^# Source: gateway\/templates\/b\.yaml\napiVersion: v1\n(.*\n)*? {2}a: "it"$/m)
    assert.match(rendered.text, /^ {2}name: one-gateway$/m)
    assert.equal(await lintWithHelm({ ...call, sets: ['b=it'] }), [])
    assert.equal(await readdir(join(folder, 'home')), ['.kube'])
    assert.is(await readFile(join(folder, 'home', '.kube', 'config'), 'utf8'), 'not: yaml: at all')
  }))

  withHelm(`${name}: values come from files, and what --set says holds over them`, () => withFiles({ ...files, 'work/values-0.yaml': 'b: file\n' }, async folder => {
    const work = join(folder, 'work')
    const call = { exec: execIn(work), helm: { program, version: '3.19.0' }, folder: work, chart: 'gateway', minor: 30, releaseName: 'one', namespace: 'there' }
    const lineOf = async (sets: readonly string[]): Promise<string | undefined> => {
      const rendered = await renderChart({ ...call, valuesFiles: ['values-0.yaml'], sets })
      return 'text' in rendered ? /^ {2}(a: .*)$/m.exec(rendered.text)?.[1] : undefined
    }
    assert.is(await lineOf([]), 'a: "file"')
    assert.is(await lineOf(['b=set']), 'a: "set"')
  }))
}

/** What helm prints, and what is made of it. */
const messages: readonly (readonly [output: string, finding: string])[] = [
  ['Error: execution error at (gateway/templates/a.yaml:3:4): say who\n\nUse --debug flag to render out invalid YAML\n', 'templates/a.yaml:3: say who'],
  ['Error: parse error at (gateway/templates/a.yaml:3): unclosed action\n', 'templates/a.yaml:3: unclosed action'],
  ['Error: YAML parse error on gateway/charts/redis/templates/a.yaml: error converting YAML to JSON: yaml: line 2: x\n', 'charts/redis/templates/a.yaml: error converting YAML to JSON: yaml: line 2: x'],
  ['level=WARN msg=x\nError: template: gateway/templates/a.yaml:1:6: executing "gateway/templates/a.yaml" at <include "x" .>: error calling include: template: gateway/templates/_x.tpl:2:10: executing "x" at <.Values.a.b>: nil pointer evaluating interface {}.b\n', 'templates/_x.tpl:2: at <.Values.a.b>: nil pointer evaluating interface {}.b'],
  ['Error: gateway/templates/a.yaml:1:6\n  executing "gateway/templates/a.yaml" at <.Values.a.b>:\n    nil pointer evaluating interface {}.b\n', 'templates/a.yaml:1: at <.Values.a.b>: nil pointer evaluating interface {}.b'],
  ['Error: chart requires kubeVersion: >=1.99 which is incompatible with Kubernetes v1.34.0\n', 'Chart.yaml: chart requires kubeVersion: >=1.99 which is incompatible with Kubernetes v1.34.0'],
]

test('what helm prints becomes a finding with the innermost file and line', () => {
  for (const [output, finding] of messages) assert.is(findingText(helmFinding(output)), finding)
})

test('values against a schema become a finding each', () => {
  const output = 'Error: values don\'t meet the specifications of the schema(s) in the following chart(s):\ngateway:\n- at \'\': missing property \'a\'\n- at \'/b/c\': got string, want number\n\n'
  assert.equal(renderFindings(output).map(findingText), [
    'values.yaml: it is not what values.schema.json asks for: missing property \'a\'', 'values.yaml: b.c is not what values.schema.json asks for: got string, want number',
  ])
})

test('each line of helm lint becomes a finding, information aside', () => {
  const output = `==> Linting gateway
[INFO] Chart.yaml: icon is recommended
[ERROR] Chart.yaml: version is
	required
[WARNING] templates/a.yaml: object name does not conform
[WARNING] /some/where/gateway: chart directory is missing these dependencies: redis
[ERROR] templates/: gateway/templates/b.yaml:4:2
  executing "gateway/templates/b.yaml" at <.x>:
    nil

1 chart(s) linted, 1 chart(s) failed
`
  assert.equal(lintFindings(output, 'gateway').map(findingText), [
    'Chart.yaml: version is required', 'templates/a.yaml: object name does not conform', 'Chart.yaml: chart directory is missing these dependencies: redis',
    'templates/b.yaml:4: at <.x>: nil',
  ])
})

test.run()
