import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { start, nodeArguments, type Ended, type Started } from './release/support/start.ts'
import { startFakeRegistry, type FakeRegistry } from './support/fake-registry.ts'
import type { Answer } from './support/registry/answer.ts'
import { addBase, addBaseIndex } from './support/sample-base.ts'

interface Context {
  folder: string
  registry: FakeRegistry
  digest: string
  begin(...args: readonly string[]): Started
  slipway(...args: readonly string[]): Promise<Ended>
}

const test = suite<Context>('slipway copy and inspect')
const cli = fileURLToPath(new URL('../lib/cli.ts', import.meta.url))
/** What the registry answers in place of itself, and what happens then. */
const hook: { instead?: ((method: string, url: string) => Answer | undefined) | undefined } = {}

test.before(async context => {
  context.folder = await mkdtemp(join(tmpdir(), 'cli-'))
  context.registry = await startFakeRegistry({ instead: ({ method = '', url = '' }) => hook.instead?.(method, url) })
  const app = context.registry.repository('app')
  const images = await Promise.all(['amd64', 'arm64'].map(architecture => addBase(app, { platform: { os: 'linux', architecture } })))
  context.digest = addBaseIndex(app, images).digest
  app.tags.set('1', context.digest)
  context.begin = (...args) => start(process.execPath, [...nodeArguments, cli, ...args], { cwd: context.folder, env: { ...process.env, SLIPWAY_MIRRORS: '' } })
  context.slipway = (...args) => context.begin(...args).ended
})
test.after.each(() => { hook.instead = undefined })
test.after(async ({ folder, registry }) => {
  await registry.close()
  await rm(folder, { recursive: true, force: true })
})

test('copy prints the digest on standard output, and what was done beside it', async ({ slipway, registry, digest }) => {
  const first = await slipway('copy', `${registry.host}/app:1`, 'oci:layout:1')
  assert.equal([first.code, first.stdout], [0, `${digest}\n`])
  assert.match(first.stderr, /^\S+ \S+ copied of \S+ \S+\n$/)
  const second = await slipway('copy', `${registry.host}/app:1`, 'oci:layout:1')
  assert.match(second.stderr, /^0 B copied of .*, .* there already\n$/)
  const quiet = await slipway('copy', '--quiet', `${registry.host}/app:1`, 'oci:layout:1')
  assert.equal([quiet.code, quiet.stdout, quiet.stderr], [0, `${digest}\n`, ''])
})

test('copy --json says what it is there, and how many bytes', async ({ slipway, registry, digest }) => {
  const { code, stdout, stderr } = await slipway('copy', `${registry.host}/app:1`, `${registry.host}/copy:1`, '--json')
  const { bytes, ...found } = JSON.parse(stdout) as { digest: string; bytes: { total: number; done: number; skipped: number } }
  assert.equal([code, stderr, found.digest, bytes.done + bytes.skipped], [0, '', digest, bytes.total])
})

test('copy --platform leaves out the others', async ({ slipway, registry }) => {
  const { code } = await slipway('copy', `${registry.host}/app:1`, 'oci:less:1', '--platform', 'linux/arm64')
  const { stdout } = await slipway('inspect', 'oci:less:1', '--json')
  assert.equal([code, (JSON.parse(stdout) as { platforms: { platform: string }[] }).platforms.map(one => one.platform)], [0, ['linux/arm64']])
})

test('inspect as text and as data', async ({ slipway, registry, digest }) => {
  const text = await slipway('inspect', `${registry.host}/app:1`)
  assert.is(text.code, 0)
  assert.match(text.stdout, new RegExp(`^digest +${digest}$`, 'm'))
  assert.match(text.stdout, /^platforms\n {2}linux\/amd64 +sha256:\w{64} +\S+ \S+\n {2}linux\/arm64 /m)
  const data = JSON.parse((await slipway('inspect', `${registry.host}/app:1`, '--json')).stdout) as { digest: string; platforms: readonly { digest: string }[] }
  assert.is(data.digest, digest)
  const one = await slipway('inspect', `${registry.host}/app@${data.platforms[0]?.digest}`)
  assert.match(one.stdout, /^platform +linux\/amd64$/m)
  assert.match(one.stdout, /^layers\n {2}application\/vnd\.oci\.image\.layer/m)
})

const mistakes: readonly (readonly [args: readonly string[], code: number, text: RegExp])[] = [
  [['copi', 'a', 'b'], 2, /^Cannot run copi: there is no such command\n {2}Did you mean copy\? See --help\.\n$/],
  [['inspekt', 'a'], 2, /Did you mean inspect\?/],
  [['copy', 'alpine'], 2, /^Cannot read the command line: copy takes FROM and TO\n/],
  [['copy', 'a', 'b', 'c'], 2, /copy takes FROM and TO/],
  [['inspect'], 2, /inspect takes IMAGE/],
  [['copy', 'a', 'b', '--referers'], 2, /there is no option --referers\n {2}Did you mean --referrers\?/],
  [['copy', 'a', 'b', '--platform'], 2, /--platform/],
  [['copy', 'oci:', 'oci:x'], 2, /"oci:": it names no place of images\n {2}Write registry\/repository:tag, oci:FOLDER:TAG/],
  [['copy', 'ghcr.io/O/app', 'oci:x'], 1, /upper-case/],
  [['inspect', 'docker-archive:nowhere.tar'], 1, /^Cannot read nowhere\.tar: it is not there\n/],
]
for (const [args, code, text] of mistakes) {
  test(`a mistake: ${args.join(' ')}`, async ({ slipway }) => {
    const ended = await slipway(...args)
    assert.equal([ended.code, ended.stdout], [code, ''])
    assert.match(ended.stderr, text)
  })
}

test('errors as data', async ({ slipway, registry }) => {
  for (const [args, code, kind] of [[['copy', 'a', '--json'], 2, 'USAGE'], [['inspect', `${registry.host}/app:9`, '--json'], 1, 'REGISTRY']] as const) {
    const ended = await slipway(...args)
    assert.is(ended.code, code)
    assert.is((JSON.parse(ended.stdout) as { errors: readonly { code: string }[] }).errors[0]?.code, kind)
  }
})

for (const [signal, code] of [['SIGINT', 130], ['SIGTERM', 143]] as const) {
  const name = signal.toLowerCase()
  test(`${signal} leaves no tag and no half file, and the next copy finishes`, async ({ begin, slipway, folder, registry, digest }) => {
    for (const [to, kind] of [[`${registry.host}/${name}:1`, 'POST'], [`docker-archive:${name}.tar`, 'GET'], [`oci:${name}:1`, 'GET']] as const) {
      // Once some of it has come, nothing is answered any more.
      let sent = false
      hook.instead = (method, url) => {
        if (method !== kind || !url.includes('/blobs/')) return undefined
        sent ||= started.child.kill(signal)
        return { status: 503, headers: { 'retry-after': '60' } }
      }
      const started = begin('copy', `${registry.host}/app:1`, to, '--platform', 'linux/amd64')
      const ended = await started.ended
      assert.equal([ended.code, ended.stdout, ended.stderr], [code, '', ''], to)
      assert.equal((await readdir(folder)).filter(file => file.startsWith(`${name}.`)), [])
      assert.is(registry.repository(name).tags.size, 0)
    }
    hook.instead = undefined
    assert.is((await slipway('copy', `${registry.host}/app:1`, `${registry.host}/${name}:1`)).stdout, `${digest}\n`)
    assert.match((await slipway('inspect', `oci:${name}:1`)).stderr, /^Cannot find 1 in the layout in sig/)
  })
}

test.run()
