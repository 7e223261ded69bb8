import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { githubSummary, isOnGithub, type GithubEnding } from '../../lib/commands/github-summary.ts'
import { outputsText } from '../../lib/commands/github-summary/outputs.ts'
import { summaryText, type SummaryData } from '../../lib/commands/github-summary/text.ts'
import type { Destination } from '../../lib/contracts/destination.ts'
import { directory } from '../../lib/destinations/directory.ts'
import type { Step } from '../../lib/graph/step.ts'
import type { Artifact } from '../../lib/values/artifact.ts'
import { digestOf } from '../../lib/values/digest.ts'
import { ReleaseError } from '../../lib/values/errors.ts'
import { Skip } from '../../lib/values/skip.ts'
import { publish, send } from '../../tasks/publish.ts'
import { graphFixture, type GraphFixture } from '../support/graph-fixture.ts'
import { releaseValue } from '../support/release-value.ts'
import { toys, type Toys } from '../support/toy-steps.ts'

interface Context extends Toys {
  graph: GraphFixture
  folder: string
}

const test = suite<Context>('summary for GitHub')
const release = releaseValue()
const digest = digestOf('')

test.before.each(async context => {
  Object.assign(context, toys(), { graph: await graphFixture(), folder: await mkdtemp(join(tmpdir(), 'summary-')) })
})
test.after.each(async ({ graph, folder }) => {
  await graph.close()
  await rm(folder, { recursive: true })
})

/** A destination that keeps nothing, and cannot make anything visible where it is told so. */
function store(name: string, fails = false): Destination<Artifact> {
  return {
    name, reversible: true, url: outline => `https://${name}/${outline.name}`, check: async () => [], probe: async () => ({ state: 'absent' }),
    open: async () => ({
      stage: async artifact => ({ artifact, url: `https://${name}/${artifact.name}` }),
      verify: async ({ artifact }) => ({ state: 'staged', digest: artifact.digest }),
      commit: async () => { if (fails) throw new ReleaseError('Cannot commit: no', { code: 'DESTINATION' }) },
      retract: async () => [],
    }),
  }
}

interface Told {
  readonly summary: string
  readonly outputs: string
  readonly printed: readonly string[]
}

/** Runs steps as a release does, and reads what GitHub is told. */
async function told({ graph, folder }: Context, steps: readonly Step[], ending: Partial<GithubEnding> = {}, environment: Readonly<Record<string, string>> = {}): Promise<Told> {
  const files = { GITHUB_STEP_SUMMARY: join(folder, 'summary.md'), GITHUB_OUTPUT: join(folder, 'outputs') }
  const github = githubSummary({ ...files, ...environment })
  await graph.run(steps, { release, emit: github.event })
  const printed = await github.conclude({ goals: ['release'], errors: [], notices: [], milliseconds: 65_000, release, reports: graph.reports, folder: graph.project, ...ending })
  const textOf = (file: string): Promise<string> => readFile(file, 'utf8').catch(() => '')
  return { printed, summary: await textOf(files.GITHUB_STEP_SUMMARY), outputs: await textOf(files.GITHUB_OUTPUT) }
}

/** What a file of outputs says, read as the runner does. */
function read(text: string): Readonly<Record<string, string>> {
  const values: Record<string, string> = {}
  const lines = text.split('\n')
  while (lines.length > 1) {
    const [name = '', end = ''] = (lines.shift() ?? '').split('<<')
    const at = lines.indexOf(end)
    assert.ok(name !== '' && at >= 0)
    values[name] = lines.splice(0, at + 1).slice(0, -1).join('\n')
  }
  return values
}

test('says what is where, what was left out and how long it took', async context => {
  const { step, on } = context
  on('c', () => { throw new Skip('docker.io is away') })
  const [a, b, c] = ['a', 'b', 'c'].map(name => step(name)) as [Step<never>, Step<never>, Step<never>]
  const { summary, printed } = await told(context, [publish(send(directory('dist'), a, b), send(store('one.example'), a)), c])
  assert.equal(printed, [])
  const shown = summary.replaceAll(/sha256:[0-9a-f]{64}/g, 'DIGEST').replaceAll(/\d+ B/g, 'SIZE').replaceAll(/\d+\.\d s/g, 'TIME')
  assert.is(shown, [
    '## gateway 1.2.3', '', 'release took 1 min 5 s, commit <code>0123456789ab</code>.', '',
    '### Released', '', '| artifact | kind | size | digest | where |', '| --- | --- | ---: | --- | --- |',
    '| <code>a</code> | toy | SIZE | <code>DIGEST</code> | directory dist: <code>dist/a</code><br><a href="https://one.example/a">one.example</a> |',
    '| <code>b</code> | toy | SIZE | <code>DIGEST</code> | directory dist: <code>dist/b</code> |', '',
    '### Skipped', '', '| what | why |', '| --- | --- |', '| <code>toy c</code> | docker.io is away |', '',
    '### Steps', '', '| kind | ended | time |', '| --- | --- | ---: |',
    '| publish | 1 made | TIME |', '| stage at directory dist | 2 made | TIME |', '| stage at one.example | 1 made | TIME |', '| toy | 2 made, 1 skipped | TIME |', '',
  ].join('\n'))
})

test('says what did not become public', async context => {
  const { step } = context
  const [a, b] = ['a', 'b'].map(name => step(name)) as [Step<never>, Step<never>]
  const { summary, printed } = await told(context, [publish(send(store('bad.example', true), a), send(store('late.example'), b))], {
    errors: [new ReleaseError('Cannot publish everywhere\n  bad.example: no', { code: 'DESTINATION', hint: 'Run it again.' })], notices: ['a | b'],
  })
  assert.match(summary, /^release failed after 1 min 5 s/m)
  assert.match(summary, /### Failed\n\n<pre>Cannot publish everywhere<br> {2}bad\.example: no<br> {2}Run it again\.<\/pre>\n/)
  assert.match(summary, /<a href="https:\/\/bad\.example\/a">bad\.example<\/a> \(failed\) \|\n/)
  assert.match(summary, /<a href="https:\/\/late\.example\/b">late\.example<\/a> \(held back\) \|\n/)
  assert.match(summary, /### Notices\n\n- a &#124; b\n/)
  assert.equal(printed, ['::error title=Release failed%3A DESTINATION::Cannot publish everywhere%0A  bad.example: no%0ARun it again.', '::warning title=Notice::a | b'])
})

test('gives the workflow what it may need next', async context => {
  const { step, graph } = context
  const { outputs } = await told(context, [publish(send(directory('dist'), step('a') as Step<never>))])
  assert.equal(read(outputs), {
    version: '1.2.3', tag: 'v1.2.3', prerelease: 'false', snapshot: 'false', digest: digestOf(await readFile(join(graph.project, 'dist/release.json'))),
  })
})

test('an output ends where it ends', () => {
  const value = 'one\nEOF\n\nend_x<<y\n::set-output::'
  const text = outputsText({ notes: value, empty: '', again: outputsText({ notes: value }) })
  assert.equal(read(text), { notes: value, empty: '', again: outputsText({ notes: value }) })
  assert.is(text, outputsText({ notes: value, empty: '', again: outputsText({ notes: value }) }))
})

test('adds to what earlier steps wrote, and writes nothing that is too much', async context => {
  const file = join(context.folder, 'summary.md')
  await writeFile(file, 'before\n')
  assert.match((await told(context, [])).summary, /^before\n## gateway/)
  await writeFile(file, 'x'.repeat(600_000))
  assert.is((await told(context, [])).summary.length, 600_000)
})

test('without files it only prints, and files that cannot be written fail nothing', async context => {
  const { summary, outputs } = await told(context, [], { release: undefined })
  assert.equal([summary, outputs], ['', ''])
  const { printed } = await told(context, [], {}, { GITHUB_STEP_SUMMARY: '', GITHUB_OUTPUT: context.folder })
  assert.is(printed.length, 1)
  assert.match(printed[0] ?? '', /^notice: .* cannot be written: EISDIR/)
})

test('nothing secret gets out', async context => {
  const { step, on } = context
  const hush = 'gh|s_secret*token'
  on('a', () => { throw new Skip(`asked with ${hush}`) })
  const { summary, outputs, printed } = await told(context, [step('a')], { errors: [new ReleaseError(`Cannot: ${'x'.repeat(7990)}${hush}`, { code: 'NETWORK', output: hush })], notices: [hush] }, { GITHUB_TOKEN: hush })
  const all = [summary, outputs, ...printed].join('\n').replaceAll('&#124;', '|').replaceAll('&#95;', '_').replaceAll('&#42;', '*')
  assert.not.ok(all.includes(hush) || all.includes('gh|s'))
  assert.ok(all.includes('$GITHUB_TOKEN') && summary.includes('asked with &#36;GITHUB&#95;TOKEN'))
})

test('files are named from the repository\'s root, where they are', async context => {
  const { graph } = context
  await writeFile(join(graph.project, 'main.go'), '')
  const workspace = join(graph.project, '..')
  const errors = [new ReleaseError('Cannot compile', { code: 'COMPILE', output: 'gone.go:1:2: no\n./main.go:3:4: undefined: x' })]
  const { printed } = await told(context, [], { errors }, { GITHUB_WORKSPACE: workspace })
  assert.match(printed[0] ?? '', /^::error file=project\/main\.go,line=3,col=4,title=/)
})

test('what is skipped for one reason is told once', () => {
  const skipped = ['base', 'manifest', 'layer', 'image'].map(title => ({ title, reason: 'away' }))
  assert.match(summaryText({ ...empty, skipped }, 1 << 20, shown => shown), /\n\| <code>image<\/code><br><code>layer<\/code><br><code>manifest<\/code><br>and 1 more \| away \|\n$/)
})

const empty: SummaryData = { project: 'p', version: '1.0.0', commit: 'abc', goals: ['release'], milliseconds: 1, succeeded: true, released: [], skipped: [], errors: [], notices: [], kinds: [] }

test('text stays text, in a table and out of it', () => {
  const odd = '</pre><script>|x|`y`\n\n## z [a](b) ![c](d) **e** ~f~ @g &amp; \\| <!-- \u0000\u001b[31m'
  const text = summaryText({
    ...empty, project: odd, errors: [odd], notices: [odd, '1. one', '- two'], skipped: [{ title: odd, reason: odd }], kinds: [{ name: odd, states: { made: 1 } }],
    released: [{ name: odd, kind: odd, digest, size: 1, places: [{ destination: odd, url: 'https://example.com/"><b>|', state: 'public' }, { destination: 'x', url: `javascript:${odd}`, state: 'staged' }] }],
  }, 1 << 20, shown => shown)
  assert.equal(text.match(/<(?!\/?(?:code|pre)>|br>|a href="https:\/\/example\.com\/[^"<>|]*">|\/a>)/g), null)
  assert.not.match(text, /[`*@[\]\\~\u0000\u001b]/)
  assert.equal(text.split('\n').filter(line => line.startsWith('#')).map(line => line.split(' ')[1]).slice(1), ['Failed', 'Released', 'Skipped', 'Notices', 'Steps'])
  const tables = text.split('\n').filter(line => line.startsWith('|'))
  assert.equal(tables.map(line => line.split('|').length - 2), [5, 5, 5, 2, 2, 2, 3, 3, 3])
  assert.match(text, /^- 1&#46; one\n- &#45; two$/m)
})

test('it fits, however much there is', () => {
  const many = 20_000
  const released = Array.from({ length: many }, (_, at) => ({ name: `&${at}`.repeat(50), kind: 'archive', digest, size: at, places: [{ destination: 'd', url: `https://example.com/${at}`, state: 'public' as const }] }))
  const texts = Array.from({ length: many }, (_, at) => `😀${at}`.repeat(500))
  const text = summaryText({ ...empty, released, errors: texts, notices: texts, skipped: texts.map(reason => ({ title: 't', reason })), kinds: texts.map(name => ({ name, states: {} })) }, 500_000, shown => shown)
  assert.ok(Buffer.byteLength(text) <= 500_000)
  assert.is(text.match(/… and \d+ more: see the log/g)?.length, 5)
  const [, left = ''] = /### Released[^]*?… and (\d+) more/.exec(text) ?? []
  assert.is((text.match(/^\| <code>&#38;/gm)?.length ?? 0) + Number(left), many)
  const [first] = released
  assert.match(summaryText({ ...empty, released: first ? [first] : [] }, 500_000, shown => shown), /\n\| <code>&#38;0&#38;0/)
})

test('is only for GitHub Actions', () => {
  assert.ok(isOnGithub({ GITHUB_ACTIONS: 'true' }))
  assert.not.ok(isOnGithub({ CI: 'true' }) || isOnGithub({ GITHUB_ACTIONS: '' }))
})

test.run()
