import { mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { chartDependencies, type ChartDependencies } from '../../../lib/clients/chart/dependencies.ts'
import { readChartFolder } from '../../../lib/clients/chart/folder.ts'
import { chartMetadata } from '../../../lib/formats/chart/chart-yaml.ts'
import type { ChartDependency } from '../../../lib/formats/chart/chart-metadata.ts'
import { lockDigest } from '../../../lib/formats/chart/lock.ts'
import { packChart } from '../../../lib/formats/chart/pack.ts'
import { lockText, type LockedChart } from '../../../lib/formats/lock-file.ts'
import { digestOf } from '../../../lib/values/digest.ts'
import { Skip } from '../../../lib/values/skip.ts'
import { helm3, helmPrints } from '../../formats/chart/support/helm.ts'
import { chart } from '../../formats/chart/support/sample-charts.ts'
import { collect } from '../../formats/support/collect.ts'
import { rejection } from '../../formats/support/rejection.ts'
import { writeTree } from '../../support/file-tree.ts'
import { unless } from '../../support/unless.ts'

interface Context {
  root: string
  folder: string
  lockFile: string
}

const test = suite<Context>('chartDependencies')

test.before.each(async context => {
  const root = await realpath(await mkdtemp(join(tmpdir(), 'dependencies-')))
  Object.assign(context, { root, folder: join(root, 'chart'), lockFile: join(root, 'slipway.lock') })
})
test.after.each(async ({ root }) => { await rm(root, { recursive: true, force: true }) })

const yaml = (name: string, version: string, dependencies: string = ''): string => `apiVersion: v2\nname: ${name}\nversion: ${version}\n${dependencies}`
const needs = (...lines: readonly string[]): string => `dependencies:\n${lines.map(line => `  - ${line}\n`).join('')}`
const common = '{ name: common, version: ^1.0.0, repository: "https://charts.example/stable/" }'
const key = 'https://charts.example/stable/common@1.2.3'
const packed = async (name: string, version: string, more: Readonly<Record<string, string>> = {}): Promise<Buffer> =>
  collect(packChart(chart({ 'Chart.yaml': yaml(name, version), ...more }), { name, date: '2026-11-21T00:00:00Z' }))
const depend = ({ folder, root, lockFile }: Context): Promise<ChartDependencies> =>
  chartDependencies(readChartFolder(folder, { within: root }), { folder, within: root, lockFile })
const pathsOf = ({ files }: ChartDependencies): readonly string[] => files.map(({ path }) => path)
/** A pin of some bytes. */
const pin = (bytes: Uint8Array, url?: string): LockedChart => ({ digest: digestOf(bytes), size: bytes.length, ...url !== undefined && { url } })
const pinned = async ({ lockFile }: Context, charts: Readonly<Record<string, LockedChart>>): Promise<void> => writeFile(lockFile, lockText({ bases: {}, charts }))

/** A Chart.yaml with its Chart.lock, as helm writes it. */
function lockedChart(dependencies: string, locked: readonly ChartDependency[]): Readonly<Record<string, string>> {
  const text = yaml('gateway', '0.0.1', dependencies)
  const lines = locked.map(({ name, version, repository }) => `- name: ${name}\n  repository: "${repository}"\n  version: "${version}"\n`)
  return { 'Chart.yaml': text, 'Chart.lock': `dependencies:\n${lines.join('')}digest: ${lockDigest(chartMetadata(text, 'Chart.yaml').dependencies ?? [], locked)}\ngenerated: "2026-11-21T00:00:00Z"\n` }
}
const commonLocked = lockedChart(needs(common), [{ name: 'common', version: '1.2.3', repository: 'https://charts.example/stable/' }])

test('a chart without dependencies reads nothing but its files', async context => {
  await writeTree(context.folder, { 'Chart.yaml': yaml('gateway', '0.0.1') })
  assert.equal(await depend(context), { files: readChartFolder(context.folder, { within: context.root }).files, packages: [], reads: [join(context.folder, 'Chart.yaml')] })
})

test('what slipway.lock pins is named with digest, size and place; the lock was read', async context => {
  await writeTree(context.folder, commonLocked)
  const bytes = await packed('common', '1.2.3')
  await pinned(context, { [key]: pin(bytes, 'https://charts.example/stable/common-1.2.3.tgz') })
  const { packages, reads } = await depend(context)
  assert.equal(packages, [{
    name: 'common', version: '1.2.3', repository: 'https://charts.example/stable', key, path: 'charts/common-1.2.3.tgz', digest: digestOf(bytes), size: bytes.length,
    url: 'https://charts.example/stable/common-1.2.3.tgz',
  }])
  assert.ok(reads.includes(context.lockFile))
})

for (const [name, prepare] of [['no slipway.lock', async () => {}], ['a slipway.lock without it', async (context: Context) => pinned(context, {})]] as const) {
  test(`what is not pinned is left out, with the remedy: ${name}`, async context => {
    await writeTree(context.folder, commonLocked)
    await prepare(context)
    const error: unknown = await depend(context).catch((thrown: unknown) => thrown)
    assert.instance(error, Skip)
    assert.is((error as Skip).message, `${key} is not locked: npx tsx build.ts lock`)
  })
}

test('a folder and a package in charts/ are used as they are', async context => {
  await writeTree(context.folder, {
    ...lockedChart(needs(common, '{ name: other, version: 2.0.0, repository: "oci://registry.example/charts" }', '{ name: inside, version: ">0" }'), [
      { name: 'common', version: '1.2.3', repository: 'https://charts.example/stable/' }, { name: 'other', version: '2.0.0', repository: 'oci://registry.example/charts' },
      { name: 'inside', version: '>0', repository: '' },
    ]),
    'charts/common/Chart.yaml': yaml('common', 'v1.2.3'), 'charts/other-2.0.0.tgz': await packed('other', '2.0.0'), 'charts/inside/Chart.yaml': yaml('inside', '0.3.0'),
    'charts/_not/Chart.yaml': 'no chart', 'charts/README.md': '', 'charts/other-2.0.0.tgz.prov': '',
  })
  const found = await depend(context)
  assert.equal(found.packages, [])
  assert.ok(pathsOf(found).includes('charts/other-2.0.0.tgz'))
  assert.ok(found.reads.includes(join(context.folder, 'charts/other-2.0.0.tgz')))
})

test('a package in charts/ that is what slipway.lock pins is as good as fetched, whether git knows it or not', async context => {
  const bytes = await packed('common', '1.2.3')
  await writeTree(context.folder, { ...commonLocked, 'charts/common-1.2.3.tgz': bytes })
  await pinned(context, { [key]: pin(bytes) })
  const { packages, reads } = await depend(context)
  assert.equal(packages, [])
  assert.not.ok(reads.includes(join(context.folder, 'charts/common-1.2.3.tgz')))
  const other = await packed('common', '1.2.3', { more: '' })
  await pinned(context, { [key]: pin(other) })
  const error = await rejection(depend(context))
  assert.is(error.message, `Cannot use ${join(context.folder, 'charts/common-1.2.3.tgz')}: it is ${digestOf(bytes)}, and slipway.lock pins ${digestOf(other)} for ${key}`)
  assert.is(error.code, 'CONTENT')
})

test('a chart of the project goes in as it is now, with its own dependencies; what helm once made of it does not', async context => {
  const { root, folder } = context
  await writeTree(folder, {
    ...lockedChart(needs('{ name: lib, version: ">=0", repository: "file://../lib", alias: one }', '{ name: lib, version: ">=0", repository: "file://../lib" }'), [
      { name: 'lib', version: '0.2.0', repository: 'file://../lib' }, { name: 'lib', version: '0.2.0', repository: 'file://../lib' },
    ]),
    'charts/lib-0.1.0.tgz': await packed('lib', '0.1.0'),
  })
  await writeTree(join(root, 'lib'), {
    ...Object.fromEntries(Object.entries(commonLocked).map(([path, text]) => [path, text.replace('name: gateway\nversion: 0.0.1', 'name: lib\nversion: 0.2.0')])),
    'templates/_a.tpl': 'a', 'x.bak': '', '.helmignore': '*.bak\n',
  })
  const bytes = await packed('common', '1.2.3')
  await pinned(context, { [key]: pin(bytes) })
  const found = await depend(context)
  assert.equal(pathsOf(found), ['Chart.lock', 'Chart.yaml', 'charts/lib/.helmignore', 'charts/lib/Chart.lock', 'charts/lib/Chart.yaml', 'charts/lib/templates/_a.tpl'])
  assert.equal(found.packages.map(({ path }) => path), ['charts/lib/charts/common-1.2.3.tgz'])
  assert.ok(found.reads.includes(join(root, 'lib/templates/_a.tpl')))
  assert.not.ok(found.reads.includes(join(folder, 'charts/lib-0.1.0.tgz')))
})

unless(helm3.reason, test)('helm renders what is put together so', async context => {
  const { root, folder } = context
  await writeTree(folder, { 'Chart.yaml': yaml('gateway', '0.0.1', needs('{ name: lib, version: 0.2.0, repository: "file://../lib" }')), 'templates/a.yaml': '{{ include "lib.a" . }}\n' })
  await writeTree(join(root, 'lib'), { 'Chart.yaml': yaml('lib', '0.2.0'), 'templates/_a.tpl': '{{ define "lib.a" }}kind: FromLib{{ end }}' })
  await helmPrints(helm3, ['dependency', 'update', 'chart'], root)
  const { files } = await depend(context)
  await writeFile(join(root, 'made.tgz'), await collect(packChart(files, { name: 'gateway', date: '2026-11-21T00:00:00Z' })))
  assert.match(await helmPrints(helm3, ['template', 'made.tgz'], root), /kind: FromLib/)
  assert.match(await readFile(join(folder, 'Chart.lock'), 'utf8'), /0\.2\.0/)
})

type Files = Readonly<Record<string, string | Uint8Array>>
const plain = (dependencies: string): Files => ({ 'chart/Chart.yaml': yaml('gateway', '0.0.1', dependencies) })
const inChart = (files: Files): Files => Object.fromEntries(Object.entries(files).map(([path, text]) => [`chart/${path}`, text]))
const refused: readonly (readonly [name: string, files: () => Files | Promise<Files>, why: string | RegExp])[] = [
  ['a package of another version', async () => inChart({ ...commonLocked, 'charts/common-1.1.0.tgz': await packed('common', '1.1.0') }), 'charts/common-1.1.0.tgz is common 1.1.0, not 1.2.3'],
  ['a folder of another version', () => inChart({ ...commonLocked, 'charts/common/Chart.yaml': yaml('common', '1.1.0') }), 'charts/common is common 1.1.0, not 1.2.3'],
  ['both a folder and a package', async () => inChart({ ...commonLocked, 'charts/common/Chart.yaml': yaml('common', '1.2.3'), 'charts/x.tgz': await packed('common', '1.2.3') }),
    /^common lies in charts\/(common|x\.tgz) and in charts\/(common|x\.tgz)$/],
  ['a range without a Chart.lock', () => plain(needs(common)), 'common has no one version but ^1.0.0, and there is no Chart.lock'],
  ['what only one machine knows', () => plain(needs('{ name: common, version: 1.0.0, repository: "@stable" }')), '@stable is what one machine calls a repository'],
  ['a repository that nobody reads', () => plain(needs('{ name: common, version: 1.0.0, repository: "s3://bucket" }')), 's3://bucket of common is no repository that can be read'],
  ['what is nowhere', () => plain(needs('{ name: common, version: 1.0.0 }')), 'common names no repository and is not in charts/'],
  ['a chart outside of the project', () => plain(needs('{ name: common, version: 1.0.0, repository: "file://../../common" }')), /^common is at file:\/\/\.\.\/\.\.\/common, outside of /],
  ['a chart of the project that is called otherwise', () => ({ ...plain(needs('{ name: common, version: 1.0.0, repository: "file://../lib" }')), 'lib/Chart.yaml': yaml('lib', '1.0.0') }), 'file://../lib is the chart lib, not common'],
  ['one of another version', () => ({ ...plain(needs('{ name: lib, version: 1.0.0, repository: "file://../lib" }')), 'lib/Chart.yaml': yaml('lib', '1.0.1') }), 'file://../lib is lib 1.0.1, not 1.0.0'],
  ['one that depends on itself', () => plain(needs('{ name: gateway, version: 0.0.1, repository: "file://../chart" }')), 'gateway at file://../chart depends on itself'],
  ['two of one name', () => ({
    ...plain(needs('{ name: lib, version: 1.0.0, repository: "file://../lib" }', '{ name: lib, alias: b, version: 1.0.0, repository: "file://../b" }')), 'lib/Chart.yaml': yaml('lib', '1.0.0'), 'b/Chart.yaml': yaml('lib', '1.0.0'),
  }), 'lib lies in file://../lib and in file://../b'],
  ['one that lies in charts/ too', () => ({ ...plain(needs('{ name: lib, version: 1.0.0, repository: "file://../lib" }')), 'lib/Chart.yaml': yaml('lib', '1.0.0'), 'chart/charts/lib/Chart.yaml': yaml('lib', '1.0.0') }),
    'lib lies in charts/lib and in file://../lib'],
  ['helm 2\'s requirements.yaml', () => ({ ...plain(''), 'chart/requirements.yaml': '' }), 'it has a requirements.yaml, as charts of helm 2 did'],
]
for (const [name, files, why] of refused) {
  test(`refused: ${name}`, async context => {
    await writeTree(context.root, await files())
    const { message, code, hint } = await rejection(depend(context))
    const said = message.replace(`Cannot use the dependencies of ${join(context.folder, 'Chart.yaml')}: `, '')
    if (typeof why === 'string') assert.is(said, why)
    else assert.match(said, why)
    assert.is(code, 'FILES')
    assert.ok(hint)
  })
}

test('refused: a Chart.lock that is out of sync', async context => {
  await writeTree(context.folder, { ...commonLocked, 'Chart.yaml': yaml('gateway', '0.0.1', needs(common.replace('^1.0.0', '^1.1.0'))) })
  assert.is((await rejection(depend(context))).message, `Cannot use ${join(context.folder, 'Chart.lock')}: it is out of sync with Chart.yaml`)
})

test('refused: a package in charts/ that is damaged, by its path', async context => {
  await writeTree(context.folder, { ...commonLocked, 'charts/common-1.2.3.tgz': 'oops' })
  assert.is((await rejection(depend(context))).message, `Cannot read the chart's package ${join(context.folder, 'charts/common-1.2.3.tgz')}: it is no gzip`)
})

test.run()
