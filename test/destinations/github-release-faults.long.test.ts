import { inspect } from 'node:util'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { FakeGithubFault, FaultOptions } from '../../lib/testing/github/options.ts'
import type { Witness } from '../../lib/testing/github/witness.ts'
import { graphFixture, type GraphFixture } from '../support/graph-fixture.ts'
import { writer } from '../testing/support/github-fixture.ts'
import { files, notes } from './support/github-files.ts'
import { type GithubSetting, withSetting } from './support/github-setting.ts'

/** What a release starts from: nothing, a draft of a person's, or a release that a person has published. */
const starts = {
  nothing: async (_setting: GithubSetting) => undefined,
  draft: async ({ github }: GithubSetting) => { await github.ask('POST', '/repos/example/gateway/releases', { token: writer, body: { tag_name: 'v1.2.3', draft: true, name: 'Mine', body: 'Mine.' } }) },
  public: async ({ github }: GithubSetting) => { await github.ask('POST', '/repos/example/gateway/releases', { token: writer, body: { tag_name: 'v1.2.3', name: 'Mine', body: 'Mine.' } }) },
}

const faults: readonly (readonly [FakeGithubFault, FaultOptions])[] = [
  ['error', {}], ['cut', {}], ['torn', {}], ['lost', {}], ['slow', {}], ['limit', { status: 403, retryAfter: 7 }], ['limit', { status: 429, retryAfter: null }],
]

interface Undisturbed {
  readonly seen: Witness
  /** Requests that it took. */
  readonly count: number
}

/** What is published is made once. */
let graph: GraphFixture

test.before(async () => { graph = await graphFixture() })
test.after(() => graph.close())

async function undisturbed(start: keyof typeof starts): Promise<Undisturbed> {
  let result: Undisturbed | undefined
  await withSetting({ graph }, async setting => {
    await starts[start](setting)
    const before = setting.github.requests.length
    assert.is(await setting.release(files, { notes }), undefined)
    result = { seen: portable(await setting.github.witness('example/gateway'), setting), count: setting.github.requests.length - before }
  })
  if (!result) throw new Error('it was not published')
  return result
}

/** Without the port, which GitHub's own notes name. */
function portable(seen: Witness, { github }: GithubSetting): Witness {
  return JSON.parse(JSON.stringify(seen).replaceAll(github.url, 'http://github')) as Witness
}

function releasesIn({ github }: GithubSetting): number {
  return github.inside('example/gateway').releases.size
}

/** Nothing, or all of it; what a person has published may fill up, but never with checksums before what they name. */
function requireWhole(start: string, { releases }: Witness, { seen }: Undisturbed): void {
  const assets = releases.flatMap(release => release.assets.map(({ name }) => name))
  if (start === 'public') assert.ok(!assets.includes('gateway_1.2.3_checksums.txt') || assets.length === 3, assets.join())
  else if (releases.length > 0) assert.equal(releases, seen.releases)
}

/** Some at a time: each waits for disks and servers most of its time. */
async function eachRequest(count: number, act: (at: number) => Promise<void>): Promise<void> {
  const left = Array.from({ length: count }, (_, index) => index + 1).values()
  await Promise.all([1, 2, 3].map(async () => { for (const at of left) await act(at) }))
}

for (const start of ['nothing', 'draft', 'public'] as const) {
  const prepare = starts[start]

  test(`from ${start}: each request fails in each way, and the release ends as if none had`, async () => {
    const whole = await undisturbed(start)
    for (const [fault, options] of start === 'nothing' ? faults : faults.filter(([name]) => ['error', 'cut', 'lost'].includes(name))) {
      await eachRequest(whole.count, at => withSetting({ graph }, async setting => {
        const { github, release, waited } = setting
        const what = `${fault} ${options.status ?? ''} at ${at}`
        await prepare(setting)
        const before = github.requests.length
        github.break(fault, { at, ...options })
        // One fault is got over, whichever it is.
        assert.is((await release(files, { notes }))?.message, undefined, what)
        const failed = github.requests.slice(before).filter(({ status }) => status === 0 || status >= 500 || status === 403 || status === 429)
        assert.is(failed.length, fault === 'slow' ? 0 : 1, what)
        assert.equal(portable(await github.witness('example/gateway'), setting), whole.seen, what)
        assert.is(releasesIn(setting), 1, what)
        if (fault === 'limit') assert.equal(waited, [options.retryAfter === null ? 60_000 : 7000], what)
        assert.equal([github.leaks, github.mistakes], [[], []])
      }))
    }
  })

  test(`from ${start}: what fails for good at any request is finished by the next run, and never half of it is public`, async () => {
    const whole = await undisturbed(start)
    for (const fault of ['error', 'lost'] as const) {
      await eachRequest(whole.count, at => withSetting({ graph }, async setting => {
        const { github, release } = setting
        const what = `${fault} from ${at} on`
        await prepare(setting)
        github.break(fault, { at, times: 1000 })
        const error = await release(files, { notes })
        assert.ok(error, what)
        requireSecrecy(error)
        github.break('slow')
        requireWhole(start, portable(await github.witness('example/gateway'), setting), whole)
        assert.is(await release(files, { notes }), undefined, what)
        assert.equal(portable(await github.witness('example/gateway'), setting), whole.seen, what)
        assert.is(releasesIn(setting), 1, what)
      }))
    }
  })
}

/** Nowhere in it, nor in what it was caused by. */
function requireSecrecy(thing: unknown): void {
  const shown = inspect(thing, { depth: 20, showHidden: true, maxArrayLength: null, maxStringLength: null })
  for (const form of [writer, Buffer.from(writer).toString('base64'), encodeURIComponent(writer)]) assert.not(shown.includes(form))
}

test('a server that tells no digests fails while it sends bytes, and is asked again', async () => {
  for (const fault of ['error', 'cut', 'lost'] as const) {
    await withSetting({ graph, digests: false }, async ({ github, release }) => {
      assert.is(await release(files), undefined)
      const seen = await github.witness('example/gateway')
      const before = github.requests.length
      assert.is(await release(files), undefined)
      const sent = github.requests.slice(before).flatMap(({ server }, index) => server === 'storage' ? [index + 1] : [])
      assert.ok(sent.length > 0)
      for (const at of sent) {
        github.break(fault, { at })
        assert.is(await release(files), undefined)
      }
      assert.equal(await github.witness('example/gateway'), seen)
    })
  }
})

test('a limit that lasts longer than anybody waits ends the run with the time to come back', () => withSetting({ graph }, async ({ github, release, waited }) => {
  github.break('limit', { at: 3, times: 1000, retryAfter: 3600 })
  const error = await release(files)
  assert.match(error?.message ?? '', /GitHub wants to be asked less often \(403, You have exceeded a secondary rate limit/)
  assert.equal(waited, [])
  github.break('limit', { at: 3, times: 1000, retryAfter: 5 })
  assert.ok(await release(files))
  assert.equal(waited.every(wait => wait === 5000), true)
  assert.ok(waited.length < 20)
}))

test('two runs at once end in one release', () => withSetting({ graph }, async setting => {
  for (const error of await Promise.all([setting.release(files), setting.release(files)])) assert.is(error, undefined)
  const { releases } = await setting.github.witness('example/gateway')
  assert.equal([releases.length, releases[0]?.assets.length, releasesIn(setting)], [1, 3, 1])
}))

test('nothing that any of these runs told names the token', () => {
  const told = graph.events.flatMap((event): readonly unknown[] => 'line' in event ? [event.line] : 'outcome' in event ? [event.outcome] : [])
  assert.ok(told.length > 1000)
  requireSecrecy([told, graph.reports])
})

test.run()
