import { execFile } from 'node:child_process'
import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { startFakeGithub, startFaultProxy, type FakeGithub, type FaultProxy } from '../../lib/testing/index.ts'
import { realRegistries, type RunningRegistry } from '../support/real-registries.ts'
import { unless } from '../support/unless.ts'
import { hello } from './support/hello.ts'
import type { Ended } from './support/start.ts'
import { libraryUrl, removeWorkplaces, workplace, type Workplace } from './support/workplace.ts'

// Candidates that are stamped with their base: the very bytes become the stable version. A registry that people run, behind
// something that counts, and a GitHub.

interface Context {
  registry: RunningRegistry
  /** What stands before the registry. */
  counting: FaultProxy
  github: FakeGithub
  place: Workplace
  build(...args: readonly string[]): Promise<Ended>
  tag(...names: readonly string[]): Promise<void>
}

const [docker] = realRegistries()
const test = suite<Context>('promote')
const it = unless(docker?.reason, test)
const token = 'ghp_promote0123456789'

const chart: Readonly<Record<string, string>> = {
  'chart/Chart.yaml': 'apiVersion: v2\nname: hello\nversion: 0.0.0\nappVersion: "0"\ndescription: It says hello\nicon: https://example.com/icon.png\n',
  'chart/values.yaml': 'image:\n  repository: ""\n  tag: ""\n  digest: ""\n',
  'chart/templates/pod.yaml': 'apiVersion: v1\nkind: Pod\nmetadata:\n  name: hello\nspec:\n  containers:\n    - name: hello\n      image: "{{ .Values.image.repository }}:{{ .Values.image.tag }}@{{ .Values.image.digest }}"\n',
}

const script = `import { archive, at, buildImage, changelog, chart, checksums, command, crossCompile, directory, githubRelease, main, ociRegistry, publish, resolveVersion, send, sourceArchive } from '${libraryUrl}'

const { REGISTRY, GITHUB, TOKEN } = process.env
const far = path => ({ ...ociRegistry(REGISTRY + path, { token: TOKEN, githubApi: GITHUB }), local: false })
const [images, charts] = [far('/team/hello'), far('/team/charts')]

await main(import.meta, {
  version: resolveVersion({ stamp: 'base' }),
  targets: ['linux/amd64', 'linux/arm64', 'windows/amd64'],
  goals: ({ project, version, source, toolchain, targets, base }) => {
    const told = command({ name: 'version file', source: source('files'), version, run: ['sh', '-c', 'echo "$RELEASE_VERSION $RELEASE_TAG $PRERELEASE" > version.txt'], inputs: ['README.md'], outputs: ['version.txt'] })
    const binaries = targets.map(target => crossCompile({ project, version, toolchain, source: source('go'), target }))
    const archives = binaries.map(binary => archive({ binary, files: told, wrap: true }))
    const sources = sourceArchive({ project, version, source: source('git') })
    const image = buildImage({ base: base('static'), binaries, isDefault: true })
    const helm = chart({ project, version, images: [at(images, image)], default: 'static', source: source('chart'), helm: false, pin: { repository: 'image.repository', tag: 'image.tag', digest: 'image.digest' } })
    const sums = checksums({ artifacts: [...archives, sources] })
    const github = githubRelease({ repository: 'example/hello', version, token: TOKEN, baseUrl: GITHUB })
    return { release: ['all of it', publish(send(directory('dist'), archives), send(images, image), send(charts, helm), send(github, archives, sources, sums, changelog({ project, version })))] }
  },
})
`

test.before.each(async context => {
  const place = await workplace({ ...hello, ...chart, '.gitignore': '/dist\n/dist.*.json\n', 'build.ts': script }, [])
  const folder = place.repository.beside('assets')
  await mkdir(folder)
  const registry = await docker?.start() as RunningRegistry
  const counting = await startFaultProxy({ target: `http://${registry.host}` })
  const commit = await place.repository.git('rev-parse', 'HEAD')
  const github = await startFakeGithub({ folder, repositories: { 'example/hello': { branches: { main: commit } } }, tokens: { [token]: { may: { 'example/hello': 'write' }, packages: 'delete' } }, packages: { registry: `http://${registry.host}`, organizations: ['team'] } })
  const env = { REGISTRY: new URL(counting.url).host, GITHUB: github.url, TOKEN: token }
  Object.assign(context, {
    registry, counting, github, place, build: (...args: readonly string[]) => place.build(args, { env }),
    tag: async (...names: readonly string[]) => {
      const head = await place.repository.git('rev-parse', 'HEAD')
      for (const name of names) {
        await place.repository.tag(name)
        github.inside('example/hello').tags.set(name, head)
      }
      github.inside('example/hello').branches.set('main', head)
    },
  })
})
test.after.each(async ({ registry, counting, github }) => {
  await Promise.all([counting, github].map(one => one.close()))
  await registry.close()
  await removeWorkplaces()
})

/** Bytes that were sent to a registry, and what only asked whether they might be. */
function uploads({ requests }: FaultProxy, since: number, repository: string): readonly string[] {
  return requests.slice(since).filter(({ method, path }) => ['PUT', 'PATCH'].includes(method) && path.startsWith(`/v2/${repository}/blobs/`)).map(({ method, path }) => `${method} ${path}`)
}

async function digestAt({ host }: RunningRegistry, repository: string, tag: string): Promise<string | null> {
  const answer = await fetch(`http://${host}/v2/${repository}/manifests/${tag}`, { method: 'HEAD', headers: { accept: 'application/vnd.oci.image.index.v1+json, application/vnd.oci.image.manifest.v1+json' } })
  return answer.headers.get('docker-content-digest')
}

function assetsOf(github: FakeGithub, tag: string): Readonly<Record<string, string | null>> {
  const release = [...github.inside('example/hello').releases.values()].find(one => one.tag === tag)
  return Object.fromEntries([...release?.assets.values() ?? []].map(({ name, digest }) => [name, digest]))
}

it('the very digests move: image tags without a byte sent, assets under stable names; a chart is made again', async ({ registry, counting, github, place, build, tag }) => {
  await tag('v2.0.0-rc.1', 'v2.0.0')
  const candidate = await build('release', '--publish', '--version', '2.0.0-rc.1')
  assert.is(candidate.code, 0, candidate.stderr)
  const since = counting.requests.length
  const done = await build('promote', '2.0.0-rc.1', '--to', '2.0.0')
  assert.is(done.code, 0, done.stderr)
  assert.match(done.stdout, /2\.0\.0-rc\.1 was made again as it was published, and 6 of 8 artifacts are the very bytes of it as 2\.0\.0; the others name versions, and are made again/)
  assert.match(done.stdout, /^image +hello:2\.0\.0-rc\.1-static +sha256:\w+ +hello:2\.0\.0-static +the same$/m)
  assert.not.match(done.stdout, /^chart .* the same$/m)

  assert.equal(uploads(counting, since, 'team/hello'), [])
  assert.ok(uploads(counting, since, 'team/charts/hello').length > 0, 'the chart is another one')
  const digest = await digestAt(registry, 'team/hello', '2.0.0-rc.1-static')
  assert.ok(digest)
  for (const name of ['2.0.0-static', '2.0.0', 'latest', 'latest-static']) assert.is(await digestAt(registry, 'team/hello', name), digest, name)
  assert.is.not(await digestAt(registry, 'team/charts/hello', '2.0.0'), await digestAt(registry, 'team/charts/hello', '2.0.0-rc.1'))

  const [before, after] = [assetsOf(github, 'v2.0.0-rc.1'), assetsOf(github, 'v2.0.0')]
  for (const name of ['hello_2.0.0_linux_amd64.tar.gz', 'hello_2.0.0_linux_arm64.tar.gz', 'hello_2.0.0_windows_amd64.zip', 'hello_2.0.0_source.tar.gz']) {
    assert.ok(after[name], name)
    assert.is(after[name], before[name.replace('2.0.0', '2.0.0-rc.1')], name)
  }
  assert.equal([before['hello_2.0.0-rc.1_checksums.txt'] === after['hello_2.0.0_checksums.txt'], Object.keys(before).length, Object.keys(after).length], [false, 5, 5])
  const proof = JSON.parse(await readFile(join(place.folder, 'dist.promotion.json'), 'utf8')) as { stamp: string, differs: string, artifacts: readonly { kind: string, fromDigest: string, toDigest: string }[] }
  assert.equal([proof.stamp, proof.differs], ['2.0.0', 'names, and what lists them'])
  assert.equal(proof.artifacts.filter(({ fromDigest, toDigest }) => fromDigest !== toDigest).map(({ kind }) => kind).sort(), ['chart', 'checksums'])
  assert.is(proof.artifacts.find(({ kind }) => kind === 'image')?.toDigest, digest)

  // Who deletes versions, not tags, cannot take one of two names back.
  const taken = await build('retract', '2.0.0', '--yes')
  assert.is(taken.code, 1)
  assert.match(taken.stderr, /Cannot take back the tags .*2\.0\.0.* at 127\.0\.0\.1:\d+\/team\/hello: the same version is 2\.0\.0-rc\.1-static too, and GitHub deletes versions, not tags/)
  assert.is(await digestAt(registry, 'team/hello', '2.0.0-rc.1-static'), digest)
  assert.is(await digestAt(registry, 'team/charts/hello', '2.0.0'), null)
  assert.equal([Object.keys(assetsOf(github, 'v2.0.0')).length, Object.keys(assetsOf(github, 'v2.0.0-rc.1')).length], [0, 5])
})

it('a candidate says its base: the program, its archive, the image', async ({ registry, place, build, tag }) => {
  await tag('v2.0.0-rc.1')
  const { code, stderr } = await build('release', '--publish')
  assert.is(code, 0, stderr)
  const out = place.repository.beside('out')
  await mkdir(out)
  await promisify(execFile)('tar', ['-xzf', join(place.dist, 'hello_2.0.0-rc.1_linux_amd64.tar.gz'), '-C', out])
  assert.is(await readFile(join(out, 'hello_2.0.0_linux_amd64/version.txt'), 'utf8'), '2.0.0 2.0.0 \n')
  assert.is((await promisify(execFile)(join(out, 'hello_2.0.0_linux_amd64/hello'))).stderr, 'hello 2.0.0\n')
  const index = await (await fetch(`http://${registry.host}/v2/team/hello/manifests/2.0.0-rc.1-static`, { headers: { accept: 'application/vnd.oci.image.index.v1+json' } })).json() as { annotations: Readonly<Record<string, string>> }
  assert.is(index.annotations['org.opencontainers.image.version'], '2.0.0')
})

const others: readonly (readonly [why: string, from: string, to: string, where: RegExp])[] = [
  ['a program that is stamped with the version', "source: source('go'), target", "source: source('go'), target, stamp: { 'main.version': version.semver }",
    /\n {2}binary hello linux\/amd64: built with -ldflags=.*-X main\.version=2\.0\.0-rc\.1 and with -ldflags=.*-X main\.version=2\.0\.0; byte \d+ is the first that differs: ".*" and ".*"\n {2}binary hello linux\/arm64: .*\n {2}binary hello\.exe windows\/amd64: /],
  ['an archive that is wrapped in its version', 'files: told, wrap: true', "files: told, wrap: 'hello-' + version.semver",
    /\n {2}archive hello_2\.0\.0-rc\.1_linux_amd64\.tar\.gz: hello-2\.0\.0-rc\.1\/hello is only in the first; /],
  ['an image that says the version', 'isDefault: true', "isDefault: true, labels: { release: version.semver }",
    /\n {2}image manifest hello:2\.0\.0-rc\.1-static linux\/amd64: in its configuration, byte \d+ is the first that differs: "-rc\.1\\".*" and "\\"/],
]
for (const [why, from, to, where] of others) {
  it(`what has other bytes stops it, and is shown: ${why}`, async ({ counting, place, build, tag }) => {
    assert.ok(script.includes(from))
    await place.repository.commit({ 'build.ts': script.replace(from, to) })
    await tag('v2.0.0-rc.1', 'v2.0.0')
    assert.is((await build('release', '--publish', '--version', '2.0.0-rc.1')).code, 0)
    const since = counting.requests.length
    const { code, stderr } = await build('promote', '2.0.0-rc.1', '--to', '2.0.0')
    assert.is(code, 1)
    assert.match(stderr, /Cannot promote 2\.0\.0-rc\.1 to 2\.0\.0: both are stamped 2\.0\.0, and their bytes are not the same\n/)
    assert.match(stderr, where)
    assert.match(stderr, /Stamp version\.stamp in the place of version\.semver/)
    // An upload that is begun and given up only asks whether something may be pushed.
    assert.equal(counting.requests.slice(since).filter(({ method, path }) => !['GET', 'HEAD'].includes(method) && !/^(?:POST|DELETE) \S+\/blobs\/uploads\/[^?]*(?:\?_state=\S*)?$/.test(`${method} ${path}`)), [])
  })
}

it('as many candidates have to be published as build.ts demands; one that was taken back counts no more', async ({ registry, place, github, build, tag }) => {
  await place.repository.commit({ 'build.ts': script.replace('  targets: [', '  promotion: { candidates: 3 },\n  targets: [') })
  const candidates = ['2.0.0-rc.1', '2.0.0-rc.2', '2.0.0-rc.3']
  await tag('v2.0.0-beta.1', 'v1.9.0-rc.9')   // one that was never published, and one of another version
  for (const version of candidates) {
    await place.repository.commit({ 'README.md': `# ${version}\n` })
    await tag(`v${version}`)
    if (version === '2.0.0-rc.2') continue
    const { code, stderr } = await build('release', '--publish')
    assert.is(code, 0, stderr)
  }
  await tag('v2.0.0')
  const few = await build('promote', '2.0.0-rc.3', '--to', '2.0.0')
  assert.is(few.code, 1)
  assert.match(few.stderr, /Cannot promote 2\.0\.0-rc\.3: build\.ts demands 3 published candidates of 2\.0\.0, and there are 2: 2\.0\.0-rc\.3, 2\.0\.0-rc\.1\n {2}2\.0\.0-rc\.2 is not at registry \S+\n {2}2\.0\.0-beta\.1 is not at registry \S+\n/)
  assert.equal(Object.keys(assetsOf(github, 'v2.0.0')), [])

  await place.repository.git('checkout', '--quiet', 'v2.0.0-rc.2')
  assert.is((await build('release', '--publish')).code, 0)
  await place.repository.git('checkout', '--quiet', 'main')
  const enough = await build('promote', '2.0.0-rc.3', '--to', '2.0.0', '--dry-run')
  assert.is(enough.code, 0, enough.stderr)
  const taken = await build('retract', '2.0.0-rc.1', '--yes')
  assert.is(taken.code, 0, taken.stderr)
  assert.is(await digestAt(registry, 'team/hello', '2.0.0-rc.1-static'), null)
  assert.ok(await digestAt(registry, 'team/hello', '2.0.0-rc.2-static'))
  assert.match((await build('promote', '2.0.0-rc.3', '--to', '2.0.0')).stderr, /there are 2: 2\.0\.0-rc\.3, 2\.0\.0-rc\.2\n {2}2\.0\.0-rc\.1 is not at registry /)
})

it('where the one place has the stable version in its stead, nothing shows a candidate', async ({ place, build, tag }) => {
  const bare = place.repository.beside('tap.git')
  await promisify(execFile)('git', ['init', '--quiet', '--bare', '--initial-branch=main', bare])
  await place.repository.commit({
    'build.ts': `import { archive, checksums, crossCompile, gitTap, main, publish, resolveVersion, send } from '${libraryUrl}'

await main(import.meta, {
  version: resolveVersion(),
  targets: ['linux/amd64'],
  goals: ({ project, version, source, toolchain, targets }) => {
    const archives = targets.map(target => archive({ binary: crossCompile({ project, version, toolchain, source: source('go'), target }) }))
    return { release: ['sums', publish(send(gitTap({ repository: ${JSON.stringify(bare)} }), checksums({ artifacts: archives })))] }
  },
})
`,
  })
  for (const name of ['v2.0.0-rc.1', 'v2.0.0']) {
    await tag(name)
    const { code, stderr } = await build('release', '--publish', '--version', name)
    assert.is(code, 0, stderr)
  }
  const { code, stderr } = await build('promote', '2.0.0-rc.1', '--to', '2.0.0')
  assert.is(code, 2)
  assert.match(stderr, /^Cannot promote 2\.0\.0-rc\.1: .*tap\.git.* has 2\.0\.0 in its place, and build\.ts sends it nowhere else\n {2}What was published of it can be seen no more: /m)
})

it('a demand that nobody can meet is refused before anything is made', async ({ place, counting, build, tag }) => {
  for (const [said, named] of [['candidates: 0', 'candidates: 0'], ['candidates: 1.5', 'candidates: 1.5'], ['days: -1', 'days: -1'], ['days: Number("x")', 'days: NaN']] as const) {
    await place.repository.commit({ 'build.ts': script.replace('  targets: [', `  promotion: { ${said} },\n  targets: [`) })
    await tag(`v3.0.0-rc.${(await place.repository.git('tag', '--list')).split('\n').filter(Boolean).length + 1}`)
    const { code, stderr } = await build('promote', '3.0.0-rc.1', '--to', '3.0.0')
    assert.is(code, 2)
    assert.ok(stderr.includes(`Cannot demand ${named} of a promotion: it is no number of `), stderr)
  }
  assert.equal(counting.requests, [])
})

test.run()
