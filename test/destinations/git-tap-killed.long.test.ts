import { spawn } from 'node:child_process'
import { access, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { demoOf, setHook, tapFixture, type TapFixture } from './support/tap-fixture.ts'
import { tapTexts } from './support/tap-texts.ts'

const test = suite<{ tap: TapFixture }>('gitTap, killed')
test.before.each(async own => { own.tap = await tapFixture() })
test.after.each(async ({ tap }) => {
  await Promise.all(workers.splice(0).map(({ kill }) => kill()))
  await tap.close()
})

interface Worker {
  readonly said: () => string
  kill(): Promise<void>
}

const workers: Worker[] = []

/** A process that releases one version after the other, from a patch on. */
function start({ graph, bare }: TapFixture, from: number): Worker {
  const script = fileURLToPath(new URL('support/tap-worker.ts', import.meta.url))
  const child = spawn(process.execPath, ['--import', 'tsx', script, graph.project, graph.cacheFolder, bare, String(from)], { stdio: ['ignore', 'pipe', 'inherit'] })
  let said = ''
  const ended = new Promise<void>(resolve => { child.once('exit', () => { resolve() }) })
  child.stdout.on('data', text => { said += String(text) })
  const worker: Worker = {
    said: () => said,
    kill: async () => {
      child.kill('SIGKILL')
      await ended
    },
  }
  workers.push(worker)
  return worker
}

async function until(reached: () => boolean | Promise<boolean>): Promise<void> {
  for (let tries = 0; !await reached(); tries += 1) {
    if (tries > 3000) throw new Error('it did not come to that')
    await delay(10)
  }
}

/** The last patch that is there, whole: every file of it, and nothing of another one. */
async function requireWhole(tap: TapFixture): Promise<number> {
  if (await tap.git('for-each-ref') === '') return -1
  const { '.slipway/gateway.json': record = '', ...files } = await tap.files()
  const { version } = JSON.parse(record) as { readonly version: string }
  assert.equal(files, tapTexts(version))
  await tap.git('fsck', '--strict')
  return Number(version.split('.')[2])
}

test('killed before the push, or while the server takes it: the next run ends with the commits of a run that nobody disturbed', async ({ tap }) => {
  const release = (patch: number) => tap.release(`1.0.${patch}`, [demoOf(tapTexts(`1.0.${patch}`), `1.0.${patch}`)])
  for (const patch of [0, 1]) assert.equal(await release(patch), [])
  const undisturbed = await tap.git('rev-list', 'main')
  const [wait, taking] = [join(tap.bare, 'wait'), join(tap.bare, 'taking')]
  // The server waits for the test, so that the moment is known: before it has decided, and after.
  for (const hook of ['pre-receive', 'post-receive']) {
    await tap.git('update-ref', 'refs/heads/main', 'main~1')
    await setHook(tap.bare, hook, `[ -e '${wait}' ] || exit 0; touch '${taking}'; while [ -e '${wait}' ]; do sleep 0.02; done`)
    await writeFile(wait, '')
    const worker = start(tap, 1)
    await until(() => access(taking).then(() => true, () => false))
    assert.is(await requireWhole(tap), hook === 'pre-receive' ? 0 : 1)
    await worker.kill()
    await Promise.all([wait, taking, join(tap.bare, 'hooks', hook)].map(file => rm(file)))
    assert.equal(await release(1), [])
    assert.is(await tap.git('rev-list', 'main'), undisturbed, hook)
  }
})

test('killed at any moment, the branch is whole, and the next run goes on', async ({ tap }) => {
  const seen: number[] = []
  for (let round = 0; round < 6; round += 1) {
    const worker = start(tap, Math.max(0, await requireWhole(tap)))
    await until(() => worker.said().split('\n').length > 3)
    await delay(Math.random() * 300)
    await worker.kill()
    assert.not.match(worker.said(), /failed/)
    seen.push(await requireWhole(tap))
  }
  assert.equal(seen, [...seen].sort((a, b) => a - b))
  const next = (seen.at(-1) ?? -1) + 1
  assert.equal(await tap.release(`1.0.${next}`, [demoOf(tapTexts(`1.0.${next}`), `1.0.${next}`)]), [])
  assert.is(await requireWhole(tap), next)
  assert.equal(await tap.subjects(), Array.from({ length: next + 1 }, (_, patch) => `gateway 1.0.${patch}`))
})

test('two processes that release at once leave one whole release after the other', async ({ tap }) => {
  const both = [start(tap, 0), start(tap, 0)]
  await until(async () => await requireWhole(tap) >= 2)
  await Promise.all(both.map(({ kill }) => kill()))
  assert.not.match(both.map(({ said }) => said()).join(''), /failed/)
  const last = await requireWhole(tap)
  assert.equal(await tap.subjects(), Array.from({ length: last + 1 }, (_, patch) => `gateway 1.0.${patch}`))
})

test.run()
