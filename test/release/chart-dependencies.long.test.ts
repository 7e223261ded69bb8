// One thing: what becomes of a chart that depends on others, from no lock to a release without a network, step by step.
import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { parseLock } from '../../lib/formats/lock-file.ts'
import { parseYaml } from '../../lib/formats/yaml.ts'
import { startChartRepository, type ChartRepository } from '../clients/support/chart-repository.ts'
import { helm3, helmPrints } from '../formats/chart/support/helm.ts'
import { realRegistries, type RunningRegistry } from '../support/real-registries.ts'
import { unless } from '../support/unless.ts'
import { chartProject } from './support/chart-project.ts'
import type { Ended } from './support/start.ts'
import { namesIn, removeWorkplaces, type Workplace, workplace } from './support/workplace.ts'

const run = promisify(execFile)
const [registry] = realRegistries()
const reason = registry?.reason ?? helm3.reason
const real = unless(reason)

let folder: string
let oci: RunningRegistry
let classic: ChartRepository
let place: Workplace

test.before(async () => {
  if (reason !== undefined) return
  folder = await mkdtemp(join(tmpdir(), 'chart-dependencies-'))
  oci = await (registry as NonNullable<typeof registry>).start()
  classic = await startChartRepository()
  await packed('common', '1.2.3')
  await helm('push', 'common-1.2.3.tgz', `oci://${oci.host}/charts`, '--plain-http')
  await offered('store', '2.1.0')
  place = await workplace(chartProject({ options: "others: [{ images: [at(ociRegistry('ghcr.io/example/worker'), image)], default: 'static', pin: { digest: 'worker.image.digest' } }]," }, {
    'chart/Chart.yaml': `apiVersion: v2
name: hello
version: 0.0.0
dependencies:
  - name: common
    version: 1.2.3
    repository: oci://${oci.host}/charts
  - name: store
    version: ^2.0.0
    repository: ${classic.url}
  - name: worker
    version: 0.1.0
`,
    'chart/charts/worker/Chart.yaml': 'apiVersion: v2\nname: worker\nversion: 0.1.0\n',
    'chart/charts/worker/values.yaml': 'image:\n  digest: ""\n',
    'chart/charts/worker/templates/pod.yaml': pod('ghcr.io/example/worker@{{ .Values.image.digest }}'),
  }))
  await helm('dependency', 'update', join(place.folder, 'chart'), '--plain-http')
  for (const name of ['common-1.2.3.tgz', 'store-2.1.0.tgz']) await rm(join(place.folder, 'chart/charts', name))
})
test.after(async () => {
  if (reason !== undefined) return
  await removeWorkplaces()
  for (const one of [oci, classic]) await one.close()
  await rm(folder, { recursive: true, force: true })
})

const helm = (...args: readonly string[]): Promise<string> => helmPrints(helm3, args, folder)
const pod = (image: string): string => `apiVersion: v1\nkind: Pod\nmetadata:\n  name: {{ .Release.Name }}-{{ .Chart.Name }}\nspec:\n  containers:\n    - name: it\n      image: "${image}"\n`

/** A package in `folder`, of a chart that only others use. */
async function packed(name: string, version: string, text = ''): Promise<Buffer> {
  await mkdir(join(folder, name, 'templates'), { recursive: true })
  await writeFile(join(folder, name, 'Chart.yaml'), `apiVersion: v2\nname: ${name}\nversion: ${version}\n`)
  await writeFile(join(folder, name, 'templates/config.yaml'), `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\ndata:\n  text: "${text}"\n`)
  await helm('package', name)
  return readFile(join(folder, `${name}-${version}.tgz`))
}

/** The same in the classic repository. */
async function offered(name: string, version: string, text = ''): Promise<void> {
  const bytes = await packed(name, version, text)
  await mkdir(join(folder, 'index'), { recursive: true })
  await writeFile(join(folder, 'index', `${name}-${version}.tgz`), bytes)
  await helm('repo', 'index', 'index', '--url', classic.url)
  classic.files.set('index.yaml', await readFile(join(folder, 'index/index.yaml')))
  classic.files.set(`${name}-${version}.tgz`, bytes)
}

const build = (args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ended> =>
  place.build(args, { env: { SLIPWAY_HELM: helm3.program, ...env } })

async function done(args: readonly string[], env?: Readonly<Record<string, string>>): Promise<Ended> {
  const ended = await build(args, env)
  assert.is(ended.code, 0, `${ended.stdout}${ended.stderr}`)
  return ended
}

const chartState = async (): Promise<string | undefined> => (await place.record()).steps.find(({ kind }) => kind === 'chart')?.state

/** The image is released, the chart is not, and all say why; with --strict nothing is begun. */
async function assertSkipped(why: RegExp, env: Readonly<Record<string, string>> = {}): Promise<void> {
  const { stdout } = await done(['plan'], env)
  assert.match(stdout, new RegExp(`^chart +hello-.*\\.tgz .* skipped: ${why.source}`, 'm'))
  const strict = await build(['release', '--strict'], env)
  assert.is(strict.code, 1)
  assert.match(strict.stderr, why)
  assert.equal((await place.record()).steps.filter(({ state }) => state === 'made'), [])
  const { stderr } = await done(['release'], env)
  assert.match(stderr, why)
  assert.is(await chartState(), 'skipped')
  assert.equal(await namesIn(place.dist), ['images', 'release.json'])
}

real('what is not locked is skipped, and says so before anything is compiled', async () => {
  await assertSkipped(/\S+common@1\.2\.3 is not locked: npx tsx build\.ts lock/)
})

real('lock pins each by the digest of its package, at the version of Chart.lock, and keeps what is pinned', async () => {
  const keys = [`${classic.url}/store@2.1.0`, `oci://${oci.host}/charts/common@1.2.3`]
  const { stdout } = await done(['lock'])
  for (const key of keys) assert.match(stdout, new RegExp(`^${key} +added +sha256:[0-9a-f]{16}, \\S+ \\S+$`, 'm'))
  const file = join(place.folder, 'slipway.lock')
  const text = await readFile(file, 'utf8')
  const { charts = {} } = parseLock(text, file)
  assert.equal(Object.keys(charts), keys)
  for (const [index, name] of ['store-2.1.0.tgz', 'common-1.2.3.tgz'].entries()) {
    const { stdout: sum } = await run('sha256sum', [join(folder, name)])
    assert.is(charts[keys[index] ?? '']?.digest, `sha256:${sum.slice(0, 64)}`)
  }
  assert.match((await done(['lock'])).stdout, /store@2\.1\.0 +kept/)
  assert.is(await readFile(file, 'utf8'), text)
  await place.repository.git('tag', '--delete', 'v1.2.3')
  await place.repository.commit()
  await place.repository.tag('v1.2.3')
})

real('what another one was put in the place of is refused with both digests, and nothing is written', async () => {
  const [before, index] = ['store-2.1.0.tgz', 'index.yaml'].map(name => classic.files.get(name) ?? '')
  await rm(place.dist, { recursive: true })
  await offered('store', '2.1.0', 'other')
  const { code, stderr } = await build(['release'])
  assert.is(code, 1)
  assert.match(stderr, /^Cannot use http:\S+\/store@2\.1\.0: it is sha256:[0-9a-f]{64}, and slipway\.lock pins sha256:[0-9a-f]{64}$/m)
  assert.is((await place.record()).errors.length, 1)
  assert.equal(await namesIn(place.dist), [])
  classic.files.set('store-2.1.0.tgz', before ?? '').set('index.yaml', index ?? '')
})

real('a release takes the packages in as they are, pins values of subcharts, and helm renders all of it', async () => {
  const { stderr } = await done(['release'])
  assert.not.match(stderr, /notice/)
  const file = join(place.dist, 'hello-1.2.3.tgz')
  const to = await mkdtemp(join(folder, 'unpacked-'))
  await run('tar', ['-xzf', file, '-C', to])
  assert.equal(await namesIn(join(to, 'hello/charts')), ['common-1.2.3.tgz', 'store-2.1.0.tgz', 'worker'])
  for (const name of ['common-1.2.3.tgz']) assert.equal(await readFile(join(to, 'hello/charts', name)), await readFile(join(folder, name)))
  const { worker } = parseYaml(await readFile(join(to, 'hello/values.yaml'), 'utf8'), 'it') as { readonly worker: { readonly image: { readonly digest: string } } }
  assert.is(await readFile(join(to, 'hello/charts/worker/values.yaml'), 'utf8'), 'image:\n  digest: ""\n')
  const rendered = await helm('template', 'it', file)
  assert.ok(rendered.includes(`image: "ghcr.io/example/worker@${worker.image.digest}"`))
  assert.match(rendered, /name: common\n[^]*name: store\n/)
  await helm('lint', '--strict', file)
})

real('nothing of it is asked for again, even where the chart changes', async () => {
  await place.repository.commit({ 'chart/templates/pod.yaml': (await readFile(join(place.folder, 'chart/templates/pod.yaml'), 'utf8')).replace('kind: Pod', 'kind: Pod   # one') })
  for (const one of [oci, classic]) await one.close()
  assert.not.match((await done(['plan', '--strict'])).stdout, /skipped/)
  await done(['release', '--strict'])
  assert.is(await chartState(), 'made')
})

real('what cannot be reached and is not in the cache is skipped', async () => {
  await rm(place.dist, { recursive: true })
  await assertSkipped(/cannot .*(common|store)/, { SLIPWAY_CACHE: place.repository.beside('empty cache') })
})

test.run()
