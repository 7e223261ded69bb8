import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { NotedChanges } from '../../lib/formats/release-notes-types.ts'
import type { Step } from '../../lib/graph/step.ts'
import { ReleaseError } from '../../lib/values/errors.ts'
import type { Version } from '../../lib/values/version.ts'
import { changelog, changes, type ChangelogOptions } from '../../tasks/changelog.ts'
import { resolveVersion } from '../../tasks/resolve-version.ts'
import { source } from '../../tasks/source.ts'
import { gitRepository, type GitRepository } from '../support/git-repository.ts'
import { failure, graphFixture, made, type GraphFixture } from '../support/graph-fixture.ts'
import { say } from '../support/history.ts'
import { releaseValue } from '../support/release-value.ts'

interface Context {
  graph: GraphFixture
  repository: GitRepository
  /** The version that is checked out, as a release reads it. */
  version(of?: GitRepository): Promise<Version>
  /** Options for the repository as it is. */
  options(of?: GitRepository): Promise<ChangelogOptions>
  text(step: Step): Promise<string>
}

const test = suite<Context>('changelog')

test.before.each(async context => {
  const [graph, repository] = await Promise.all([graphFixture(), gitRepository()])
  const version = async ({ exec, folder }: GitRepository = repository): Promise<Version> =>
    resolveVersion().read({ folder, exec, environment: {}, outputs: [], untracked: [], notice: () => undefined })
  Object.assign(context, {
    graph, repository, version,
    options: async (of: GitRepository = repository) => ({
      project: { ...releaseValue().project, module: 'github.com/example/gateway', place: { folder: of.folder } }, version: await version(of), source: source({ folder: of.folder }),
    }),
    text: async (step: Step) => (await graph.bytes(made(await graph.run([step]), step))).toString(),
  })
})
test.after.each(async ({ graph, repository }) => {
  await graph.close()
  await repository.remove()
})

/** v1.0.0, a candidate and v1.1.0 with a feature in each. */
async function threeVersions(repository: GitRepository): Promise<void> {
  await say(repository, 'feat: first', { files: { '.mailmap': '' } })
  await repository.tag('v1.0.0')
  await say(repository, 'feat: second (#2)')
  await repository.tag('v1.1.0-rc.1')
  await say(repository, 'fix: third (#3)')
}

const bodies = (text: string): readonly string[] => text.match(/^- .*/gm) ?? []

test('a stable version tells all since the last stable one, a candidate since the last tag, the first one everything', async ({ repository, options, text }) => {
  await threeVersions(repository)
  await repository.tag('v1.1.0-rc.2')
  const second = await text(changelog(await options()))
  assert.is(second, '## Fixes\n\n- third ([#3](https://github.com/example/gateway/pull/3))\n\n[All changes since v1.1.0-rc.1](https://github.com/example/gateway/compare/v1.1.0-rc.1...v1.1.0-rc.2)\n')
  await repository.git('tag', '--delete', 'v1.1.0-rc.2')
  await repository.tag('v1.1.0')
  const stable = changelog(await options())
  assert.equal({ ...stable.outline }, { kind: 'release-notes', name: 'gateway_1.1.0_notes.md', version: '1.1.0' })
  assert.is(await text(stable), [
    '## Features', '', '- second ([#2](https://github.com/example/gateway/pull/2))', '', '## Fixes', '', '- third ([#3](https://github.com/example/gateway/pull/3))', '',
    '[All changes since v1.0.0](https://github.com/example/gateway/compare/v1.0.0...v1.1.0)', '',
  ].join('\n'))
  assert.equal(bodies(await text(changelog({ ...await options(), since: 'v1.1.0-rc.1', links: false }))), ['- third (#3)'])
  assert.equal(bodies(await text(changelog({ ...await options(), since: false, links: false }))), ['- first', '- second (#2)', '- third (#3)'])
  await repository.git('checkout', '--quiet', 'v1.0.0')
  assert.is(await text(changelog({ ...await options(), header: 'Hello', footer: 'Bye', repository: 'https://gitlab.example.com/a/b' })),
    `Hello\n\n## Features\n\n- first ([\`${(await repository.git('rev-parse', 'HEAD')).slice(0, 8)}\`](https://gitlab.example.com/a/b/-/commit/${await repository.git('rev-parse', 'HEAD')}))\n\nBye\n`)
})

test('it is made once, wherever the repository stands, and again when history or .mailmap say something else', async ({ graph, repository, options }) => {
  await threeVersions(repository)
  await say(repository, 'fix: fourth', { author: 'ann <ann@example.com>' })
  await repository.tag('v1.1.0')
  const state = async (of: GitRepository = repository, given: Partial<ChangelogOptions> = {}) => {
    const step = changelog({ ...await options(of), line: ({ authors }, usual) => `${usual} ${authors[0]?.name}`, ...given })
    return (await graph.run([step])).get(step.recipe)?.state
  }
  assert.equal([await state(), await state()], ['made', 'cached'])
  await repository.git('clone', '--quiet', '.', repository.beside('clone'))
  assert.is(await state(repository.at(repository.beside('clone'))), 'cached')
  await repository.git('worktree', 'add', '--quiet', '--detach', repository.beside('tree'))
  assert.is(await state(repository.at(repository.beside('tree'))), 'cached')
  const { version } = await options()
  await repository.write({ '.mailmap': 'Ann Lee <ann@example.com>\n' })
  assert.equal([await state(repository, { version }), await state(repository, { version })], ['made', 'cached'])
  await repository.write({ '.mailmap': '' })
  assert.is(await state(), 'cached')
  await repository.git('tag', '--delete', 'v1.0.0', 'v1.1.0-rc.1')
  assert.is(await state(), 'made')
})

test('functions that answer otherwise make other notes, the same answers the same, whatever is in the cache', async ({ graph, repository, options, text }) => {
  await threeVersions(repository)
  await repository.tag('v1.1.0')
  const given = await options()
  const titled = (title: string) => changelog({ ...given, links: false, group: (_commit, usual) => usual && { ...usual, title } })
  const [news, more] = [titled('News'), titled('More')]
  assert.is.not(news.recipe, more.recipe)
  const outcomes = await graph.run([news, more])
  const both = await Promise.all([news, more].map(async step => (await graph.bytes(made(outcomes, step))).toString()))
  assert.equal(both.map(one => one.match(/^## .*/gm)), [['## News'], ['## More']])
  assert.is((await graph.run([titled('News')])).size, 2)
  const again = titled('News')
  assert.is((await graph.run([again])).get(again.recipe)?.state, 'cached')
  assert.equal(bodies(await text(changelog({ ...given, line: ({ description, pullRequest }, usual) => pullRequest === 2 ? '' : `${description}! ${usual}`, links: { pullRequest: number => `https://x.example/${number}` } }))),
    ['- third! third ([#3](https://x.example/3))'])
})

const wrong: readonly (readonly [what: string, options: Partial<ChangelogOptions>, message: RegExp])[] = [
  ['fails', { group: () => { throw new Error('no') } }, /^Cannot ask group\(\) of build\.ts about commit [\da-f]{12} \(feat: second \(#2\)\): it failed: no$/],
  ['gives no title', { group: () => ({ title: ' ', order: 1 }) }, /group\(\).*: it gave no title, or no order$/],
  ['gives no order', { group: () => ({ title: 'A', order: Number.NaN }) }, /group\(\).*: it gave no title, or no order$/],
  ['gives nothing', { line: (() => undefined) as unknown as () => string }, /line\(\).*: it gave nothing where a text is needed$/],
  ['gives a number', { line: (() => 1) as unknown as () => string }, /line\(\).*: it gave a number where a text is needed$/],
  ['answers by chance', { line: (() => { let times = 0; return () => String(times += 1) })() }, /answer the same question differently$/],
]
for (const [what, given, message] of wrong) {
  test(`a function that ${what} is an error`, async ({ graph, repository, options }) => {
    await threeVersions(repository)
    await repository.tag('v1.1.0')
    const step = changes({ ...await options(), ...given })
    for (const outcomes of [await graph.plan([step]), await graph.run([step])]) {
      const error = failure(outcomes, step)
      assert.instance(error, ReleaseError)
      assert.is((error as ReleaseError).code, 'USAGE')
      assert.match(error.message, message)
    }
  })
}

test('a project whose tags have a prefix tells of its own folder, others by what they say', async ({ repository, options, text }) => {
  const api = repository.at(join(repository.folder, 'api'))
  await say(repository, 'feat: first', { files: { 'api/a': '1', 'b': '1' } })
  await repository.tag('api/v1.0.0')
  await say(repository, 'feat: inside', { files: { 'api/a': '2' } })
  await say(repository, 'feat: outside', { files: { b: '2' } })
  await repository.tag('api/v1.1.0')
  const given = { ...await options(api), links: false as const }
  assert.is(given.version.tag, 'api/v1.1.0')
  assert.equal(bodies(await text(changelog({ ...given }))), ['- inside'])
  assert.equal(bodies(await text(changelog({ ...given, paths: ['.', '../b'] }))), ['- inside', '- outside'])
  assert.equal(bodies(await text(changelog({ ...given, paths: [':/'] }))), ['- inside', '- outside'])
  assert.match(await text(changelog({ ...await options(api) })), /compare\/api\/v1\.0\.0\.\.\.api\/v1\.1\.0\)\n$/)
})

test('a shallow clone is told of in plans too, a whole one is not', async ({ graph, repository, options }) => {
  await threeVersions(repository)
  await repository.tag('v1.1.0')
  await repository.git('clone', '--quiet', '--depth=1', `file://${repository.folder}`, repository.beside('shallow'))
  await graph.plan([changelog(await options())])
  assert.equal(graph.notices(), [])
  await graph.plan([changelog(await options(repository.at(repository.beside('shallow'))))])
  assert.equal(graph.notices(), ['What is new in 1.1.0 is told of one commit only: the clone is shallow (git fetch --tags --unshallow)'])
})

test('a .mailmap that git does not know makes a release dirty', async ({ graph, repository, options }) => {
  await say(repository, 'a')
  await repository.write({ '.mailmap': '' })
  const step = changes(await options())
  const outcome = (await graph.run([step])).get(step.recipe)
  assert.equal(outcome && 'reads' in outcome && outcome.reads, [join(repository.folder, '.mailmap')])
})

test('as data it has groups, lines and what charts say', async ({ repository, options, text }) => {
  await threeVersions(repository)
  await repository.tag('v1.1.0')
  const { groups, ...noted } = JSON.parse(await text(changes(await options()))) as NotedChanges
  assert.equal(noted, { version: '1.1.0', previous: 'v1.0.0', compare: 'https://github.com/example/gateway/compare/v1.0.0...v1.1.0' })
  assert.equal(groups.map(({ title, changes: list }) => [title, list[0]?.kind, list[0]?.description, list[0]?.links]), [
    ['Features', 'added', 'second', [{ name: '#2', url: 'https://github.com/example/gateway/pull/2' }]], ['Fixes', 'fixed', 'third', [{ name: '#3', url: 'https://github.com/example/gateway/pull/3' }]],
  ])
})

test('options that say nothing, and tags that are not there', async ({ graph, repository, options }) => {
  await say(repository, 'a')
  const given = await options()
  assert.throws(() => changes({ ...given, since: '' }), /since is empty/)
  assert.throws(() => changes({ ...given, paths: [] }), /paths is empty/)
  const step = changes({ ...given, since: 'v9.9.9' })
  assert.is(failure(await graph.plan([step]), step).message, 'Cannot tell what is new since v9.9.9: there is no such tag or commit here')
})

test.run()
