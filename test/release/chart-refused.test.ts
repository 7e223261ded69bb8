import { rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { helm3 } from '../formats/chart/support/helm.ts'
import { chartFiles, chartProject, chartScript } from './support/chart-project.ts'
import { namesIn, removeWorkplaces, type Workplace, workplace } from './support/workplace.ts'

let place: Workplace

test.before(async () => {
  place = await workplace(chartProject())
})
test.after(removeWorkplaces)

interface Refusal {
  readonly says: RegExp
  readonly hint: RegExp
}

/** Releases the chart as it has become, and expects one error, and no work at all. */
async function refused(change: () => Promise<void>, { says, hint }: Refusal, args: readonly string[] = ['release']): Promise<void> {
  await change()
  try {
    const { code, stderr } = await place.build(args, { env: { SLIPWAY_HELM: helm3.reason === undefined ? helm3.program : '/nowhere/helm' } })
    assert.is(code, 1, stderr)
    const { errors, steps, exitCode } = await place.record()
    assert.is(exitCode, 1)
    assert.is(errors.length, 1, JSON.stringify(errors, null, 2))
    assert.match(errors[0]?.message ?? '', says)
    assert.match(errors[0]?.hint ?? '', hint)

    assert.equal(steps.filter(({ state }) => state === 'made'), [], 'nothing is compiled')
    assert.equal(await namesIn(place.dist), [])
  } finally {
    await place.repository.git('checkout', '--quiet', '.')
    await place.repository.git('clean', '--quiet', '--force', '-d', 'chart', 'outside')
  }
}

const text = (path: string): string => chartFiles[path] ?? ''
const write = (files: Readonly<Record<string, string | Uint8Array>>) => async (): Promise<void> => {
  for (const [path, bytes] of Object.entries(files)) await writeFile(join(place.folder, path), bytes)
}
const values = (own: string) => write({ 'chart/values.yaml': own })
const chartYaml = (own: string) => write({ 'chart/Chart.yaml': own })

const refusals: Readonly<Record<string, readonly [change: () => Promise<void>, says: RegExp, hint: RegExp]>> = {
  'tabs': [values('image:\n\trepository: ""\n\tdigest: ""\n'), /^Cannot read chart\/values\.yaml: line 2, column 1: .*[Tt]abs/, /./],
  'a key twice': [values(`${text('chart/values.yaml')}image: {}\n`), /^Cannot read chart\/values\.yaml: line 4, column 1: .*twice/, /./],
  'an anchor at a pinned path': [values('other: &it\n  repository: ""\n  digest: ""\nimage: *it\n'), /^Cannot edit chart\/values\.yaml: line 4, column 1: image is an alias/, /./],
  'a path that is a list': [values('image:\n  - repository: ""\n    digest: ""\n'), /^Cannot edit chart\/values\.yaml: line 2, column 3: .*list/, /./],
  'a path that is not there': [values('image:\n  repository: ""\n  digset: ""\n'), /^Cannot edit chart\/values\.yaml: .*image\.digest/, /image\.digset/],
  'a name that is another one': [chartYaml(text('chart/Chart.yaml').replace('name: hello', 'name: howdy')), /^Cannot release the chart hello: chart\/Chart\.yaml calls it howdy/, /name/],
  'a name that no registry takes': [chartYaml(text('chart/Chart.yaml').replace('name: hello', 'name: Hello_There')), /"Hello_There" of chart\/Chart\.yaml: no registry takes it/, /lower-case/],
  'no Chart.yaml': [() => rm(join(place.folder, 'chart/Chart.yaml')), /^Cannot use \S+chart as a chart: it has no Chart\.yaml/, /./],
  'a link that leads out': [async () => {
    await rm(join(place.folder, 'chart/values.yaml'))
    await symlink('/etc/hostname', join(place.folder, 'chart/values.yaml'))
  }, /^Cannot follow the link \S+values\.yaml: it leads to \/etc\/hostname, outside of/, /\.helmignore/],
  'a link that leads nowhere': [async () => symlink('gone', join(place.folder, 'chart/extra')), /^Cannot follow the link \S+extra: what it leads to is not there/, /\.helmignore/],
  'a .helmignore that leaves Chart.yaml out': [write({ 'chart/.helmignore': 'Chart.yaml\n' }), /its Chart\.yaml is left out by \.helmignore/, /./],
  'a .helmignore that helm does not take': [write({ 'chart/.helmignore': 'templates/**/x\n' }), /\.helmignore/, /./],
  'a file over helm\'s limit': [write({ 'chart/large.bin': new Uint8Array(5 * 1024 * 1024 + 1) }), /large\.bin/, /\.helmignore/],
  'a template that has no end': [write({ 'chart/templates/pod.yaml': `{{ if .Values.image }}\n${text('chart/templates/pod.yaml')}` }), /^Cannot release the chart hello: chart\/templates\/pod\.yaml:1: .* never closed/, /./],
  'an image that is none of the release': [write({ 'chart/templates/other.yaml': text('chart/templates/pod.yaml').replace(/image: .*/, 'image: docker.io/library/busybox:1.37').replace('Release.Name', 'Chart.Name') }), /chart\/templates\/other\.yaml: .*busybox:1\.37, which has no digest/, /allowImages/],
  'values that the schema refuses': [write({ 'chart/values.schema.json': '{ "properties": { "image": { "properties": { "digest": { "maxLength": 3 } } } } }' }), /chart\/values\.yaml: image\.digest is not what values\.schema\.json asks for/, /./],
}

for (const [what, [change, says, hint]] of Object.entries(refusals)) {
  test(`one error and nothing made: ${what}`, () => refused(change, { says, hint }))
}

test('taken as they are: a version that is a template, line ends of Windows', async () => {
  const crlf = (path: string): string => text(path).replaceAll('\n', '\r\n')
  await write({ 'chart/Chart.yaml': crlf('chart/Chart.yaml').replace('0.0.0', '"{{ version }}"'), 'chart/values.yaml': crlf('chart/values.yaml') })()
  try {
    const { code, stderr } = await place.build(['release', '--version', 'v1.2.3'])
    assert.is(code, 0, stderr)
    assert.ok((await namesIn(place.dist)).some(name => /^hello-.*\.tgz$/.test(name)))
  } finally {
    await place.repository.git('checkout', '--quiet', '.')
    await rm(place.dist, { recursive: true })
  }
})

test('check tells every problem at once, those of the chart among them', async () => {
  await write({
    'chart/values.yaml': 'image: {}\n',
    'build.ts': chartScript({ goals: "also: ['more', publish(send(directory('other'), archive({ binary: binaries[0], files: ['no/such'] })))]," }).replace('import {', 'import { archive,'),
  })()
  const { code, stderr } = await place.build(['check'])
  assert.is(code, 1, stderr)
  assert.match(stderr, /^Cannot edit chart\/values\.yaml: line 1, column 1: there is no image\.repository$/m)
  assert.match(stderr, /no\/such/)
})

test.run()
