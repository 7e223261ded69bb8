// One thing: what becomes of one project's images, from no lock to a layout that others read, step by step.
import { execFileSync } from 'node:child_process'
import { X509Certificate } from 'node:crypto'
import { mkdir, mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { parseLock } from '../../lib/formats/lock-file.ts'
import { unless } from '../support/unless.ts'
import { type BaseMirror, mirrorEnvironment, noMirror, startMirror } from './support/base-mirror.ts'
import { dismantle, noDismantling } from './support/dismantle.ts'
import { gatewayProgram } from './support/gateway-program.ts'
import { type LaidOut, readLayout } from './support/image-layout.ts'
import { allDistros, imageScript, imageTargets } from './support/image-script.ts'
import type { Ended } from './support/start.ts'
import { toolsFolder } from './support/tools-folder.ts'
import { namesIn, removeWorkplaces, type StepData, type Workplace, workplace, workplaceIn } from './support/workplace.ts'

const reason = noMirror()
const real = unless(reason)
const dismantled = unless(reason ?? noDismantling())
const onBases = allDistros.filter(distro => distro !== 'static')

let folder: string
let mirror: BaseMirror
let place: Workplace
/** Where bases can be had, and where nobody answers. */
let reached: Readonly<Record<string, string>>
let alone: Readonly<Record<string, string>>

test.before(async () => {
  if (reason !== undefined) return
  folder = await mkdtemp(join(tmpdir(), 'images-'))
  mirror = await startMirror(join(folder, 'bases'))
  place = await workplace({ ...gatewayProgram, 'build.ts': imageScript() }, ['v1.2.2'])
  // Nothing of Docker is there, and nothing is needed.
  const common = { GOCACHE: join(folder, 'go-cache'), PATH: await toolsFolder(place.repository.beside('bin'), ['git', 'go']), DOCKER_HOST: 'unix:///nowhere' }
  reached = { ...common, ...mirror.environment }
  alone = { ...common, ...mirrorEnvironment('127.0.0.1:1') }
})
test.after(async () => {
  if (reason !== undefined) return
  await removeWorkplaces()
  await mirror.close()
  await rm(folder, { recursive: true, force: true })
})

async function done(args: readonly string[], env: Readonly<Record<string, string>>, at = place): Promise<Ended> {
  const ended = await at.build(args, { env })
  assert.is(ended.code, 0, `${ended.stdout}${ended.stderr}`)
  return ended
}

const layoutOf = ({ dist }: Workplace): Promise<LaidOut> => readLayout(join(dist, 'images/gateway'))
const tagsOf = (version: string, distros: readonly string[]): readonly string[] => distros.map(distro => `${version}-${distro}`).sort()

interface Planned {
  readonly steps: readonly (StepData & { readonly reason?: string })[]
}

async function planned(env: Readonly<Record<string, string>>): Promise<Planned> {
  return JSON.parse((await done(['plan', 'images', '--json'], env)).stdout) as Planned
}

/** What is skipped says so wherever one looks, and the rest is made. */
async function assertSkipped(env: Readonly<Record<string, string>>, version: string, why: RegExp): Promise<void> {
  const plan = await done(['plan', 'images'], env)
  for (const distro of onBases) assert.match(plan.stdout, new RegExp(`gateway:${version}-${distro} .*skipped: .*${why.source}`))
  const { stderr } = await done(['images'], env)
  assert.match(stderr, why)
  const { steps, exitCode } = await place.record() as { steps: Planned['steps'], exitCode: number }
  assert.is(exitCode, 0)
  const skipped = steps.filter(({ kind, state }) => kind === 'image' && state === 'skipped')
  assert.equal(skipped.map(({ name }) => name).sort(), tagsOf(version, onBases).map(tag => `gateway:${tag}`))
  for (const { reason } of skipped) assert.match(reason ?? '', why)
  assert.equal([...(await layoutOf(place)).tags.keys()], [`${version}-static`])
}

/** Nothing is begun where it is known that it cannot be finished. */
async function assertStrict(env: Readonly<Record<string, string>>, why: RegExp): Promise<void> {
  const { code, stderr } = await place.build(['images', '--strict'], { env })
  assert.is(code, 1)
  assert.match(stderr, why)
  assert.equal((await place.record()).steps.filter(({ state }) => state === 'made'), [])
}

real('a base that is not locked is skipped, and an error under --strict', async () => {
  await assertSkipped(reached, '1.2.2', /is not locked: npx tsx build\.ts lock/)
  await assertStrict(reached, /is not locked/)
})

real('lock pins every base by digest, with its platforms, and keeps what is pinned', async () => {
  const file = join(place.folder, 'slipway.lock')
  const { stdout } = await done(['lock'], reached)
  for (const { repository } of mirror.bases) assert.match(stdout, new RegExp(`${repository}:\\S+ +added`))
  const text = await readFile(file, 'utf8')
  const { bases } = parseLock(text, file)
  for (const { repository, tag, root, platforms } of mirror.bases) {
    const [, found] = Object.entries(bases).find(([reference]) => reference.endsWith(`/${repository}:${tag}`)) ?? []
    assert.is(found?.digest, root.digest)
    assert.equal(Object.keys(found?.platforms ?? {}).sort(), platforms.map(name => name.replace('arm64/v8', 'arm64')).sort())
  }
  assert.match((await done(['lock'], alone)).stdout, /alpine:3 +kept/)
  assert.is(await readFile(file, 'utf8'), text)
  await place.repository.commit()
  await place.repository.tag('v1.2.3')
})

real('a plan knows every platform without a network, and says what cannot be fetched', async () => {
  const { steps } = await planned(alone)
  const manifests = steps.filter(({ kind }) => kind === 'platform-image')
  for (const distro of allDistros) {
    assert.equal(manifests.filter(({ name }) => name === `gateway:1.2.3-${distro}`).map(({ target = '' }) => target).sort(), imageTargets)
  }
  await assertSkipped(alone, '1.2.3', /cannot .*(registry\.access\.redhat\.com|docker\.io|gcr\.io)/)
  await assertStrict(alone, /Cannot .*docker\.io/i)
})

real('a release makes the archives and an image layout, with nothing of Docker', async () => {
  const { stderr } = await done(['release'], reached)
  assert.not.match(stderr, /skipped/)
  assert.is((await namesIn(place.dist)).filter(name => name.endsWith('.tar.gz')).length, imageTargets.length)
  const layout = await layoutOf(place)
  assert.equal([...layout.tags.keys()], tagsOf('1.2.3', allDistros))
  for (const tag of tagsOf('1.2.3', allDistros)) {
    assert.equal((await layout.images(tag)).map(({ platform }) => platform).sort(), imageTargets)
  }
})

real('what was fetched once is never asked for again', async () => {
  const { steps } = await planned(alone)
  assert.equal(steps.filter(({ kind, state }) => kind !== 'record' && state !== 'cached'), [])
  const before = (await layoutOf(place)).tags
  await done(['images'], alone)
  assert.equal((await layoutOf(place)).tags, before)
})

real('the layer with the program has one digest across distros, for each platform', async () => {
  const layout = await layoutOf(place)
  for (const target of imageTargets) {
    const images = await Promise.all(allDistros.map(async distro => (await layout.images(`1.2.3-${distro}`)).find(({ platform }) => platform === target)))
    assert.is(new Set(images.map(image => image?.manifest.layers.at(-1)?.digest)).size, 1, target)
  }
})

real('what a base says of itself is dropped, what containers need is inherited, entrypoint and user are ours', async () => {
  const layout = await layoutOf(place)
  for (const distro of allDistros) {
    for (const { config: { config = {}, architecture }, manifest, platform } of await layout.images(`1.2.3-${distro}`)) {
      const { Entrypoint, Cmd, User, ExposedPorts } = config
      const labels = config.Labels ?? {}
      assert.equal({ Entrypoint, Cmd, User, ExposedPorts }, { Entrypoint: ['/usr/local/bin/gateway'], Cmd: ['serve'], User: '65532', ExposedPorts: { '8080/tcp': {} } })
      assert.is(`linux/${architecture}`, platform)
      assert.is(labels['org.opencontainers.image.version'], '1.2.3')
      assert.is(manifest.annotations?.['org.opencontainers.image.version'], '1.2.3')
      assert.equal(Object.keys(labels).filter(name => /^(name|version|release|summary|url|vcs-.*|build-date|com\.redhat\..*|io\.k8s\..*)$/.test(name)), [])
      assert.ok(config.Env?.some(entry => entry.startsWith('PATH=')), distro)
    }
  }
  const ofDistro = async (distro: string) => (await layout.images(`1.2.3-${distro}`))[0]?.config.config
  const ubi = await ofDistro('ubi')
  assert.equal(ubi?.Volumes, { '/var/cache/yum': {} })
  assert.ok(ubi?.Env?.includes('container=oci'))
  assert.is((await ofDistro('distroless'))?.WorkingDir, '/home/nonroot')
})

real('two builds in two folders, with caches of their own, have equal digests', async () => {
  const other = place.repository.at(place.repository.beside('another-place'))
  await place.repository.git('clone', '--quiet', place.folder, other.folder)
  const there = { ...workplaceIn(other), cache: place.repository.beside('another-cache') }
  await done(['images'], { ...reached, SLIPWAY_CACHE: there.cache }, there)
  const digests = ({ tags }: LaidOut) => Object.fromEntries([...tags].map(([tag, { digest }]) => [tag, digest]))
  assert.equal(digests(await layoutOf(there)), digests(await layoutOf(place)))
})

dismantled('skopeo reads every index and every configuration', async () => {
  const layout = await layoutOf(place)
  for (const tag of tagsOf('1.2.3', allDistros)) {
    const image = `oci:${place.dist}/images/gateway:${tag}`
    const inspect = (...args: readonly string[]): object => JSON.parse(execFileSync('skopeo', [...args, image], { encoding: 'utf8' })) as object
    assert.equal(inspect('inspect', '--raw'), await layout.index(tag))
    for (const { platform, config } of await layout.images(tag)) {
      assert.equal(inspect('--override-os', 'linux', '--override-arch', platform.split('/')[1] ?? '', 'inspect', '--config', '--raw'), config)
    }
  }
})

dismantled('umoci unpacks every image, with the program of its platform in it', async () => {
  for (const distro of allDistros) {
    for (const target of distro === 'alpine' ? imageTargets : imageTargets.slice(-1)) {
      const root = await unpacked(distro, target)
      const { mode, uid, mtimeMs } = await stat(join(root, 'usr/local/bin/gateway'))
      assert.equal([mode & 0o7777, uid], [0o755, process.getuid?.()])
      assert.is(mtimeMs, Number(await place.repository.git('log', '-1', '--format=%ct')) * 1000)
      const names = await namesIn(join(root, 'etc'))
      assert.ok(names.includes('passwd'), names.join(' '))
    }
  }
})

dismantled('the static image has certificates, time zones, users and a folder for temporary files', async () => {
  const root = await unpacked('static', 'linux/amd64')
  const pem = await readFile(join(root, 'etc/ssl/certs/ca-certificates.crt'), 'utf8')
  const certificates = pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? []
  assert.ok(certificates.length > 50)
  for (const one of certificates) assert.ok(new X509Certificate(one).ca)
  assert.match(await readFile(join(root, 'etc/passwd'), 'utf8'), /^nonroot:x:65532:65532:/m)
  assert.is((await stat(join(root, 'tmp'))).mode & 0o7777, 0o1777)
  assert.is((await readFile(join(root, 'usr/share/zoneinfo/Europe/Berlin'))).subarray(0, 4).toString(), 'TZif')
})

unless(reason ?? noDismantling() ?? (process.getuid?.() === 0 ? undefined : 'chroot needs root'))('a program in the static image runs as nonroot, and finds all of that', async () => {
  const root = await unpacked('static', 'linux/amd64')
  const run = (command: string): string => execFileSync('/usr/sbin/chroot', ['--userspec=65532:65532', root, '/usr/local/bin/gateway', command], { encoding: 'utf8', env: {} })
  assert.is(run('version'), 'gateway 1.2.3\n')
  assert.is(run('about'), 'user 65532 nonroot\nzone 01:00 CET\ncertificates true\ntemporary true\n')
})

const roots = new Map<string, string>()

async function unpacked(distro: string, target: string): Promise<string> {
  const name = `${distro}-${target.replace('/', '-')}`
  const known = roots.get(name)
  if (known) return known
  await mkdir(join(folder, name))
  const root = dismantle(`oci:${place.dist}/images/gateway:1.2.3-${distro}`, target, join(folder, name))
  roots.set(name, root)
  return root
}

test.run()
