import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { createRenderer } from '../lib/render.ts'
import type { Renderer, RendererOptions } from '../lib/renderer.ts'
import { ReleaseError } from '../lib/values/errors.ts'
import { Skip } from '../lib/values/skip.ts'
import type { Target } from '../lib/values/target.ts'
import { drawWalk } from './render/support/draw-walk.ts'
import { logOutput } from './render/support/log-output.ts'
import { sampleRelease, type Act } from './render/support/sample-release.ts'
import { memoryStore, type MemoryStore } from './support/memory-store.ts'

interface Run extends Partial<Omit<RendererOptions, 'output'>> {
  readonly targets?: readonly Target[]
  readonly store?: MemoryStore
  readonly act?: Act
  readonly signal?: AbortSignal
  /** Goals that are made one after the other: only the release where it is absent. */
  readonly goals?: readonly (keyof ReturnType<typeof sampleRelease>)[]
}

/** The log of a release for one platform, or more. */
async function logOf({ targets = ['linux/amd64'], store = memoryStore(), act, signal, goals = ['publish'], ...options }: Run): Promise<string> {
  return logged(options, async renderer => {
    const release = sampleRelease(targets, act)
    for (const goal of goals) await drawWalk([release[goal]].flat(), { store, renderer, ...(signal ? { signal } : {}) })
  })
}

async function logged(options: Partial<RendererOptions>, act: (renderer: Renderer) => unknown): Promise<string> {
  const { stream, text } = logOutput()
  const renderer = await createRenderer({ output: stream, quiet: false, verbose: false, environment: {}, ...options })
  await act(renderer)
  await renderer.finish()
  return text()
}

const three: readonly Target[] = ['linux/386', 'linux/amd64', 'linux/arm64']
const broken: Act = what => {
  if (what === 'binary linux/386') throw new ReleaseError('Cannot compile gateway for linux/386: no\nand much more', { code: 'COMPILE', output: 'tool output' })
}

const fresh = `binary gateway linux/amd64 ...
binary gateway linux/amd64: made in <time>
archive gateway_0.0.2_linux_amd64.tar.gz ...
archive gateway_0.0.2_linux_amd64.tar.gz: made in <time>
stage at directory dist: 1 done
publish directory dist ...
publish directory dist: done in <time>
`

test('a log has one line as a step starts and one as it ends', async () => {
  assert.fixture(await logOf({}), fresh)
})

test('lines are the same when listr2 tells them', async () => {
  const loaded: Act = async () => {
    await import('../lib/render/task-list.ts')
    await new Promise(setImmediate)
  }
  assert.fixture(await logOf({ act: loaded }), fresh)
})

test('a terminal of a CI system, or one that can do nothing, gets a log', async () => {
  for (const environment of [{ CI: 'true' }, { TERM: 'dumb' }]) {
    const { stream, text } = logOutput()
    const renderer = await createRenderer({ output: Object.assign(stream, { isTTY: true, columns: 80, rows: 24 }), quiet: false, verbose: false, environment })
    await drawWalk([sampleRelease(['linux/amd64']).publish], { store: memoryStore(), renderer })
    await renderer.finish()
    assert.fixture(text(), fresh)
  }
})

test('a kind that is all in the cache is one line', async () => {
  const store = memoryStore()
  await logOf({ store, targets: three })
  assert.fixture(await logOf({ store, targets: three }), `binary: 3 from the cache
archive: 3 from the cache
stage at directory dist: 3 done
publish directory dist ...
publish directory dist: done in <time>
`)
})

test('what is in the cache is told step by step beside what is made', async () => {
  const store = memoryStore()
  await logOf({ store, targets: ['linux/amd64', 'linux/arm64'] })
  const lines = (await logOf({ store, targets: ['linux/amd64', 'linux/arm64', 'linux/386'], goals: ['binaries'] })).trimEnd().split('\n')
  assert.equal(lines.toSorted(), [
    'binary gateway linux/386 ...', 'binary gateway linux/386: made in <time>',
    'binary gateway linux/amd64: from the cache', 'binary gateway linux/arm64: from the cache',
  ])
})

test('a goal says nothing of what the goal before it made', async () => {
  assert.fixture(await logOf({ goals: ['binaries', 'publish'] }), fresh)
})

test('a failure has one line, and so has what needs it', async () => {
  const lines = (await logOf({ targets: three, act: broken })).split('\n')
  assert.equal(lines.filter(line => / (?:failed|cancelled)/.test(line)), [
    'binary gateway linux/386: failed: Cannot compile gateway for linux/386: no',
    'archive gateway_0.0.2_linux_386.tar.gz: cancelled: it needs binary gateway linux/386',
    'stage at directory dist: 1 of 3 cancelled',
    'publish directory dist: cancelled: it needs stage at directory dist gateway_0.0.2_linux_386.tar.gz',
  ])
})

test('what is skipped says why', async () => {
  const lines = (await logOf({ targets: three, act: what => {
    if (what === 'binary linux/386') throw new Skip('the registry cannot be reached')
  } })).split('\n')
  assert.equal(lines.filter(line => line.includes('skipped')), [
    'binary gateway linux/386: skipped: the registry cannot be reached',
    'archive gateway_0.0.2_linux_386.tar.gz: skipped: the registry cannot be reached',
    'stage at directory dist: 1 of 3 skipped',
  ])
})

test('a run that is stopped does not say so of every step', async () => {
  const stop = new AbortController()
  const targets = [...three, 'windows/amd64', 'windows/arm64'] as const
  const act: Act = async (_what, { signal }) => {
    stop.abort(new ReleaseError('stopped by SIGINT', { code: 'CANCELLED' }))
    signal.throwIfAborted()
  }
  assert.fixture(await logOf({ targets, act, signal: stop.signal }), `binary gateway linux/386 ...
binary gateway linux/386: cancelled: stopped by SIGINT
binary: 4 of 5 cancelled: what they need was not made
archive: 5 cancelled: what they need was not made
stage at directory dist: 5 cancelled
publish directory dist: cancelled: it needs stage at directory dist gateway_0.0.2_linux_386.tar.gz
`)
})

const talkative: Act = (what, { log, notice }) => {
  log(`${what} says a word`)
  notice('HEAD has no tag')
}

test('a notice is told at once, and each once', async () => {
  const log = await logOf({ act: talkative, targets: three })
  assert.is(log.split('\n')[1], 'notice: HEAD has no tag')
  assert.is(log.split('notice').length, 2)
  assert.not.match(log, 'says a word')
})

test('verbose logs tell what steps say, and of every small step', async () => {
  assert.fixture(await logOf({ act: talkative, verbose: true }), `binary gateway linux/amd64 ...
  binary gateway linux/amd64 | binary linux/amd64 says a word
notice: HEAD has no tag
binary gateway linux/amd64: made in <time>
archive gateway_0.0.2_linux_amd64.tar.gz ...
  archive gateway_0.0.2_linux_amd64.tar.gz | archive linux/amd64 says a word
archive gateway_0.0.2_linux_amd64.tar.gz: made in <time>
stage at directory dist gateway_0.0.2_linux_amd64.tar.gz ...
stage at directory dist gateway_0.0.2_linux_amd64.tar.gz: done in <time>
publish directory dist ...
  publish directory dist | publish says a word
publish directory dist: done in <time>
`)
})

test('quiet logs have nothing but failures', async () => {
  assert.is(await logOf({ act: talkative, quiet: true }), '')
  assert.is(await logOf({ act: broken, targets: three, quiet: true }), 'binary gateway linux/386: failed: Cannot compile gateway for linux/386: no\n')
})

test('a log has colours only where they are forced', async () => {
  assert.not.match(await logOf({ act: broken, targets: three }), '\u001B')
  assert.match(await logOf({ act: broken, targets: three, environment: { FORCE_COLOR: '1' } }), '\u001B[31mbinary gateway linux/386: failed')
  assert.not.match(await logOf({ act: broken, targets: three, environment: { FORCE_COLOR: '1', NO_COLOR: '1' } }), '\u001B')
})

test('a goal of the project is logged with what it prints', async () => {
  const log = await logged({}, renderer => {
    renderer.chore('lint', { type: 'begin' })
    renderer.chore('lint', { type: 'log', line: 'main.go:1: no comment' })
    renderer.chore('lint', { type: 'end', error: new Error('Cannot lint: go vet says no\nmore') })
    renderer.chore('deploy', { type: 'begin' })
    renderer.chore('deploy', { type: 'end' })
  })
  assert.fixture(log, `lint ...
  lint | main.go:1: no comment
lint: failed: Cannot lint: go vet says no
deploy ...
deploy: done in <time>
`)
})

test('a run that ends before it starts has its notices only', async () => {
  assert.is(await logged({}, renderer => { renderer.event({ type: 'notice', line: 'the clone is shallow' }) }), 'notice: the clone is shallow\n')
})

test.run()
