import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { startChartRepository, type ChartRepository } from '../clients/support/chart-repository.ts'
import { helmPrints, helms } from '../formats/chart/support/helm.ts'
import { realRegistries, type RunningRegistry } from '../support/real-registries.ts'
import { unless } from '../support/unless.ts'
import { chartProject } from './support/chart-project.ts'
import { toolsFolder } from './support/tools-folder.ts'
import type { Ended } from './support/start.ts'
import { namesIn, removeWorkplaces, type Workplace, workplace } from './support/workplace.ts'

const [registry] = realRegistries()
const real = unless(registry?.reason)

const goals = `pages: ['the image at a registry, the chart on pages', publish(send(registry, image), send(chartRepository('pages', { url: process.env.PAGES ?? '' }), helm))],`

let folder: string
let server: ChartRepository
let oci: RunningRegistry
let place: Workplace

test.before(async () => {
  if (registry?.reason !== undefined) return
  folder = await mkdtemp(join(tmpdir(), 'chart-repository-'))
  server = await startChartRepository()
  oci = await (registry as NonNullable<typeof registry>).start()
  place = await workplace(chartProject({ goals }, { '.gitignore': 'pages\n' }))
})
test.after(async () => {
  if (registry?.reason !== undefined) return
  await removeWorkplaces()
  for (const one of [server, oci]) await one.close()
  await rm(folder, { recursive: true, force: true })
})

const build = (): Promise<Ended> => place.build(['pages', '--publish'], { env: { REGISTRY: oci.host, PAGES: server.url } })
const index = (): Promise<string> => readFile(join(place.folder, 'pages/index.yaml'), 'utf8')
const entryOf = (text: string, version: string): string => text.split(/^(?= {2}- |generated:)/m).find(entry => entry.includes(`\n    version: ${version}\n`)) ?? 'no such entry'

real('a version is added, and what was there stays as it was, in the index and beside it', async () => {
  const first = await build()
  assert.is(first.code, 0, first.stderr)
  const before = await index()
  const bytes = await readFile(join(place.folder, 'pages/hello-1.2.3.tgz'))
  await place.repository.commit()
  await place.repository.tag('v1.2.4')
  const second = await build()
  assert.is(second.code, 0, second.stderr)
  assert.equal(await namesIn(join(place.folder, 'pages')), ['hello-1.2.3.tgz', 'hello-1.2.4.tgz', 'index.yaml'])
  const after = await index()
  assert.ok(after.includes(entryOf(before, '1.2.3')), after)
  assert.is(before.split('\n').filter(line => !after.split('\n').includes(line)).join('\n').replace(/^generated: .*$/m, ''), '')
  assert.equal(await readFile(join(place.folder, 'pages/hello-1.2.3.tgz')), bytes)
  const date = await place.repository.git('log', '-1', '--format=%cd', '--date=format-local:%Y-%m-%dT%H:%M')
  assert.match(entryOf(after, '1.2.4'), new RegExp(`created: "?${date}`))
  for (const name of await namesIn(join(place.folder, 'pages'))) server.files.set(name, await readFile(join(place.folder, 'pages', name)))
})

for (const helm of helms) {
  unless(registry?.reason ?? helm.reason)(`${helm.name} takes both versions from it`, async () => {
    for (const version of ['1.2.3', '1.2.4']) {
      const at = await mkdtemp(join(folder, 'pulled-'))
      await helmPrints(helm, ['pull', 'hello', '--repo', server.url, '--version', version, '--destination', at], at)
      assert.equal(await readFile(join(at, `hello-${version}.tgz`)), await readFile(join(place.folder, 'pages', `hello-${version}.tgz`)))
      await helmPrints(helm, ['lint', '--strict', join(at, `hello-${version}.tgz`)], at)
    }
  })
}

real('the same again changes nothing, and other bytes under the same version are refused', async () => {
  const before = await index()
  const again = await build()
  assert.is(again.code, 0, again.stderr)
  assert.is(await index(), before)
  await place.repository.commit({ 'chart/templates/pod.yaml': (await readFile(join(place.folder, 'chart/templates/pod.yaml'), 'utf8')).replace('kind: Pod', 'kind: Pod   # other') })
  await place.repository.git('tag', '--force', 'v1.2.4')
  const { code, stderr } = await build()
  assert.is(code, 1, stderr)
  assert.match(stderr, /1\.2\.4.*[0-9a-f]{64}.*[0-9a-f]{64}/)
  assert.is(await index(), before)
})

test('without its default image there is no chart: it is skipped, says why, and is a failure under --strict', async () => {
  const alone = await workplace(chartProject({ distro: 'alpine', bases: "{ alpine: 'docker.io/library/alpine:3' }", goals: 'more: [\'the program\', binaries],' }))
  const PATH = await toolsFolder(alone.repository.beside('bin'), ['git', 'go'])
  const why = /docker\.io\/library\/alpine:3 is not locked: npx tsx build\.ts lock/
  const plan = await alone.build(['plan', 'release'], { env: { PATH } })
  assert.match(plan.stdout, new RegExp(`^chart +hello-1\\.2\\.3\\.tgz .* skipped: ${why.source}$`, 'm'))
  const { code, stderr } = await alone.build(['release', 'more'], { env: { PATH } })
  assert.is(code, 0, stderr)
  assert.match(stderr, new RegExp(`^chart hello-1\\.2\\.3\\.tgz: skipped: ${why.source}$`, 'm'))
  const { steps } = await alone.record()
  assert.is(steps.find(({ kind }) => kind === 'chart')?.state, 'skipped')
  assert.equal(await namesIn(alone.dist), [])
  const strict = await alone.build(['release', '--strict'], { env: { PATH } })
  assert.is(strict.code, 1)
  assert.match(strict.stderr, why)
})

test.run()
