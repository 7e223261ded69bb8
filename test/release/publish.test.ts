import { appendFile, chmod, cp, mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { startFakeRegistry, type FakeRegistry } from '../support/fake-registry.ts'
import { hello } from './support/hello.ts'
import { libraryUrl, removeWorkplaces, workplace, type Workplace } from './support/workplace.ts'
import type { Ended } from './support/start.ts'

// Releases for everyone: what --publish sends, what --dry-run shows, what another machine sends of a folder, what is found and
// taken back later. A registry of this machine that says it is not.

interface Context {
  registry: FakeRegistry
  place: Workplace
  build(...args: readonly string[]): Promise<Ended>
  tags(repository?: string): Readonly<Record<string, string>>
}

const test = suite<Context>('publish')

const chart: Readonly<Record<string, string>> = {
  'chart/Chart.yaml': 'apiVersion: v2\nname: hello\nversion: 0.0.0\nappVersion: "0"\ndescription: It says hello\nicon: https://example.com/icon.png\n',
  'chart/values.yaml': 'image:\n  repository: ""\n  tag: ""\n  digest: ""\n',
  'chart/templates/pod.yaml': 'apiVersion: v1\nkind: Pod\nmetadata:\n  name: hello\nspec:\n  containers:\n    - name: hello\n      image: "{{ .Values.image.repository }}:{{ .Values.image.tag }}@{{ .Values.image.digest }}"\n',
}

const script = `import { archive, at, buildImage, chart, chartPackage, checksums, compose, crossCompile, directory, main, ociRegistry, publish, resolveVersion, send } from '${libraryUrl}'

const far = path => ({ ...ociRegistry(process.env.REGISTRY + path), local: false })
const [images, charts] = [far('/team/hello'), far('/team/charts')]

await main(import.meta, {
  version: resolveVersion(),
  targets: ['linux/amd64', 'linux/arm64'],
  goals: ({ project, version, source, toolchain, targets, base, publishing }) => {
    const binaries = targets.map(target => crossCompile({ project, version, toolchain, source: source('go'), target, stamp: { 'main.version': version.semver } }))
    const image = buildImage({ base: base('static'), binaries, isDefault: true })
    const released = { project, version, images: [at(images, image)], default: 'static' }
    const helm = chart({ ...released, source: source('chart'), helm: false, pin: { repository: 'image.repository', tag: 'image.tag', digest: 'image.digest' } })
    const demo = compose({ ...released, service: { ports: ['8080:8080'] } })
    const archives = binaries.map(binary => archive({ binary }))
    const local = send(directory('dist'), archives, image, helm, demo, checksums({ artifacts: [...archives, chartPackage(helm)] }))
    console.log('publishing', publishing)
    return {
      release: ['all of it', publish(local, send(images, image), send(charts, helm))],
      push: ['only far away', publish(send(images, image))],
    }
  },
})
`

test.before.each(async context => {
  const registry = await startFakeRegistry({ deletes: true })
  const place = await workplace({ ...hello, ...chart, '.gitignore': '/dist\n/dist.run.json\n', 'build.ts': script })
  Object.assign(context, {
    registry, place,
    build: (...args: readonly string[]) => place.build(args, { env: { REGISTRY: registry.host } }),
    tags: (repository = 'team/hello') => Object.fromEntries(registry.repository(repository).tags),
  })
})
test.after.each(async ({ registry }) => {
  await registry.close()
  await removeWorkplaces()
})

const writes = (registry: FakeRegistry): readonly string[] => registry.requests.filter(({ method }) => ['PUT', 'PATCH', 'DELETE'].includes(method)).map(({ method, path }) => `${method} ${path}`)
/** A push that only asks whether it may. */
const asks = (registry: FakeRegistry): number => registry.requests.filter(({ method }) => method === 'POST').length

test('a release stays on this machine until --publish says otherwise', async ({ registry, place, build, tags }) => {
  const rehearsal = await build('release')
  assert.is(rehearsal.code, 0, rehearsal.stderr)
  assert.match(rehearsal.stdout, /publishing false/)
  assert.match(rehearsal.stderr, /notice: Nothing is sent to registry \S+\/team\/hello, registry \S+\/team\/charts: that takes --publish/)
  assert.equal([registry.requests.length, asks(registry)], [0, 0])
  assert.ok((await readdir(place.dist)).includes('hello-1.2.3.tgz'))
  const alone = await build('push')
  assert.is(alone.code, 2)
  assert.match(alone.stderr, /Cannot run push without --publish: all that it does is send to registry .*\/team\/hello/)

  const published = await build('release', '--publish')
  assert.is(published.code, 0, published.stderr)
  assert.match(published.stdout, /publishing true/)
  assert.equal(Object.keys(tags()).sort(), ['1.2.3', '1.2.3-static', 'latest', 'latest-static'])
  assert.equal(Object.keys(tags('team/charts/hello')), ['1.2.3'])
  const first = registry.requests.length
  const again = await build('release', '--publish')
  assert.is(again.code, 0, again.stderr)
  assert.equal(writes({ ...registry, requests: registry.requests.slice(first) }).filter(line => /manifests/.test(line)), [], 'nothing is sent twice')
})

test('--dry-run shows what would change, and sends nothing', async ({ registry, build }) => {
  const dry = await build('release', '--dry-run')
  assert.is(dry.code, 0, dry.stderr)
  assert.match(dry.stdout, /registry \S+\/team\/hello +image +hello:1\.2\.3-static +would be sent +sha256:/)
  assert.match(dry.stdout, /registry \S+\/team\/charts +chart +hello-1\.2\.3\.tgz +would be sent +sha256:\w+ +oci:\/\//)
  assert.equal(registry.requests.filter(({ path }) => /manifests/.test(path) && !path.includes('HEAD')).filter(({ method }) => method === 'PUT'), [])
  assert.is(registry.repository('team/hello').blobs.size, 0)
  assert.is((await build('release', '--publish')).code, 0)
  const { stdout } = await build('release', '--dry-run', '--json')
  const { reports } = JSON.parse(stdout.replace(/^publishing .*$/gm, '')) as { reports: { dryRun: readonly { destination: string, state: string }[] } }
  assert.equal([...new Set(reports.dryRun.filter(({ destination }) => destination.startsWith('registry')).map(({ state }) => state))], ['same'])
})

test('what is there under the version with other bytes is an error of the rehearsal, too', async ({ registry, place, build }) => {
  assert.is((await build('release', '--publish')).code, 0)
  const { tags } = registry.repository('team/hello')
  tags.set('1.2.3-static', [...registry.repository('team/hello').manifests.keys()].find(digest => digest !== tags.get('1.2.3-static')) ?? '')
  const known = await build('release', '--dry-run')
  assert.is(known.code, 1)
  assert.match(known.stderr, /Cannot publish hello:1\.2\.3-static at \S+\/team\/hello: the tag 1\.2\.3-static is sha256:\w{64} there, not sha256:\w{64}/)
  assert.not.match(known.stdout, /DIFFERENT/)
  const made = (await place.record()).steps.filter(({ state }) => state === 'made')
  assert.equal(made, [], 'what the cache knows is told before anything is made')
  const dry = await build('release', '--dry-run', '--no-cache')
  assert.is(dry.code, 1)
  assert.match(dry.stderr, /notice: \S+\/team\/hello has the tags 1\.2\.3-static, 1\.2\.3 already: a version's tags never move/)
  assert.match(dry.stdout, /hello:1\.2\.3-static +DIFFERENT +sha256:\w+ there, sha256:\w+ here/)
  assert.match(dry.stderr, /Cannot publish hello:1\.2\.3-static at registry .*: it is there as sha256:\w{64}, not sha256:\w{64}/)
})

test('another machine publishes a folder that was made here', async ({ registry, place, build, tags }) => {
  assert.is((await build('release')).code, 0)
  const other = place.repository.at(place.repository.beside('other'))
  await place.repository.git('clone', '--quiet', place.folder, other.folder)
  await cp(place.dist, join(other.folder, 'dist'), { recursive: true })
  const run = (...args: readonly string[]) => place.build(['publish', ...args], { cwd: other.folder, env: { REGISTRY: registry.host, SLIPWAY_CACHE: place.repository.beside('other-cache'), GOFLAGS: '-mod=broken' } })
  const dry = await run('--dry-run')
  assert.is(dry.code, 0, dry.stderr)
  assert.match(dry.stdout, /would be sent/)
  const published = await run()
  assert.is(published.code, 0, published.stderr)
  assert.not.match(published.stderr, /binary/)
  const record = JSON.parse(await readFile(join(place.dist, 'release.json'), 'utf8')) as { artifacts: readonly { kind: string, digest: string }[] }
  assert.is(tags()['1.2.3-static'], record.artifacts.find(({ kind }) => kind === 'image')?.digest)
  assert.is(tags('team/charts/hello')['1.2.3'], record.artifacts.find(({ kind }) => kind === 'chart')?.digest)
})

test('a folder that was changed, or is another release\'s, is not published', async ({ registry, place, build }) => {
  assert.is((await build('release')).code, 0)
  const blobs = join(place.dist, 'images/hello/blobs/sha256')
  for (const name of await readdir(blobs)) {
    await chmod(join(blobs, name), 0o644)
    await appendFile(join(blobs, name), ' ')
  }
  const changed = await build('publish')
  assert.is(changed.code, 1)
  assert.is(registry.repository('team/hello').tags.size, 0)
  assert.match(changed.stderr, /Cannot (read|copy|find|publish)/)
  assert.is((await build('release')).code, 0)
  await place.repository.commit({ 'README.md': '# other\n' })
  await place.repository.tag('v1.2.4')
  const other = await build('publish')
  assert.is(other.code, 1)
  assert.match(other.stderr, /Cannot publish .*dist: it is hello 1\.2\.3 of commit \w{12}, not hello 1\.2\.4 of \w{12}/)
  await rm(place.dist, { recursive: true })
  const none = await build('publish')
  assert.is(none.code, 1)
  assert.match(none.stderr, /Cannot publish .*dist: its release\.json cannot be read/)
  await mkdir(place.dist)
  await writeFile(join(place.dist, 'release.json'), '{}')
  assert.match((await build('publish')).stderr, /none that this Slipway knows/)
})

test('what is where is told, and taken back', async ({ place, build, tags }) => {
  for (const version of ['1.2.3', '1.3.0']) {
    if (version === '1.3.0') {
      await place.repository.commit({ 'README.md': '# more\n' })
      await place.repository.tag('v1.3.0')
    }
    const { code, stderr } = await build('release', '--publish')
    assert.is(code, 0, stderr)
  }
  const before = tags()
  const here = await build('status')
  assert.is(here.code, 0, here.stderr)
  assert.match(here.stdout, /image +hello:1\.3\.0-static +public, the same/)
  const past = await build('status', '1.2.3')
  assert.is(past.code, 0, past.stderr)
  assert.match(past.stdout, /image +hello:1\.2\.3-static +public +sha256:/)
  assert.match((await build('status', 'v9.9.9')).stderr, /no such tag/)
  const asked = await build('retract', '1.3.0')
  assert.is(asked.code, 2)
  assert.match(asked.stderr, /1\.3\.0 would be taken back from:\n {2}registry \S+charts: 1 artifact\n {2}registry \S+hello: 1 artifact/)
  assert.equal(tags(), before)
  const taken = await build('retract', '1.3.0', '--yes')
  assert.is(taken.code, 0, taken.stderr)
  assert.equal(Object.keys(tags()).sort(), ['1.2.3', '1.2.3-static', 'latest', 'latest-static'])
  assert.is(tags()['latest'], before['1.2.3'])
  assert.equal(Object.keys(tags('team/charts/hello')), ['1.2.3'])
  const gone = await build('status', '1.3.0')
  assert.match(gone.stdout, /image +hello:1\.3\.0-static +absent/)
  const json = JSON.parse((await build('status', '1.2.3', '--json')).stdout.replace(/^publishing .*$/gm, '')) as { version: string, artifacts: readonly { state: string, kind: string }[] }
  assert.equal([json.version, json.artifacts.find(({ kind }) => kind === 'image')?.state], ['1.2.3', 'public'])
})

test('what two goals send to one place is looked for and shown once', async ({ place, build }) => {
  await place.repository.commit({ 'build.ts': script.replace('release: [', 'all: [') })
  await place.repository.tag('v1.2.4')
  const { code, stdout, stderr } = await build('status')
  assert.is(code, 0, stderr)
  assert.is(stdout.match(/^registry .*team\/hello +image +hello:1\.2\.4-static +absent/gm)?.length, 1, stdout)
})

test('a candidate becomes stable, shown to differ in its version alone', async ({ registry, place, build, tags }) => {
  await place.repository.commit({ 'README.md': '# new\n' })
  await place.repository.tag('v2.0.0-rc.1')
  const untagged = await build('promote', '2.0.0-rc.1', '--to', '2.0.0')
  assert.match(untagged.stderr, /Cannot release 2\.0\.0: commit \w+ has no such tag/)
  await place.repository.tag('v2.0.0')
  const early = await build('promote', '2.0.0-rc.1', '--to', '2.0.0')
  assert.is(early.code, 1)
  assert.match(early.stderr, /Cannot promote 2\.0\.0-rc\.1: what was published of it is not what this commit gives\n.*hello:2\.0\.0-rc\.1-static at registry \S+: not published/)
  assert.is((await build('release', '--publish', '--version', '2.0.0-rc.1')).code, 0)
  const dry = await build('promote', '2.0.0-rc.1', '--to', '2.0.0', '--dry-run')
  assert.is(dry.code, 0, dry.stderr)
  assert.equal(Object.keys(tags()).filter(tag => tag.startsWith('2.0.0')), ['2.0.0-rc.1-static'])
  const done = await build('promote', '2.0.0-rc.1', '--to', '2.0.0')
  assert.is(done.code, 0, done.stderr)
  assert.match(done.stdout, /2\.0\.0-rc\.1 was made again as it was published, and 2\.0\.0 differs from it in the version alone \(\d+ steps compared/)
  assert.equal(Object.keys(tags()).filter(tag => /^(2|latest)/.test(tag)).sort(), ['2.0.0', '2.0.0-rc.1-static', '2.0.0-static', 'latest', 'latest-static'])
  assert.equal(Object.keys(tags('team/charts/hello')).sort(), ['2.0.0', '2.0.0-rc.1'])
  const proof = JSON.parse(await readFile(join(place.folder, 'dist.promotion.json'), 'utf8')) as { from: string, reproduced: readonly { digest: string }[], artifacts: readonly { kind: string, toDigest: string }[] }
  assert.is(proof.from, '2.0.0-rc.1')
  assert.equal(proof.reproduced.map(({ digest }) => digest), [tags()['2.0.0-rc.1-static'], tags('team/charts/hello')['2.0.0-rc.1']])
  assert.is(proof.artifacts.find(({ kind }) => kind === 'image')?.toDigest, tags()['2.0.0-static'])
  // What was published is not what this commit gives any more.
  const own = registry.repository('team/hello')
  own.tags.set('2.0.0-rc.1-static', own.tags.get('2.0.0-static') ?? '')
  const other = await build('promote', '2.0.0-rc.1', '--to', '2.0.0')
  assert.is(other.code, 1)
  assert.match(other.stderr, /hello:2\.0\.0-rc\.1-static at registry \S+: sha256:\w{64} there, sha256:\w{64} made now/)
})

test('what depends on being a candidate, or is too young, is not promoted', async ({ place, build }) => {
  await place.repository.commit({ 'build.ts': script.replace("archive({ binary })", "archive({ binary, level: version.prerelease ? 1 : 9 })") })
  for (const tag of ['v2.0.0-rc.1', 'v2.0.0', 'v2.1.0']) await place.repository.tag(tag)
  assert.is((await build('release', '--publish', '--version', '2.0.0-rc.1')).code, 0)
  const { code, stderr } = await build('promote', '2.0.0-rc.1', '--to', '2.0.0')
  assert.is(code, 1)
  assert.match(stderr, /Cannot promote 2\.0\.0-rc\.1 to 2\.0\.0: these would be made from something else beside the version\n {2}archive hello_\{version\}_linux_amd64/)
  assert.match((await build('promote', '2.0.0-rc.1', '--to', '2.1.0')).stderr, /not the version that it is a candidate of/)
  assert.match((await build('promote', '2.0.0', '--to', '2.0.0')).stderr, /Cannot promote 2\.0\.0: it is no candidate/)
  await place.repository.commit({ 'build.ts': script.replace('  targets: [', '  promotion: { days: 30000 },\n  targets: [') })
  for (const tag of ['v3.0.0-rc.1', 'v3.0.0']) await place.repository.tag(tag)
  assert.match((await build('promote', '3.0.0-rc.1', '--to', '3.0.0')).stderr, /it is out for -?[\d.]+ days, and build\.ts demands 30000/)
})

test('a version is cut where nothing speaks against it', async ({ place, build }) => {
  const { repository } = place
  await repository.commit({ 'README.md': '# feat\n' })
  await writeFile(join(place.folder, 'README.md'), '# changed\n')
  const dirty = await build('cut', '--next', 'patch', '--yes')
  assert.is(dirty.code, 1)
  assert.match(dirty.stderr, /Cannot cut v1\.2\.4: README\.md is changed/)
  await repository.git('restore', 'README.md')
  const both = await build('cut', '1.2.4', '--next', 'patch')
  assert.is(both.code, 2)
  const unasked = await build('cut', '--next', 'rc')
  assert.is(unasked.code, 1)
  assert.is(await repository.git('tag', '--points-at', 'HEAD'), '')
  const done = await build('cut', '1.2.4', '--yes')
  assert.is(done.code, 0, done.stderr)
  assert.is(await repository.git('tag', '--points-at', 'HEAD'), 'v1.2.4')
  assert.is(await repository.git('cat-file', '-t', 'v1.2.4'), 'tag')
  assert.is((await build('release')).code, 0)
})

test.run()
