import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { parseLock, type Lock } from '../../lib/formats/lock-file.ts'
import { nodeArguments, start, type Ended } from '../release/support/start.ts'
import { callersEnvironment, libraryUrl } from '../release/support/workplace.ts'
import { startFakeRegistry, type FakeRegistry } from '../support/fake-registry.ts'
import { addBase, addBaseIndex } from '../support/sample-base.ts'

interface Context {
  folder: string
  registry: FakeRegistry
  /** Puts another image under a name, and tells its digest. */
  publish(name: string, created: string): Promise<string>
  /** Writes a build.ts with these bases. */
  bases(references: Readonly<Record<string, string>>): Promise<void>
  lock(...args: readonly string[]): Promise<Ended>
  /** What slipway.lock says. */
  locked(): Promise<Lock['bases']>
}

const test = suite<Context>('lock')

test.before.each(async context => {
  const folder = await mkdtemp(join(tmpdir(), 'lock-'))
  const registry = await startFakeRegistry()
  Object.assign(context, {
    folder, registry,
    publish: async (name: string, created: string) => {
      const repository = registry.repository(name)
      const images = await Promise.all(['amd64', 'arm64'].map(architecture => addBase(repository, { created, platform: { os: 'linux', architecture } })))
      const { digest } = addBaseIndex(repository, images)
      repository.tags.set('3', digest)
      return digest
    },
    bases: async (references: Readonly<Record<string, string>>) => writeFile(join(folder, 'build.ts'),
      `import { main } from '${libraryUrl}'\nawait main(import.meta, { bases: ${JSON.stringify(references)}, goals: () => ({ none: ['nothing', []] }) })\n`),
    lock: (...args: readonly string[]) => start(process.execPath, [...nodeArguments, 'build.ts', 'lock', ...args], {
      cwd: folder, env: { ...callersEnvironment(), HOME: folder, SLIPWAY_CACHE: join(folder, 'cache'), SLIPWAY_MIRRORS: `127.0.0.1:1=${registry.host}` },
    }).ended,
    locked: async () => parseLock(await readFile(join(folder, 'slipway.lock'), 'utf8'), 'slipway.lock').bases,
  })
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }')
})
test.after.each(async ({ folder, registry }) => {
  await registry.close()
  await rm(folder, { recursive: true, force: true })
})

const short = (digest: string): string => digest.slice(0, 'sha256:'.length + 16)
const files = async (folder: string): Promise<readonly string[]> => (await readdir(folder)).filter(name => name !== 'cache').sort()
/** What stands in the columns of a base's line. */
const columns = (stdout: string, reference: string): readonly string[] => stdout.split('\n').find(line => line.startsWith(`${reference} `))?.split(/ {2,}/).slice(1) ?? []

test('pins what is new, keeps what is pinned, drops what build.ts names no longer', async ({ folder, registry, publish, bases, lock, locked }) => {
  const [alpine, ubuntu] = [`${registry.host}/o/alpine:3`, `${registry.host}/o/ubuntu:3`]
  const [first, other] = [await publish('o/alpine', '2026-01-01T00:00:00Z'), await publish('o/ubuntu', '2026-01-02T00:00:00Z')]
  await bases({ alpine })
  const added = await lock()
  assert.is(added.code, 0, added.stderr)
  const [state, now = '', platforms] = columns(added.stdout, alpine)
  assert.equal([state, platforms], ['added', 'linux/amd64 linux/arm64'])
  assert.ok(now.startsWith(`${short(first)}, 2026-01-01T00:00:00Z, `), now)
  assert.match(added.stderr, /^wrote .*slipway\.lock\n$/)
  const { [alpine]: pinned } = await locked()
  assert.equal([pinned?.digest, pinned?.created, Object.keys(pinned?.platforms ?? {})], [first, '2026-01-01T00:00:00Z', ['linux/amd64', 'linux/arm64']])

  await publish('o/alpine', '2026-02-01T00:00:00Z')
  await bases({ alpine, ubuntu })
  const before = registry.requests.length
  assert.is((await lock()).code, 0)
  const digests = Object.fromEntries(Object.entries(await locked()).map(([name, { digest }]) => [name, digest]))
  assert.equal(digests, { [alpine]: first, [ubuntu]: other })
  assert.equal(registry.requests.slice(before).filter(({ path }) => path.includes('alpine')), [], 'what is pinned is not asked for')

  await bases({ ubuntu })
  const removed = await lock()
  assert.is(columns(removed.stdout, alpine)[0], 'removed')
  assert.equal(Object.keys(await locked()), [ubuntu])
  const again = await lock()
  assert.equal([again.code, again.stderr], [0, ''])
  assert.equal(await files(folder), ['build.ts', 'package.json', 'slipway.lock'])
})

test('--update shows what would change, and without a terminal needs --yes', async ({ folder, registry, publish, bases, lock, locked }) => {
  const alpine = `${registry.host}/o/alpine:3`
  const first = await publish('o/alpine', '2026-01-01T00:00:00Z')
  await bases({ alpine })
  await lock()
  const same = await lock('--update')
  assert.equal([same.code, same.stderr], [0, ''])
  const second = await publish('o/alpine', '2026-02-01T00:00:00Z')
  const asked = await lock('--update')
  assert.is(asked.code, 1)
  const [state, old = '', now = ''] = columns(asked.stdout, alpine)
  assert.is(state, 'changed')
  assert.match(old, new RegExp(`^${short(first)}, 2026-01-01T00:00:00Z, \\S+ \\S+$`))
  assert.match(now, new RegExp(`^${short(second)}, 2026-02-01T00:00:00Z, \\S+ \\S+$`))
  assert.is(asked.stderr, 'Nothing is written: say --yes to agree to it.\n')
  assert.is((await locked())[alpine]?.digest, first)
  assert.is((await lock('--update', '--yes')).code, 0)
  assert.is((await locked())[alpine]?.digest, second)
  assert.equal(await files(folder), ['build.ts', 'package.json', 'slipway.lock'])
})

test('a mirror counts where the registry itself cannot be reached, and is told', async ({ publish, bases, lock, locked }) => {
  const digest = await publish('o/alpine', '2026-01-01T00:00:00Z')
  await bases({ alpine: '127.0.0.1:1/o/alpine:3' })
  const { code, stdout } = await lock()
  assert.is(code, 0)
  assert.is(columns(stdout, '127.0.0.1:1/o/alpine:3')[0], 'added (from a mirror)')
  assert.is((await locked())['127.0.0.1:1/o/alpine:3']?.digest, digest)
})

test('one base that cannot be read does not lose the others, nor what was pinned of it', async ({ registry, publish, bases, lock, locked }) => {
  const alpine = `${registry.host}/o/alpine:3`
  const first = await publish('o/alpine', '2026-01-01T00:00:00Z')
  await bases({ alpine })
  await lock()
  registry.repository('o/alpine').tags.clear()
  const other = await publish('o/ubuntu', '2026-01-02T00:00:00Z')
  const ubuntu = `${registry.host}/o/ubuntu:3`
  await bases({ alpine, ubuntu })
  const { code, stdout, stderr } = await lock('--update', '--yes')
  assert.is(code, 1)
  assert.is(columns(stdout, alpine)[0], 'failed')
  assert.match(stderr, /^Cannot find 3 in 127\.0\.0\.1:\d+\/o\/alpine: it answers 404/m)
  const digests = Object.fromEntries(Object.entries(await locked()).map(([name, { digest }]) => [name, digest]))
  assert.equal(digests, { [alpine]: first, [ubuntu]: other })
})

test('--json has all of it, also what failed', async ({ registry, publish, bases, lock }) => {
  const digest = await publish('o/ubuntu', '2026-01-02T00:00:00Z')
  await bases({ alpine: `${registry.host}/none:3`, ubuntu: `${registry.host}/o/ubuntu:3` })
  const { code, stdout } = await lock('--json')
  const { bases: changes } = JSON.parse(stdout) as { bases: readonly { state: string; after?: { digest: string }; error?: { code: string } }[] }
  assert.is(code, 1)
  assert.equal(changes.map(({ state, after, error }) => [state, after?.digest, error?.code]), [['failed', undefined, 'REGISTRY'], ['added', digest, undefined]])
})

test('a lock that cannot be read is left as it is', async ({ folder, registry, publish, bases, lock }) => {
  await publish('o/alpine', '2026-01-01T00:00:00Z')
  await bases({ alpine: `${registry.host}/o/alpine:3` })
  for (const [text, message] of [
    ['<<<<<<< HEAD\n{}\n=======\n{}\n>>>>>>> other\n', /^Cannot read .*slipway\.lock: it has conflict markers of git\n {2}\S/],
    ['{ "slipway": 2, "bases": {} }', /it is of form 2, which this Slipway does not know/],
  ] as const) {
    await writeFile(join(folder, 'slipway.lock'), text)
    const { code, stderr } = await lock()
    assert.is(code, 1)
    assert.match(stderr, message)
    assert.is(await readFile(join(folder, 'slipway.lock'), 'utf8'), text)
  }
})

test('a build.ts without bases, and one with a reference that is none', async ({ folder, bases, lock }) => {
  await bases({})
  const none = await lock()
  assert.equal([none.code, none.stderr.split('\n')[0]], [2, 'Cannot lock bases: build.ts names none'])
  await bases({ alpine: 'https://docker.io/alpine' })
  const wrong = await lock()
  assert.is(wrong.code, 1)
  assert.match(wrong.stderr, /^Cannot use the image reference "https:\/\/docker\.io\/alpine": it is a URL/)
  assert.equal(await files(folder), ['build.ts', 'package.json'])
})

test.run()
