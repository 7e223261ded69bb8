import { createHmac } from 'node:crypto'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { motoServer } from '../destinations/support/s3-server.ts'
import { realRegistries } from '../support/real-registries.ts'
import { unless } from '../support/unless.ts'
import { secretsBelow, secretsShown } from './support/find-secrets.ts'
import { isTraced, secretPlaces, type SecretPlaces } from './support/secret-places.ts'
import type { Ended } from './support/start.ts'
import { removeWorkplaces } from './support/workplace.ts'

// A whole release with a secret for each place. All that it says, writes, keeps and starts is searched for each of them in every form.

interface Context { all: SecretPlaces }

const [docker, distribution] = realRegistries()
const registry = [docker, distribution].find(one => one?.reason === undefined)
const test = suite<Context>('secrets')
const it = unless(registry === undefined ? docker?.reason : motoServer() === undefined ? 'needs moto_server, which .ci/tools installs' : undefined, test)

test.before.each(async context => { if (registry && motoServer() !== undefined) context.all = await secretPlaces(registry) })
test.after.each(async ({ all }) => {
  await all?.close()
  await removeWorkplaces()
})

/** @throws where anything that is left of the run, or was said by it, gives a secret away */
async function requireSecrecy({ secrets, place, elsewhere }: SecretPlaces, ...ended: readonly Ended[]): Promise<void> {
  const said = ended.flatMap(({ stdout, stderr }) => [...secretsShown(secrets, stdout, 'standard output'), ...secretsShown(secrets, stderr, 'standard error')])
  const tokens = ended.flatMap(({ stdout, stderr }) => /ghs_\w{20}|eyJ[\w-]{20,}\.[\w-]+/.exec(stdout + stderr) ?? [])
  assert.equal([...said, ...tokens, ...elsewhere.flatMap(line => secretsShown(secrets, line, 'what was sent to another host'))], [])
  // The project with dist/ and its records, .git/config, the cache, what was temporary, clones and servers' folders, what was started.
  assert.equal(await secretsBelow(secrets, place.repository.beside('')), [])
}

/** Each of them ended with an error that it told: not by a signal, and not with a stack. */
function requireFailures(ended: readonly Ended[]): void {
  assert.equal(ended.map(({ code, signal }) => [code, signal]), ended.map(() => [1, null]), ended.map(({ stderr }) => stderr).join('\n'))
  for (const { stderr } of ended) assert.not.match(stderr, /^\s+at /m, stderr)
}

it('a release that goes well shows none, while each of them is used', async ({ all }) => {
  const { build, github, git, told, secrets, place } = all
  const ended = await build(['release', '--publish', '--verbose'])
  assert.is(ended.code, 0, ended.stderr)
  assert.is((await github.witness('example/hello')).releases[0]?.assets.length, 2)
  assert.equal([github.leaks, git.requests.some(line => line === 'POST /tap.git/git-receive-pack x-access-token')], [[], true])
  const [hook, ...others] = told
  assert.equal([others.length, hook?.headers['authorization'], hook?.headers['x-slipway-signature-256']], [0, secrets['the webhook\'s header'], `sha256=${createHmac('sha256', secrets['the webhook\'s secret'] ?? '').update(hook?.body ?? '').digest('hex')}`])
  assert.match(await readFile(place.repository.beside('programs.txt'), 'utf8'), /^git .*push.*tap\.git/m)
  if (isTraced) assert.match(await readFile(place.repository.beside('trace-1.txt'), 'utf8'), /execve\("[^"]*git-remote-http", \["[^\]]*tap\.git/)
  const again = [await build(['status', '--json']), await build(['release', '--publish', '--verbose']), await build(['release', '--publish', '--dry-run', '--verbose']), await build(['retract', '--yes', '--verbose'])]
  await requireSecrecy(all, ended, ...again)
})

it('a release by a GitHub App shows neither its key, nor what it signs, nor what it gets', async ({ all }) => {
  const key = all.secrets['the app\'s key'] ?? ''
  const ended = await all.build(['release', '--publish', '--verbose'], { APP_KEY: key })
  assert.is(ended.code, 0, ended.stderr)
  assert.is(all.github.inside('example/hello').releases.values().next().value?.author, 'releaser[bot]')
  const broken = await all.build(['release', '--publish', '--verbose'], { APP_KEY: key.replace(/\n-----END.*/, '') })
  assert.match(broken.stderr, /Cannot sign as a GitHub App: its private key cannot be read/)
  await requireSecrecy(all, ended, broken)
})

/** Each server by the secret that it is told, and the requests of a run that it answers as it should: until it wants to know who asks. */
const servers = { github: ['GitHub\'s token', 0], registry: ['the registry\'s password', 2], tap: ['the tap\'s token', 1], s3: ['S3\'s session', 0] } as const
for (const [server, [secret, usual]] of Object.entries(servers)) {
  for (const [when, isOdd] of [['asks', () => true], ['writes', (method: string) => !['GET', 'HEAD'].includes(method)]] as const) {
    it(`what ${server} repeats to whoever ${when} is not shown`, async ({ all }) => {
      const { build, mood, fronts, secrets } = all
      mood((name, { method, path }, count) => name === server && count > usual && isOdd(/receive-pack/.test(path) ? 'PUSH' : method) ? 'repeat' : 'pass')
      const env = server === 's3' ? { S3_SESSION: secrets[secret] ?? '' } : {}
      const ended = [await build(['release', '--publish', '--verbose'], env), ...when === 'asks' ? [await build(['status', '--json'], env)] : []]
      requireFailures(ended)
      assert.ok(secretsShown(secrets, fronts[server]?.said.join('\n') ?? '', '').some(line => line.startsWith(secret)), 'it repeats it')
      await requireSecrecy(all, ...ended)
    })
  }
}

it('a webhook that repeats what it was sent is a notice without it', async ({ all }) => {
  all.mood(server => server === 'hook' ? 'repeat' : 'pass')
  const ended = await all.build(['release', '--publish', '--verbose'])
  assert.is(ended.code, 0, ended.stderr)
  assert.match(ended.stderr, /notice: hello 1\.2\.3 could not be announced at 127\.0\.0\.1:\d+: it answers 403/)
  await requireSecrecy(all, ended)
})

it('redirects to other hosts get none', async ({ all }) => {
  const { build, mood, elsewhere, fronts } = all
  mood(() => 'redirect')
  const ended = [await build(['release', '--publish', '--verbose']), await build(['status', '--json'])]
  requireFailures(ended)
  assert.ok(elsewhere.length > 0)
  assert.equal(Object.entries(fronts).filter(([, { odd }]) => odd > 0).map(([name]) => name).sort(), ['github', 'registry', 's3', 'tap'])
  await requireSecrecy(all, ...ended)
})

it('secrets that cannot be sent at all are one clear error each, without them', async ({ all }) => {
  for (const end of ['\nsecond-line-of-it', '\u0000zero', '\u{1f511}key']) {
    const names = { GITHUB_TOKEN: 'GitHub\'s token', TAP_TOKEN: 'the tap\'s token', S3_SECRET: 'S3\'s secret key' }
    const env = Object.fromEntries(Object.entries(names).map(([name, secret]) => [name, `${all.secrets[secret]}${end}`.replaceAll('\0', end.startsWith('\0') ? '\u0001' : '')]))
    const ended = await all.build(['release', '--publish', '--verbose'], { ...env, REGISTRY_PASSWORD: `wrong-Pw7/${end.replaceAll('\0', '\u0001')}` })
    requireFailures([ended])
    await requireSecrecy({ ...all, secrets: { ...all.secrets, 'what follows': 'second-line-of-it', 'the wrong password': 'wrong-Pw7/' } }, ended)
  }
})

test('what is searched would be found: in a file, in a name, packed, and in each form', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'secrets-'))
  const secrets = { one: 'needle+/=%20"\'needle' }
  try {
    await writeFile(join(folder, 'plain'), secrets.one)
    await writeFile(join(folder, 'basic'), Buffer.from(`user:${secrets.one}`).toString('base64'))
    await writeFile(join(folder, 'address'), encodeURIComponent(secrets.one))
    await writeFile(join(folder, 'blob'), gzipSync(`{"auth":${JSON.stringify(secrets.one)}}`))
    await writeFile(join(folder, encodeURIComponent(secrets.one)), '')
    await writeFile(join(folder, 'nothing'), 'needle')
    assert.equal(await secretsBelow(secrets, folder), ['one is in address', 'one is in basic', 'one is in blob, unpacked', 'one is in the name of a file', 'one is in plain'])
  } finally {
    await rm(folder, { recursive: true })
  }
})

test.run()
