import { createServer } from 'node:http'
import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { startFakeGithub, type FakeGithub } from '../../lib/testing/index.ts'
import { listen } from '../../lib/testing/listen.ts'
import { startGitHttp, type GitHttpServer } from '../destinations/support/git-http-server.ts'
import { startFakeRegistry, type FakeRegistry } from '../support/fake-registry.ts'
import { hello } from './support/hello.ts'
import type { Ended } from './support/start.ts'
import { libraryUrl, removeWorkplaces, workplace, type Workplace } from './support/workplace.ts'

// What is found before anything is compiled: every destination is asked at once whether it would take the release.

interface Context {
  place: Workplace
  github: FakeGithub
  registry: FakeRegistry
  git: GitHttpServer
  bucket: Awaited<ReturnType<typeof listen>>
  /** With credentials that work, or with these. */
  build(args: readonly string[], env?: Readonly<Record<string, string>>): Promise<Ended>
}

const test = suite<Context>('check --publish')

const script = `import { archive, buildImage, checksums, crossCompile, directory, gitTap, githubRelease, main, ociRegistry, publish, resolveVersion, send, staticSite } from '${libraryUrl}'

const { REGISTRY, REGISTRY_TOKEN, GITHUB, GITHUB_TOKEN, TAP, TAP_TOKEN, BUCKET } = process.env
const images = { ...ociRegistry(REGISTRY + '/team/hello', { token: REGISTRY_TOKEN }), local: false }
const tap = gitTap({ repository: TAP, token: TAP_TOKEN })
const site = BUCKET
  ? staticSite({ bucket: 'downloads', region: 'us-east-1', endpoint: BUCKET, accessKeyId: 'AKIAEXAMPLEKEY', secretAccessKey: 'hunter2/secret' })
  : staticSite({ folder: 'site' })

await main(import.meta, {
  version: resolveVersion(),
  targets: ['linux/amd64'],
  goals: ({ project, version, source, toolchain, targets, base }) => {
    const github = githubRelease({ repository: 'example/hello', version, token: GITHUB_TOKEN, baseUrl: GITHUB })
    const binaries = targets.map(target => crossCompile({ project, version, toolchain, source: source('go'), target }))
    const archives = binaries.map(binary => archive({ binary }))
    const sums = checksums({ artifacts: archives })
    return {
      release: ['all of it', publish(send(directory('dist'), archives, sums), send(images, buildImage({ base: base('static'), binaries, isDefault: true })), send(tap, sums), send(site, archives, sums), send(github, archives, sums))],
    }
  },
})
`

const good = { REGISTRY_TOKEN: 'sesame-0123456789', GITHUB_TOKEN: 'ghp_writer0123456789', TAP_TOKEN: 'tap-writer-0123456789' }
/** The words that nobody is told. */
const secrets = [...Object.values(good), 'ghp_reader0123456789', 'tap-reader-0123456789', 'wrong-0123456789', 'hunter2/secret']

test.before.each(async context => {
  const place = await workplace({ ...hello, '.gitignore': '/dist\n/dist.run.json\n/site\n', 'build.ts': script })
  const { repository } = place
  const assets = repository.beside('assets')
  await mkdir(assets)
  await repository.git('init', '--quiet', '--bare', join(repository.beside('git'), 'tap.git'))
  const commit = await repository.git('rev-parse', 'HEAD')
  const denied = createServer((request, response) => {
    request.resume()
    response.writeHead(403).end('<?xml version="1.0"?><Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>')
  })
  const [github, registry, git, bucket] = await Promise.all([
    startFakeGithub({
      folder: assets, repositories: { 'example/hello': { branches: { main: commit }, tags: { 'v1.2.3': commit } } },
      tokens: { [good.GITHUB_TOKEN]: { may: { 'example/hello': 'write' } }, ghp_reader0123456789: { may: { 'example/hello': 'read' } } },
    }),
    startFakeRegistry({ auth: { kind: 'token', users: { slipway: good.REGISTRY_TOKEN } } }),
    startGitHttp({ root: repository.beside('git'), writers: { 'x-access-token': good.TAP_TOKEN }, readers: { reader: 'x' } }),
    listen(denied),
  ])
  Object.assign(context, {
    place, github, registry, git, bucket,
    build: (args: readonly string[], env = {}) => place.build(args, { env: { REGISTRY: registry.host, GITHUB: github.url, TAP: `${git.url}/tap.git`, ...good, ...env } }),
  })
})
test.after.each(async ({ github, registry, git, bucket }) => {
  await Promise.all([github.close(), registry.close(), git.close(), bucket.close()])
  await removeWorkplaces()
})

const broken = ({ bucket }: Context): Readonly<Record<string, string>> =>
  ({ REGISTRY_TOKEN: 'wrong-0123456789', GITHUB_TOKEN: 'ghp_reader0123456789', TAP_TOKEN: 'wrong-0123456789', BUCKET: `http://${bucket.host}` })

/** What was sent, and not only asked. */
function sent({ github, registry, git }: Context): readonly unknown[] {
  const { blobs, manifests, tags } = registry.repository('team/hello')
  return [blobs.size, manifests.size, tags.size, github.inside('example/hello').releases.size, git.requests.filter(line => line.startsWith('POST /tap.git/git-receive-pack')).length]
}

const nothing = [0, 0, 0, 0, 0]

function withoutHosts(text: string): string {
  return text.replaceAll(/127\.0\.0\.1:\d+/g, 'HOST').replaceAll(/\/\S*\/project\//g, 'PROJECT/')
}

test('where all is well it says so, and leaves nothing behind', async context => {
  const { build, place } = context
  const { code, stdout, stderr } = await build(['check', '--publish'])
  assert.equal([code, stdout, stderr], [0, 'No problems found.\n', ''])
  assert.equal(sent(context), nothing)
  assert.equal((await readdir(place.folder)).filter(name => name === 'dist' || name === 'site'), [])
})

test('all that is wrong is told at once, in one order, with what to do; nothing is compiled and no secret is told', async context => {
  const { build, place } = context
  await place.repository.git('switch', '--quiet', '--create', 'topic')
  await place.repository.commit({ 'topic.txt': 'x' })
  await place.repository.git('tag', '--force', 'v1.2.3')
  await writeFile(join(place.folder, 'dist'), 'a file')
  const run = await build(['check', '--publish', '--json'], broken(context))
  assert.is(run.code, 1)
  const { problems } = JSON.parse(run.stdout) as { problems: readonly { code: string; message: string; hint?: string }[] }
  const short = (await place.repository.git('rev-parse', 'HEAD')).slice(0, 12)
  const main = await place.repository.git('rev-parse', 'main')
  assert.equal(problems.map(({ code, message }) => withoutHosts(`${code} ${message.split(/\. (?:remote|fatal|error): /)[0]}`).replaceAll(/ \(.*\)$/g, '')), [
    `GIT Cannot publish v1.2.3: ${short} is not on main, which is at ${main.slice(0, 12)}; it is on topic`,
    'DESTINATION Cannot write PROJECT/dist: there is a file of that name'.replace('PROJECT/', withoutHosts(`${place.folder}/`)),
    'CREDENTIALS Cannot push to HOST/team/hello: its token server HOST refuses the credential from the token in build.ts',
    'CREDENTIALS Cannot read http://HOST/tap.git: the server does not take the token',
    'CREDENTIALS Cannot upload .slipway at http://HOST/downloads: the access key may not do that',
    'CREDENTIALS Cannot write releases of example/hello: the token may read the repository, and not write it',
    `GIT Cannot publish v1.2.3 at GitHub release of HOST/example/hello: the tag is on ${main} there, and on ${await place.repository.git('rev-parse', 'HEAD')} here`,
  ])
  for (const { hint } of problems) assert.ok(hint)
  const again = await build(['check', '--publish', '--json'], broken(context))
  assert.is(withoutHosts(again.stdout), withoutHosts(run.stdout), 'the order is always the same')
  const release = await build(['release', '--publish'], broken(context))
  assert.is(release.code, 1)
  for (const { message } of problems) assert.ok(release.stderr.includes(message.split('\n')[0] ?? ''), message)
  const record = await place.record()
  assert.equal(record.errors.map(({ code, message }) => [code, message]), problems.map(({ code, message }) => [code, message]))
  assert.equal(record.steps.filter(({ state }) => state === 'made'), [], 'nothing was compiled')
  assert.equal(sent(context), nothing)
  for (const text of [run.stdout, run.stderr, release.stdout, release.stderr, JSON.stringify(record)]) for (const secret of secrets) assert.not.ok(text.includes(secret))
})

test('each credential by itself: missing, wrong, or for reading only', async ({ build }) => {
  const told = async (env: Readonly<Record<string, string>>): Promise<readonly string[]> => {
    const { stdout } = await build(['check', '--publish', '--json'], env)
    return (JSON.parse(stdout) as { problems: readonly { code: string; message: string }[] }).problems.map(({ code, message }) => withoutHosts(`${code} ${message.split('. ')[0]}`).replaceAll(/ \(.*\)$/g, ''))
  }
  assert.equal(await told({ GITHUB_TOKEN: '', REGISTRY_TOKEN: '', TAP_TOKEN: '' }), [
    'CREDENTIALS Cannot push to HOST/team/hello: it wants a credential, and none was found for HOST',
    'CREDENTIALS Cannot read http://HOST/tap.git: the server wants a token, and there is none',
    'CREDENTIALS Cannot publish at GitHub release of HOST/example/hello: there is no token',
  ])
  assert.equal(await told({ GITHUB_TOKEN: 'wrong-0123456789' }), ['CREDENTIALS Cannot look at example/hello: GitHub refuses the token'])
})

test('a snapshot, and what else is wrong: one run tells both', async ({ build, place }) => {
  await place.repository.commit({ 'README.md': '# untagged\n' })
  const { code, stderr } = await build(['release', '--publish'], { GITHUB_TOKEN: '' })
  assert.is(code, 1)
  assert.match(stderr, /Cannot publish a snapshot at .*: the commit has no version tag/)
  assert.match(stderr, /Cannot publish at GitHub release of \S+: there is no token/)
  assert.not.match(stderr, /at GitHub release of \S+: the commit has no version tag/)
})

test('without --publish nobody is asked, but a tag that is on no release branch is told', async context => {
  const { build, place, github, registry, git } = context
  const credentials = { GITHUB_TOKEN: '', REGISTRY_TOKEN: '', TAP_TOKEN: '' }
  assert.is((await build(['check'], credentials)).code, 0)
  await place.repository.git('switch', '--quiet', '--create', 'topic')
  await place.repository.commit({ 'topic.txt': 'x' })
  assert.is((await build(['check'], credentials)).code, 0, 'a commit without a tag is no version')
  await place.repository.git('tag', 'v1.2.4')
  const { code, stderr } = await build(['check'], credentials)
  assert.is(code, 1)
  assert.match(stderr, /Cannot publish v1\.2\.4: \w+ is not on main/)
  assert.equal([github.requests.length, registry.requests.length, git.requests.length], [0, 0, 0])
  assert.is((await build(['release'], credentials)).code, 0, 'a rehearsal is one of any commit')
})

test.run()
