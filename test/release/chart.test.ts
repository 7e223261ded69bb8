// One thing: the chart of a release, from build.ts to what helm makes of it where it was pushed.
import { execFile } from 'node:child_process'
import { cp, mkdir, mkdtemp, readdir, readFile, rm, utimes } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { Ajv } from 'ajv'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { parseYaml } from '../../lib/formats/yaml.ts'
import { conform, helms, kubernetes, manifestsIn } from '../support/helm.ts'
import { withoutKubeconform } from '../support/kubernetes-schemas.ts'
import { realRegistries, type RunningRegistry } from '../support/real-registries.ts'
import { toolsFolder } from '../support/tools-folder.ts'
import { unless } from '../support/unless.ts'
import { gatewayScript } from './support/gateway-script.ts'
import { readLayout } from './support/image-layout.ts'
import { libraryFolder, nodeArguments, start, type Ended } from './support/start.ts'
import { callersEnvironment, gatewayWorkplace, namesIn, removeWorkplaces, type Workplace } from './support/workplace.ts'

const run = promisify(execFile)
const [registry] = realRegistries()
const pushed = unless(registry?.reason)
const distros = ['static', 'alpine'] as const

let folder: string
let place: Workplace
let target: RunningRegistry | undefined

test.before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chart-'))
  for (const name of ['CACHE', 'CONFIG', 'DATA']) process.env[`HELM_${name}_HOME`] = join(folder, 'helm', name)
  target = registry?.reason === undefined ? await registry?.start() : undefined
  place = await gatewayWorkplace(gatewayScript())
})
test.after(async () => {
  await removeWorkplaces()
  await target?.close()
  await rm(folder, { recursive: true, force: true })
})

/** @param to what is built for: where images will be pulled from */
async function done(args: readonly string[], env: Readonly<Record<string, string>> = {}, at = place): Promise<Ended> {
  const ended = await at.build(args, { env: { REGISTRY: hostOf(), SLIPWAY_HELM: '/nowhere/helm', ...env } })
  assert.is(ended.code, 0, `${ended.stdout}${ended.stderr}`)
  return ended
}

const hostOf = (): string => target?.host ?? '127.0.0.1:1'

interface Released {
  readonly artifacts: readonly { readonly kind: string, readonly name: string, readonly digest: string, readonly image?: { readonly distro: string } }[]
}

async function released(at = place): Promise<Released> {
  return JSON.parse(await readFile(join(at.dist, 'release.json'), 'utf8')) as Released
}

async function chartDigest(at = place): Promise<string> {
  return (await released(at)).artifacts.find(({ kind }) => kind === 'chart')?.digest ?? 'no chart'
}

/** The references by which manifests may name the released images. */
async function imageReferences(): Promise<Readonly<Record<string, string>>> {
  const images = (await released()).artifacts.filter(({ kind }) => kind === 'image')
  return Object.fromEntries(images.map(({ digest, image }) => [image?.distro ?? '', `${hostOf()}/example/gateway@${digest}`]))
}

interface Values {
  readonly image: { readonly repository: string, readonly distro: string, readonly distros: Readonly<Record<string, { readonly tag: string, readonly digest: string }>> }
}

/** The package of dist/ unpacked into a folder of this name. */
async function unpacked(name: string, at = place): Promise<string> {
  const to = join(folder, name)
  await mkdir(to)
  await run('tar', ['-xzf', join(at.dist, 'gateway-1.2.3.tgz'), '-C', to])
  return join(to, 'gateway')
}

const yaml = async (file: string): Promise<unknown> => parseYaml(await readFile(file, 'utf8'), file)

test('without a helm, plan says that nothing will be rendered, and what is left out', async () => {
  const env = { DISTROS: 'static alpine ubuntu', SLIPWAY_HELM: '/nowhere/helm' }
  const notices = [
    'The chart gateway leaves out ubuntu: there is no image on it in this release.',
    'The chart gateway is checked by its files alone, not rendered: /nowhere/helm is not there, or may not be run.',
    'The compose file leaves out ubuntu: there is no image on it in this release.',
  ]
  const { stdout, stderr } = await done(['plan'], env)
  assert.match(stdout, /^chart +gateway-1\.2\.3\.tgz .* make$/m)
  assert.equal(stderr.trim().split('\n').sort(), notices.map(line => `notice: ${line}`).sort())
  const data = JSON.parse((await done(['plan', '--json'], env)).stdout) as { readonly notices: readonly string[], readonly steps: readonly { readonly kind: string, readonly state: string }[] }
  assert.equal([...data.notices].sort(), [...notices].sort())
  assert.equal(data.steps.filter(({ kind }) => kind === 'chart').map(({ state }) => state), ['make'])
})

test('a release makes the package, a layout that helm pushes the same, and the compose folder', async () => {
  const { stderr } = await done(['release'])
  assert.not.match(stderr, /leaves out/)
  const names = await namesIn(place.dist)
  assert.equal(names.filter(name => !name.startsWith('gateway_')), ['charts', 'compose', 'gateway-1.2.3.tgz', 'images', 'release.json'])
  assert.equal(await namesIn(join(place.dist, 'compose')), ['.env', 'LICENSE', 'README.md', 'compose.alpine.yaml', 'compose.tags.yaml', 'compose.yaml', 'gateway.json'])
  await run('sha256sum', ['--check', '--strict', 'gateway_1.2.3_checksums.txt'], { cwd: place.dist })
  assert.match(await readFile(join(place.dist, 'gateway_1.2.3_checksums.txt'), 'utf8'), /^[0-9a-f]{64} {2}gateway-1\.2\.3\.tgz$/m)
  const ajv = new Ajv({ strict: false })
  const schema = JSON.parse(await readFile(join(libraryFolder, 'docs/release.schema.json'), 'utf8')) as object
  assert.ok(ajv.validate(schema, await released()), ajv.errorsText())
  const layout = await readLayout(join(place.dist, 'charts/gateway'))
  assert.equal([...layout.tags].map(([tag, { digest }]) => [tag, digest]), [['1.2.3', await chartDigest()]])
})

test('nothing of the package is other than in the project but version, images and what Artifact Hub reads', async () => {
  const packed = await unpacked('package')
  const own = join(place.folder, 'chart')
  const names = (await readdir(own, { recursive: true, withFileTypes: true })).filter(entry => entry.isFile()).map(entry => join(entry.parentPath, entry.name).slice(own.length + 1))
  for (const name of names.filter(one => !['Chart.yaml', 'values.yaml'].includes(one))) {
    assert.is(await readFile(join(packed, name), 'utf8'), await readFile(join(own, name), 'utf8'), name)
  }
  const changed = async (name: string): Promise<readonly string[]> => {
    const [before, after] = await Promise.all([own, packed].map(async at => (await readFile(join(at, name), 'utf8')).split('\n')))
    return (before ?? []).filter(line => !after?.includes(line))
  }
  assert.equal(await changed('Chart.yaml'), ['version: 0.0.0', 'appVersion: "0.0.0"'])
  assert.equal(await changed('values.yaml'), ['  repository: ghcr.io/example/gateway', '  distros: {}'])
  const { version, appVersion, annotations } = await yaml(join(packed, 'Chart.yaml')) as { readonly version: string, readonly appVersion: string, readonly annotations: Readonly<Record<string, string>> }
  assert.equal([version, appVersion], ['1.2.3', '1.2.3'])
  const listed = parseYaml(annotations['artifacthub.io/images'] ?? '', 'it') as readonly { readonly image: string }[]
  const references = Object.values(await imageReferences())
  assert.equal(listed.map(({ image }) => image.replace(/:1\.2\.3-\w+@/, '@')), references)
  const { image: { repository, distro, distros: named } } = await yaml(join(packed, 'values.yaml')) as Values
  assert.equal([repository, distro, Object.keys(named)], [`${hostOf()}/example/gateway`, 'static', [...distros].sort()])
  assert.equal(distros.map(one => `${repository}@${named[one]?.digest}`), references)
})

test('what is in the cache is said to lack the same, and takes no time', async () => {
  const { stderr } = await done(['release'])
  assert.match(stderr, /notice: The chart gateway is checked by its files alone, not rendered/)
  const { steps } = await place.record()
  assert.equal([...new Set(steps.filter(({ kind }) => kind !== 'record').map(({ state }) => state))].filter(state => state !== 'cached' && state !== 'made'), [])
  assert.is(steps.find(({ kind }) => kind === 'chart')?.state, 'cached')
})

for (const { name, reason, run: helm } of helms) {
  unless(reason ?? registry?.reason)(`${name} takes the chart from the registry and renders it for every file of values and every distro with released images only`, async () => {
    await done(['push', '--publish'])
    const at = join(folder, name)
    await mkdir(at)
    await helm('pull', `oci://${hostOf()}/example/charts/gateway`, '--version', '1.2.3', '--plain-http', '--destination', at)
    const chart = join(at, 'gateway-1.2.3.tgz')
    assert.equal(await readFile(chart), await readFile(join(place.dist, 'gateway-1.2.3.tgz')))
    await helm('lint', '--strict', chart)
    const references = await imageReferences()
    const ci = (await namesIn(join(place.folder, 'chart/ci'))).map(file => ['--values', join(place.folder, 'chart/ci', file)])
    const rendered = await Promise.all([[], ...ci, ...distros.map(distro => ['--set', `image.distro=${distro}`])].map(async args => {
      const text = await helm('template', 'it', chart, ...kubernetes, ...args)
      const [distro = 'static'] = args.flatMap(arg => /^image\.distro=(.*)/.exec(arg)?.[1] ?? [])
      const images = [...text.matchAll(/^ *(?:- )?image: "?([^"\n]+)"?$/gm)].map(([, image]) => image)
      assert.ok(images.length > 0)
      assert.equal([...new Set(images)], [references[distro]], args.join(' '))
      assert.ok(manifestsIn(text).some(({ kind }) => kind === 'Deployment'))
      return text
    }))
    assert.is(rendered.length, 6)
    if (withoutKubeconform() === undefined) await conform(rendered, at)
    if (name !== 'helm4') return   // helm 3 asks a cluster
    const said = await helm('install', 'it', chart, '--dry-run=client')
    assert.match(said, new RegExp(`\\nNOTES:\\ngateway 1\\.2\\.3 runs from ${references['static']?.replaceAll('.', '\\.')}`))
  })
}

const [helm3] = helms

unless(registry?.reason ?? helm3?.reason)('helm push of the same package has the digest that release.json names', async () => {
  const copy = join(folder, 'gateway-1.2.3.tgz')
  await cp(join(place.dist, 'gateway-1.2.3.tgz'), copy)
  const time = new Date(await place.repository.git('log', '-1', '--format=%cI'))
  await utimes(copy, time, time)
  const zone = process.env['TZ']
  process.env['TZ'] = 'UTC'
  await helm3?.run('push', copy, `oci://${hostOf()}/pushed`, '--plain-http')
  if (zone === undefined) delete process.env['TZ']
  else process.env['TZ'] = zone
  const { headers } = await fetch(`http://${hostOf()}/v2/pushed/gateway/manifests/1.2.3`, { method: 'HEAD', headers: { accept: 'application/vnd.oci.image.manifest.v1+json' } })
  assert.is(headers.get('docker-content-digest'), await chartDigest())
})

pushed('beside the chart stands what Artifact Hub is told', async () => {
  const accept = 'application/vnd.oci.image.manifest.v1+json'
  const manifest = await (await fetch(`http://${hostOf()}/v2/example/charts/gateway/manifests/artifacthub.io`, { headers: { accept } })).json() as {
    readonly config: { readonly mediaType: string }, readonly layers: readonly { readonly mediaType: string, readonly digest: string }[]
  }
  assert.is(manifest.config.mediaType, 'application/vnd.cncf.artifacthub.config.v1+yaml')
  const [layer, ...others] = manifest.layers
  assert.equal([layer?.mediaType, others], ['application/vnd.cncf.artifacthub.repository-metadata.layer.v1.yaml', []])
  const text = await (await fetch(`http://${hostOf()}/v2/example/charts/gateway/blobs/${layer?.digest}`)).text()
  assert.equal(parseYaml(text, 'it'), { owners: [{ name: 'Ann', email: 'ann@example.com' }] })
})

test('a version that somebody wrote into Chart.yaml changes nothing', async () => {
  const other = await gatewayWorkplace(gatewayScript())
  const file = join(other.folder, 'chart/Chart.yaml')
  await other.repository.git('tag', '--delete', 'v1.2.3')
  await other.repository.commit({ 'chart/Chart.yaml': (await readFile(file, 'utf8')).replace('version: 0.0.0', 'version: 7.7.7').replace('appVersion: "0.0.0"', 'appVersion: "7.7.7"') })
  await other.repository.tag('v1.2.3')
  await done(['chart'], {}, other)
  const [mine, theirs] = [join(folder, 'package/gateway'), await unpacked('by hand', other)]
  // Images and changes know their commit; the chart knows nothing of the other version.
  const texts = async (at: string): Promise<readonly string[]> => Promise.all(['Chart.yaml', 'values.yaml', 'templates/deployment.yaml']
    .map(async name => (await readFile(join(at, name), 'utf8')).replace(/sha256:[0-9a-f]{64}/g, 'sha256:')))
  assert.equal(await texts(theirs), await texts(mine))
})

test('two releases of one commit are the same in another folder, umask and time zone, with a helm and without', async () => {
  const elsewhere = place.repository.beside('elsewhere')
  const clone = join(elsewhere, 'deeper')
  await place.repository.git('clone', '--quiet', place.folder, clone)
  const out = join(elsewhere, 'dist')
  const env = {
    ...callersEnvironment(), REGISTRY: hostOf(), TZ: 'Pacific/Chatham', LC_ALL: 'tr_TR.UTF-8', SLIPWAY_CACHE: join(elsewhere, 'cache'),
    ...helm3?.reason === undefined && { SLIPWAY_HELM: join(toolsFolder(), 'helm3') },
  }
  const { code, stderr } = await start('sh', ['-c', 'umask 077; exec "$@"', 'sh', process.execPath, ...nodeArguments, 'build.ts', 'release', '--out', out], { cwd: clone, env }).ended
  assert.is(code, 0, stderr)
  const other = { ...place, dist: out }
  assert.is(await chartDigest(other), await chartDigest())
  const compose = async (dist: string): Promise<readonly (readonly string[])[]> =>
    Promise.all((await namesIn(join(dist, 'compose'))).map(async name => [name, await readFile(join(dist, 'compose', name), 'utf8')]))
  assert.equal(await compose(out), await compose(place.dist))
})

test.run()
