// One thing: images where they are used, in a Docker Engine, which is started once.
import { execFileSync } from 'node:child_process'
import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Index, Manifest } from '../../lib/oci/manifest.ts'
import { mediaTypes } from '../../lib/oci/media-types.ts'
import { noEngine, startEngine, type TestEngine } from '../support/docker-engine.ts'
import { listening } from '../support/listening.ts'
import { realRegistries, type RunningRegistry } from '../support/real-registries.ts'
import { unless } from '../support/unless.ts'
import { type BaseMirror, noMirror, startMirror } from './support/base-mirror.ts'
import { hostTarget } from './support/build-script.ts'
import { noEmulation } from './support/emulation.ts'
import { gatewayProgram } from './support/gateway-program.ts'
import { allDistros, imageScript, imageTargets } from './support/image-script.ts'
import { libraryFolder } from './support/start.ts'
import { removeWorkplaces, type Workplace, workplace } from './support/workplace.ts'

const reason = noMirror() ?? noEngine()
const real = unless(reason)
const [registry] = realRegistries()
const onBases = allDistros.filter(distro => distro !== 'static')

let folder: string
let engine: TestEngine
let mirror: BaseMirror
/** The same bases without zstd, which this Engine's own builder may not read. */
let plain: BaseMirror
let target: RunningRegistry
let place: Workplace
let env: Readonly<Record<string, string>>

const fromDockerfile = (dockerfile: string, distros: string, platforms: readonly string[], more = ''): string => `${distros}.map(distro => buildImage({
  dockerfile: ${dockerfile}, distro, binaries, platforms: ${JSON.stringify(platforms)}, buildArgs: { BASE: process.env.PLAIN + '/' + plain[distro] }, ${more}
}))`

const goals = `
      docker: ['images from Dockerfiles', publish(send(ociRegistry(process.env.REGISTRY + '/built'), ${
  fromDockerfile('`docker/Dockerfile.${distro}`', JSON.stringify(onBases), [hostTarget, 'linux/s390x'])}))],
      failing: ['an image whose RUN fails', publish(send(dist, ${fromDockerfile("'docker/failing'", "['alpine']", [hostTarget], "network: 'none',")}))],`

const head = `const plain = {
  alpine: 'library/alpine:3', ubuntu: 'library/ubuntu:24.04', distroless: 'distroless/static-debian12:nonroot', ubi: 'ubi9/ubi-minimal:latest',
}
`

test.before(async () => {
  if (reason !== undefined) return
  folder = await mkdtemp(join(tmpdir(), 'images-engine-'))
  engine = await startEngine()
  mirror = await startMirror(join(folder, 'bases'))
  plain = await startMirror(join(folder, 'plain'), { zstd: false })
  target = await (registry as NonNullable<typeof registry>).start()
  place = await workplace({
    ...gatewayProgram, 'build.ts': imageScript({ registries: "[process.env.REGISTRY + '/gateway']", goals }).replace('const dist', `${head}const dist`),
    'docker/failing': 'ARG BASE\nFROM ${BASE}\nRUN echo this much was done; exit 3\n',
  }, [])
  await cp(join(libraryFolder, 'examples/gateway/docker'), join(place.folder, 'docker'), { recursive: true })
  env = { ...mirror.environment, GOCACHE: join(folder, 'go-cache'), DOCKER_HOST: engine.host, REGISTRY: target.host, PLAIN: plain.host }
  await done('lock')
  await place.repository.commit()
  await place.repository.tag('v1.2.3')
})
test.after(async () => {
  if (reason !== undefined) return
  await removeWorkplaces()
  for (const one of [engine, mirror, plain, target]) await one.close()
  await rm(folder, { recursive: true, force: true })
})

async function done(...args: readonly string[]): Promise<void> {
  const { code, stdout, stderr } = await place.build(args, { env })
  assert.is(code, 0, `${stdout}${stderr}`)
}

function docker(...args: readonly string[]): string {
  return execFileSync('/usr/bin/docker', args, { env: { DOCKER_HOST: engine.host }, encoding: 'utf8', stdio: 'pipe' })
}

async function ask(host: string, path: string): Promise<{ readonly value: unknown, readonly digest: string }> {
  const accept = [mediaTypes.index, mediaTypes.manifest, mediaTypes.dockerList, mediaTypes.dockerManifest].join(', ')
  const response = await fetch(`http://${host}/v2/${path}`, { headers: { accept } })
  assert.is(response.status, 200, path)
  return { value: await response.json(), digest: response.headers.get('docker-content-digest') ?? '' }
}

/** The index of a distro by its digest, as whoever pins an image names it. */
async function pinned(repository: string, distro: string): Promise<string> {
  return `${target.host}/${repository}@${(await ask(target.host, `${repository}/manifests/1.2.3-${distro}`)).digest}`
}

/** An Engine without containerd's store has one platform under one digest. */
function pull(reference: string, platform: string): void {
  docker('rmi', '--force', reference)
  docker('pull', '--quiet', '--platform', platform, reference)
}

/** Pulls an image for a platform, and asks it what it is and how it is. */
async function assertRuns(reference: string, platform: string): Promise<void> {
  pull(reference, platform)
  const run = ['run', '--rm', '--platform', platform, '--network', 'host']
  assert.is(docker(...run, reference, 'version'), 'gateway 1.2.3\n')
  const server = await listening('/usr/bin/docker', [...run, '--env', 'GATEWAY_LISTEN=127.0.0.1:0', reference], { DOCKER_HOST: engine.host })
  try {
    const response = await fetch(`http://${server.host}/healthz`)
    assert.equal([response.status, await response.text()], [200, 'ok 1.2.3\n'])
  } finally {
    await server.close()
  }
}

function containerOf(reference: string): object {
  const { User, Entrypoint, Cmd, ExposedPorts, Env, WorkingDir, Volumes } = JSON.parse(docker('inspect', '--format', '{{json .Config}}', reference)) as Record<string, unknown>
  return { User, Entrypoint, Cmd, ExposedPorts, Env, WorkingDir, Volumes }
}

real('images are pushed without an Engine, and no layer is in zstd, whatever the base has', async () => {
  const { code, stderr } = await place.build(['push'], { env: { ...env, DOCKER_HOST: 'unix:///nowhere' } })
  assert.is(code, 0, stderr)
  const layersOf = async (host: string, repository: string, tag: string): Promise<readonly string[]> => {
    const { manifests: [first] } = (await ask(host, `${repository}/manifests/${tag}`)).value as Index
    return ((await ask(host, `${repository}/manifests/${first?.digest}`)).value as Manifest).layers.map(({ mediaType }) => mediaType)
  }
  assert.ok((await layersOf(mirror.host, 'distroless/static-debian12', 'nonroot')).includes(mediaTypes.zstdLayer))
  for (const distro of allDistros) assert.equal([...new Set(await layersOf(target.host, 'gateway', `1.2.3-${distro}`))], [mediaTypes.gzipLayer])
})

for (const platform of imageTargets) {
  unless(reason ?? noEmulation(platform))(`each distro, pulled by digest, answers on its health endpoint and prints its version on ${platform}`, async () => {
    for (const distro of allDistros) await assertRuns(await pinned('gateway', distro), platform)
  })
}

real('the static image has certificates, time zones and a folder for temporary files, and runs as nonroot', async () => {
  const reference = await pinned('gateway', 'static')
  pull(reference, hostTarget)
  const about = docker('run', '--rm', '--network', 'none', '--read-only', '--tmpfs', '/tmp', reference, 'about')
  assert.is(about, 'user 65532 nonroot\nzone 01:00 CET\ncertificates true\ntemporary true\n')
  assert.is(docker('run', '--rm', '--network', 'none', reference, 'about'), about)
})

real('--load puts this machine\'s platform into the Engine, and it runs', async () => {
  await done('images', '--load')
  for (const distro of allDistros) {
    const name = `gateway:1.2.3-${distro}`
    assert.is(docker('run', '--rm', '--network', 'none', name, 'version'), 'gateway 1.2.3\n')
    assert.is(docker('inspect', '--format', '{{.Os}}/{{.Architecture}}', name).trim(), hostTarget)
  }
})

real('Dockerfiles give images that behave the same, and join an index', async () => {
  await done('docker')
  for (const distro of onBases) {
    const { manifests } = (await ask(target.host, `built/manifests/1.2.3-${distro}`)).value as Index
    assert.equal(manifests.map(({ platform }) => `${platform?.os}/${platform?.architecture}`), [hostTarget, 'linux/s390x'])
    const reference = await pinned('built', distro)
    await assertRuns(reference, hostTarget)
    assert.equal(containerOf(reference), containerOf(`gateway:1.2.3-${distro}`), distro)
  }
})

unless(reason ?? noEmulation('linux/s390x'))('what was built for another platform runs there', async () => {
  await assertRuns(await pinned('built', 'ubi'), 'linux/s390x')
})

real('a RUN that fails shows what it printed, once', async () => {
  const { code, stdout, stderr } = await place.build(['failing'], { env })
  assert.is(code, 1)
  const shown = `${stdout}${stderr}`.split('\n').filter(line => /(^|\| |\s)this much was done$/.test(line))
  assert.is(shown.length, 1, `${stdout}${stderr}`)
  const { errors } = await place.record()
  assert.equal(errors.map(({ code: kind, output }) => [kind, output?.match(/^this much was done$/gm)?.length]), [['DOCKER', 1]])
})

for (const args of [['images', '--load'], ['docker']]) {
  real(`without an Engine ${args.join(' ')} is an error before anything is compiled`, async () => {
    const { code, stderr } = await place.build(args, { env: { ...env, DOCKER_HOST: 'unix:///nowhere/docker.sock', SLIPWAY_CACHE: join(folder, 'cold') } })
    assert.is(code, 1)
    assert.match(stderr, /Cannot reach a Docker Engine[^]*\/nowhere\/docker\.sock[^]*OCI layouts and registries need none|Cannot reach a Docker Engine[^]*OCI layouts and registries need none[^]*\/nowhere\/docker\.sock/)
    const { steps, errors } = await place.record()
    assert.equal([steps.filter(({ state }) => state === 'made'), errors.map(error => error.code)], [[], ['DOCKER']])
  })
}

test.run()
