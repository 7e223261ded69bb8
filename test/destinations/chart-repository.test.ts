import { spawn } from 'node:child_process'
import { chmod, mkdir, mkdtemp, readFile, readdir, rm, stat, symlink, unlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Session, Staged } from '../../lib/contracts/destination.ts'
import type { World } from '../../lib/contracts/workshop.ts'
import { chartRepository } from '../../lib/destinations/chart-repository.ts'
import { parseYaml } from '../../lib/formats/yaml.ts'
import type { Outcomes } from '../../lib/graph/walk.ts'
import type { Chart } from '../../lib/values/chart.ts'
import { digestOf } from '../../lib/values/digest.ts'
import type { ReleaseError } from '../../lib/values/errors.ts'
import { publish, send } from '../../tasks/publish.ts'
import { asNobody } from '../support/as-nobody.ts'
import { helms, helmPrints } from '../formats/chart/support/helm.ts'
import { graphFixture, made, type GraphFixture } from '../support/graph-fixture.ts'
import { releaseValue } from '../support/release-value.ts'
import { thrown } from '../support/thrown.ts'
import { unless } from '../support/unless.ts'
import { helmChart, type HelmChart } from './support/helm-chart.ts'
import { serveFolder } from './support/serve-folder.ts'

interface Context {
  graph: GraphFixture
  folder: string
  release(charts: readonly HelmChart[], date?: string): Promise<Outcomes>
}

const test = suite<Context>('chartRepository')
const url = 'https://charts.example'
const at = (path = 'pages') => chartRepository(path, { url: `${url}/` })
const releaseOf = (date: string) => releaseValue({ version: { ...releaseValue().version, date } })

test.before.each(async own => {
  const graph = await graphFixture()
  Object.assign(own, {
    graph, folder: join(graph.project, 'pages'),
    release: (charts: readonly HelmChart[], date = '2026-11-21T08:51:00Z') =>
      graph.run([publish(send(at(), charts.map(one => helmChart(one))))], { release: releaseOf(date) }),
  })
})
test.after.each(({ graph }) => graph.close())

function errorsIn(outcomes: Outcomes): readonly ReleaseError[] {
  return [...outcomes.values()].flatMap(outcome => outcome.state === 'failed' ? [outcome.error as ReleaseError] : [])
}

/** Everything in a folder with its bytes, hidden files and folders too. */
async function filesIn(folder: string): Promise<Record<string, string>> {
  const names = (await readdir(folder, { recursive: true })).sort()
  return Object.fromEntries(await Promise.all(names.map(async name => [name, await readFile(join(folder, name), 'latin1').catch(() => 'a folder')] as const)))
}

/** What a session needs of the world. */
const worldOf = (graph: GraphFixture): World => ({ content: graph.cache.content, place: { root: graph.project } }) as unknown as World

async function sessionWith(graph: GraphFixture, charts: readonly HelmChart[]): Promise<{ readonly session: Session<Chart>; readonly staged: readonly Staged[]; commit(): Promise<void> }> {
  const steps = charts.map(one => helmChart(one))
  const outcomes = await graph.run(steps)
  const session = await at().open(releaseValue(), worldOf(graph))
  const staged: Staged[] = []
  for (const step of steps) staged.push(await session.stage(made(outcomes, step), worldOf(graph)))
  return { session, staged, commit: () => session.commit({ release: releaseValue(), staged, binaries: [], partial: false }, worldOf(graph)) }
}

/** Releases into the project's folder over and over, until it is killed. */
function startWorker(graph: GraphFixture, from: number): { readonly said: readonly string[]; runs(): boolean; kill(): Promise<void> } {
  const script = fileURLToPath(new URL('support/repository-worker.ts', import.meta.url))
  const child = spawn(process.execPath, ['--import', 'tsx', script, graph.project, graph.cacheFolder, String(from)], { stdio: ['ignore', 'pipe', 'inherit'] })
  const said: string[] = []
  const ended = new Promise<void>(resolve => { child.once('exit', () => { resolve() }) })
  child.stdout.on('data', text => said.push(String(text)))
  return { said, runs: () => child.exitCode === null, kill: async () => { child.kill('SIGKILL'); await ended } }
}

/** The number of the last version that is listed, of both charts; every version up to it is there with the bytes it is listed with. */
async function requireWhole(folder: string): Promise<number> {
  const { entries } = parseYaml(await readFile(join(folder, 'index.yaml'), 'utf8'), 'x') as { entries: Record<string, readonly { name: string, version: string, digest: string }[]> }
  const all = Object.values(entries).flat()
  for (const { name, version, digest } of all) assert.is(digestOf(await readFile(join(folder, `${name}-${version}.tgz`))), `sha256:${digest}`)
  const [gateway = [], other = []] = [entries['gateway'], entries['other']].map(list => (list ?? []).map(({ version }) => version))
  assert.equal(gateway, other)
  assert.equal(gateway, gateway.map((_, index) => `1.0.${gateway.length - index}`))
  return gateway.length
}

const versionsIn = (files: Record<string, string>): Record<string, readonly string[]> => {
  const { entries } = parseYaml(files['index.yaml'] ?? '', 'x') as { entries: Record<string, readonly { version: string }[]> }
  return Object.fromEntries(Object.entries(entries).map(([name, list]) => [name, list.map(({ version }) => version)]))
}

test('several charts of several releases share a folder, and what was there stays', async ({ folder, release }) => {
  const umask = process.umask(0o077)
  assert.equal(errorsIn(await release([{}, { chart: 'other', version: '0.1.0' }])), [])
  process.umask(umask)
  const first = await filesIn(folder)
  assert.equal(Object.keys(first), ['gateway-1.2.3.tgz', 'index.yaml', 'other-0.1.0.tgz'])
  for (const name of Object.keys(first)) assert.is((await stat(join(folder, name))).mode & 0o777, 0o644, name)
  await writeFile(join(folder, 'CNAME'), 'charts.example\n')
  await chmod(join(folder, 'index.yaml'), 0o664)
  assert.equal(errorsIn(await release([{ version: '1.3.0-rc.1' }, { version: '1.2.2' }], '2026-12-01T00:00:00Z')), [])
  const second = await filesIn(folder)
  assert.equal(versionsIn(second), { gateway: ['1.3.0-rc.1', '1.2.3', '1.2.2'], other: ['0.1.0'] })
  assert.is((await stat(join(folder, 'index.yaml'))).mode & 0o777, 0o664)
  assert.is(second['gateway-1.2.3.tgz'], first['gateway-1.2.3.tgz'])
  const lines = second['index.yaml']?.split('\n') ?? []
  const kept = first['index.yaml']?.split('\n').filter(line => !line.startsWith('generated')) ?? []
  assert.equal(kept.filter(line => !lines.includes(line)), [])
  assert.ok(lines.includes('generated: "2026-12-01T00:00:00Z"'))
  assert.ok(lines.includes(`    - ${url}/gateway-1.2.3.tgz`))
})

test('the same release again changes no byte, and writes nothing', async ({ folder, release }) => {
  await release([{}])
  const looks = async () => Promise.all(['gateway-1.2.3.tgz', 'index.yaml'].map(async name => [(await stat(join(folder, name))).ino, (await stat(join(folder, name))).mtimeMs]))
  const before = await looks()
  assert.equal(errorsIn(await release([{}], '2027-01-01T00:00:00Z')), [])
  assert.equal(await looks(), before)
  assert.equal((await readdir(folder)).sort(), ['gateway-1.2.3.tgz', 'index.yaml'])
})

test('other bytes under a version that is there are refused before anything is written, with both digests', async ({ graph, folder, release }) => {
  await release([{}])
  const before = await filesIn(folder)
  const [error] = errorsIn(await release([{ text: 'another' }, { version: '1.2.4' }]))
  assert.is(error?.code, 'DESTINATION')
  assert.match(error?.message ?? '', new RegExp(`^Cannot put gateway-1.2.3.tgz into ${folder}: it is there as ${digestOf(Buffer.from(before['gateway-1.2.3.tgz'] ?? '', 'latin1'))}, not sha256:`))
  assert.equal(await filesIn(folder), before)
  await unlink(join(folder, 'gateway-1.2.3.tgz'))
  const [second] = errorsIn(await release([{ text: 'another' }]))
  assert.match(second?.message ?? '', /^Cannot add gateway 1\.2\.3 to .*index\.yaml: it is there as sha256:[0-9a-f]{64}, not sha256:[0-9a-f]{64}$/)
  assert.equal(await readdir(folder), ['index.yaml'])
  assert.equal(await readdir(graph.project), ['pages'])
})

test('a package that only the index has is put there again', async ({ folder, release }) => {
  await release([{}])
  const before = await filesIn(folder)
  await unlink(join(folder, 'gateway-1.2.3.tgz'))
  assert.equal(errorsIn(await release([{}])), [])
  assert.equal(await filesIn(folder), before)
})

test('killed between the packages and the index: the next run ends the same, and nothing is left', async ({ graph, folder, release }) => {
  await release([{ version: '1.0.0' }])
  const start = await filesIn(folder)
  await release([{}])
  const whole = await filesIn(folder)
  // A process of that id is dead, and left what it had staged.
  const left = join(folder, `.slipway-${2 ** 22 + 7}-5-${(await import('../../lib/clients/process-mark.ts')).processMark().split('-')[2]}-aa`)
  for (const state of ['staged', 'half staged', 'packages placed', 'index written'] as const) {
    await rm(folder, { recursive: true })
    await mkdir(left, { recursive: true })
    const there = state === 'index written' ? whole : start
    for (const [name, bytes] of Object.entries(there)) await writeFile(join(folder, name), bytes, 'latin1')
    const bytes = whole['gateway-1.2.3.tgz'] ?? ''
    await writeFile(state === 'packages placed' ? join(folder, 'gateway-1.2.3.tgz') : join(left, 'gateway-1.2.3.tgz'), state === 'half staged' ? bytes.slice(0, 20) : bytes, 'latin1')
    await writeFile(join(left, 'index.yaml'), whole['index.yaml']?.slice(0, 50) ?? '')
    assert.equal(errorsIn(await release([{}])), [], state)
    assert.equal(await filesIn(folder), whole, state)
  }
  assert.equal(await readdir(graph.project), ['pages'])
})

test('killed at any moment, the index names nothing that is not there, and the next run goes on', async ({ graph, folder, release }) => {
  let next = 1
  for (let round = 0; round < 5; round += 1) {
    const { said, runs, kill } = startWorker(graph, next)
    while (runs() && !(await readdir(folder).catch((): readonly string[] => [])).includes(`other-1.0.${next + 1}.tgz`)) await delay(5)
    await delay(Math.random() * 40)
    await kill()
    assert.is(said.join(''), 'ready\n')
    const listed = await requireWhole(folder)
    next = listed + 1
    assert.equal(errorsIn(await release([{ chart: 'gateway', version: `1.0.${next}` }, { chart: 'other', version: `1.0.${next}` }])), [])
    assert.is(await requireWhole(folder), next)
    assert.equal((await readdir(folder)).filter(name => name.startsWith('.')), [])
    next += 1
  }
  assert.equal(await readdir(graph.project), ['pages'])
})

test('nothing is seen before the commit, and a session that ends without one leaves nothing', async ({ graph, folder }) => {
  const { session, staged } = await sessionWith(graph, [{}])
  assert.equal((await readdir(folder)).filter(name => !name.startsWith('.')), [])
  assert.equal(staged.map(one => one.url), [`${url}/gateway-1.2.3.tgz`])
  const [one] = staged as [Staged]
  assert.equal(await session.verify(one), { state: 'staged', digest: one.artifact.digest })
  const [draft = ''] = await readdir(folder)
  await writeFile(join(folder, draft, 'gateway-1.2.3.tgz'), 'damaged')
  assert.equal(await session.verify(one), { state: 'staged', digest: digestOf('damaged') })
  await session.close?.()
  assert.equal(await readdir(graph.project), [])
})

test('what was committed is taken back, byte for byte', async ({ graph, folder, release }) => {
  await release([{ version: '1.0.0' }])
  await writeFile(join(folder, 'index.yaml'), `${await readFile(join(folder, 'index.yaml'), 'utf8')}# ours\n`)
  const before = await filesIn(folder)
  const { session, commit } = await sessionWith(graph, [{}, { version: '1.0.0' }, { chart: 'other' }])
  await commit()
  assert.equal(versionsIn(await filesIn(folder)), { gateway: ['1.2.3', '1.0.0'], other: ['1.2.3'] })
  assert.equal(await session.retract([], {} as World), [])
  assert.equal(await filesIn(folder), before)
})

test('a repository that was new is gone when it is taken back', async ({ graph }) => {
  const { session, commit } = await sessionWith(graph, [{}])
  await commit()
  assert.equal(await session.retract([], {} as World), [])
  assert.equal(await readdir(graph.project), [])
})

test('what another run has added since stays when this one is taken back', async ({ graph, folder, release }) => {
  const { session, commit } = await sessionWith(graph, [{}])
  await commit()
  await release([{ version: '2.0.0' }])
  assert.equal(await session.retract([], {} as World), [])
  const files = await filesIn(folder)
  assert.equal(Object.keys(files), ['gateway-2.0.0.tgz', 'index.yaml'])
  assert.equal(versionsIn(files), { gateway: ['2.0.0'] })
})

test('a later run takes a version back, and no other bytes of that name', async ({ graph, folder, release }) => {
  await release([{ version: '1.0.0' }])
  const before = await filesIn(folder)
  const first = await sessionWith(graph, [{}])
  await first.commit()
  await first.session.close?.()
  const { session } = await sessionWith(graph, [{}])
  const outlines = [{ kind: 'chart', name: 'gateway-1.2.3.tgz', chart: 'gateway', version: '1.2.3' }]
  await writeFile(join(folder, 'gateway-1.2.3.tgz'), 'another')
  assert.equal(await session.retract(outlines, worldOf(graph)), [])
  assert.equal(versionsIn(await filesIn(folder)), { gateway: ['1.0.0'] })
  assert.is(await readFile(join(folder, 'gateway-1.2.3.tgz'), 'utf8'), 'another')
  assert.equal(Object.keys(before).length + 1, Object.keys(await filesIn(folder)).length)
})

test('what cannot be taken back is told', async ({ graph, folder }) => {
  const { session, commit } = await sessionWith(graph, [{}])
  await commit()
  await writeFile(join(folder, 'index.yaml'), 'entries: [\n')
  const [problem] = await session.retract([], {} as World)
  assert.match(problem?.message ?? '', /^Cannot read .*index\.yaml: line /)
})

test('another run that writes between staging and commit is added to, not undone', async ({ graph, folder, release }) => {
  const { session, commit } = await sessionWith(graph, [{}])
  await release([{ version: '2.0.0' }])
  await commit()
  await session.close?.()
  assert.equal(versionsIn(await filesIn(folder)), { gateway: ['2.0.0', '1.2.3'] })
  assert.equal((await readdir(folder)).sort(), ['gateway-1.2.3.tgz', 'gateway-2.0.0.tgz', 'index.yaml'])
})

test('a commit that fails half-way leaves no package behind', async ({ graph, folder, release }) => {
  await release([{ version: '1.0.0' }])
  const { session, commit } = await sessionWith(graph, [{}, { version: '2.0.0' }])
  const drafts = (await readdir(folder)).find(name => name.startsWith('.')) ?? ''
  await unlink(join(folder, drafts, 'gateway-2.0.0.tgz'))
  assert.match(await commit().then(() => 'done', String), /ENOENT/)
  await session.close?.()
  assert.equal((await readdir(folder)).sort(), ['gateway-1.0.0.tgz', 'index.yaml'])
})

test('problems of folder and index are found before anything is built', async ({ graph, folder }) => {
  const problems = async () => (await at().check(worldOf(graph), [])).map(({ message }) => message)
  assert.equal(await problems(), [])
  await writeFile(folder, '')
  assert.equal(await problems(), [`Cannot add charts to ${folder}: it is a file`])
  await rm(folder)
  await mkdir(folder)
  assert.equal(await problems(), [])
  await writeFile(join(folder, 'index.yaml'), 'entries: {}\n')
  assert.equal(await problems(), [`Cannot use ${folder}/index.yaml as the index of a chart repository: it has no apiVersion`])
  await rm(join(folder, 'index.yaml'))
  await symlink('other.yaml', join(folder, 'index.yaml'))
  assert.equal(await problems(), [`Cannot use ${folder}/index.yaml: it is a symbolic link`])
  await rm(join(folder, 'index.yaml'))
  await mkdir(join(folder, 'index.yaml'))
  assert.equal(await problems(), [`Cannot read ${folder}/index.yaml: it is a folder`])
})

test('versions that are there already are looked at before anything is built: with these bytes, with others, and where nobody knows', async ({ graph, folder, release }) => {
  const notices: string[] = []
  const world = { ...worldOf(graph), release: releaseValue(), notice: (line: string) => { notices.push(line) } }
  const asked = async (what: Parameters<ReturnType<typeof at>['check']>[1]) => (await at().check(world, what)).map(({ message }) => message.replaceAll(/(sha256:)?[\da-f]{64}/g, 'DIGEST'))
  const charts = [helmChart(), helmChart({ chart: 'door' }), helmChart({ version: '2.0.0' })]
  await release([{}, { chart: 'door' }])
  const own = await graph.run(charts)
  assert.equal(await asked(charts.map(chart => made(own, chart))), [])
  const others = [helmChart({ text: 'another' }), helmChart({ chart: 'door', text: 'another' }), helmChart({ version: '2.0.0', text: 'another' })]
  const outcomes = await graph.run(others)
  assert.equal(await asked(others.map(chart => made(outcomes, chart))), [
    `Cannot put gateway-1.2.3.tgz into ${folder}: it is there as DIGEST, not DIGEST`, `Cannot put door-1.2.3.tgz into ${folder}: it is there as DIGEST, not DIGEST`,
  ])
  await rm(join(folder, 'door-1.2.3.tgz'))   // the index alone tells
  assert.match((await asked(others.slice(1, 2).map(chart => made(outcomes, chart)))).join(), /^Cannot add door 1\.2\.3 to .*DIGEST/)
  assert.equal(notices, [])
  assert.equal(await asked(charts.map(({ outline }) => outline)), [])
  assert.equal(notices, [`chart repository ${folder} lists gateway-1.2.3.tgz, door-1.2.3.tgz already: a version is published once, so it goes on only where the same bytes are made`])
})

asNobody('a folder that may not be written is a problem that a check finds', async ({ folder, run }) => {
  await mkdir(join(folder, 'pages'))
  await chmod(join(folder, 'pages'), 0o555)
  const script = fileURLToPath(new URL('support/check-repository.ts', import.meta.url))
  assert.is(await run(script, join(folder, 'pages')), `Cannot add charts to ${folder}/pages: the permission is missing`)
  assert.is(await run(script, join(folder, 'pages/charts')), `Cannot add charts to ${folder}/pages/charts: in ${folder}/pages, the permission is missing`)
})

test('a look finds what the index lists', async ({ graph, release }) => {
  const { outline } = helmChart()
  assert.equal(await at().probe(outline, worldOf(graph)), { state: 'absent' })
  await release([{ version: '1.0.0' }])
  assert.equal(await at().probe(outline, worldOf(graph)), { state: 'absent' })
  await release([{}])
  assert.equal(await at().probe(outline, worldOf(graph)), { state: 'public' })
})

test('what is no chart of a repository is refused', async ({ release }) => {
  const refused = async (chart: HelmChart): Promise<string> => errorsIn(await release([chart]))[0]?.message ?? ''
  assert.is(await refused({ name: '../gateway.tgz' }), 'Cannot put "../gateway.tgz" into a chart repository: it is no name of a package')
  assert.is(await refused({ fields: { version: '9.9.9' } }), 'Cannot put gateway-1.2.3.tgz into a chart repository: its configuration says gateway 9.9.9, not gateway 1.2.3')
})

test('what cannot be a repository is refused when it is composed', ({ graph }) => {
  for (const path of ['', '.', './', '..', '../..']) assert.match(thrown(() => at(path).outputs?.({ root: graph.project })).message, /the project itself is in it$/, path)
  assert.is(thrown(() => at(graph.project).outputs?.({ root: graph.project })).code, 'USAGE')
  for (const address of ['', 'charts.example', 'ftp://charts.example', 'oci://charts.example', 'https://charts.example/?x', 'https://charts.example/#x']) {
    assert.match(thrown(() => chartRepository('pages', { url: address })).message, /it is no web address$/)
  }
  assert.equal(at('pages').outputs?.({ root: graph.project }), [join(graph.project, 'pages')])
  assert.is(chartRepository('pages', { url: 'https://example.github.io/charts//' }).url(helmChart().outline), 'https://example.github.io/charts/gateway-1.2.3.tgz')
})

/** Fields that helm understands, with values that YAML's readers disagree about. */
const awkward: HelmChart = {
  chart: 'awkward', version: '1.0.0-rc.1', fields: {
    appVersion: '1.10', description: 'yes: "no" # é ☃', kubeVersion: '>=1.23.0-0', keywords: ['on', '0x1f', '012', '1e3', '~', 'plain'], deprecated: true, type: 'application',
    home: 'https://example.com/#top', icon: 'https://example.com/icon.svg', sources: ['https://example.com/src'],
    maintainers: [{ name: 'A. Writer', email: 'a@example.com' }],
    annotations: { 'artifacthub.io/prerelease': 'true', 'artifacthub.io/changes': '- kind: added\n  description: "A: b"\n', 'example.com/text': 'one\n\n  two \n', 'example.com/number': '7' },
    dependencies: [{ name: 'redis', version: '~1.2.0', repository: 'oci://charts.example', condition: 'redis.enabled', tags: ['x'], alias: 'cache', 'import-values': ['data', { child: 'a', parent: 'b' }] }],
  },
}

for (const helm of helms) {
  unless(helm.reason, test)(`${helm.name} finds, lists and pulls every version, and its own index says the same`, async ({ graph, folder }) => {
    const home = await mkdtemp(join(tmpdir(), 'repository-'))
    const served = await serveFolder(folder)
    const run = (...args: readonly string[]): Promise<string> => helmPrints(helm, [...args, '--repository-config', join(home, 'r.yaml'), '--repository-cache', join(home, 'cache')], home)
    try {
      const release = async (...charts: readonly HelmChart[]): Promise<void> => {
        const end = publish(send(chartRepository('pages', { url: served.url }), charts.map(one => helmChart(one))))
        assert.equal(errorsIn(await graph.run([end], { release: releaseValue() })), [])
      }
      await release({ version: '1.0.0' })
      const old = await readFile(join(folder, 'index.yaml'), 'utf8')
      await release({}, { version: '1.3.0-rc.1' }, { chart: 'other', version: '0.1.0+build.5' })
      await run('repo', 'add', 'x', served.url)
      const found = JSON.parse(await run('search', 'repo', 'x/', '-l', '--devel', '-o', 'json')) as readonly { name: string, version: string }[]
      assert.equal(found.map(({ name, version }) => `${name} ${version}`), ['x/gateway 1.3.0-rc.1', 'x/gateway 1.2.3', 'x/gateway 1.0.0', 'x/other 0.1.0+build.5'])
      for (const [name, version] of [['gateway', '1.2.3'], ['gateway', '1.3.0-rc.1'], ['other', '0.1.0+build.5']] as const) {
        await run('pull', `x/${name}`, '--version', version)
        assert.equal(await readFile(join(home, `${name}-${version}.tgz`)), await readFile(join(folder, `${name}-${version}.tgz`)))
      }
      await writeFile(join(folder, 'old.yaml'), old)
      const ours = await readFile(join(folder, 'index.yaml'), 'utf8')
      await helmPrints(helm, ['repo', 'index', folder, '--merge', join(folder, 'old.yaml'), '--url', served.url], home)
      const theirs = await readFile(join(folder, 'index.yaml'), 'utf8')
      assert.equal(untimed(ours), untimed(theirs))
    } finally {
      await served.close()
      await rm(home, { recursive: true })
    }
  })

  unless(helm.reason, test)(`${helm.name} reads what is awkward to write as it was meant`, async ({ folder, graph }) => {
    const end = publish(send(at(), helmChart(awkward)))
    assert.equal(errorsIn(await graph.run([end], { release: releaseValue() })), [])
    const ours = await readFile(join(folder, 'index.yaml'), 'utf8')
    await mkdir(join(folder, 'empty'))
    // It reads ours, and writes what it has read.
    await helmPrints(helm, ['repo', 'index', join(folder, 'empty'), '--merge', join(folder, 'index.yaml')], folder)
    assert.equal(untimed(await readFile(join(folder, 'empty/index.yaml'), 'utf8')), untimed(ours))
    await helmPrints(helm, ['repo', 'index', folder, '--url', url], folder)
    assert.equal(untimed(await readFile(join(folder, 'index.yaml'), 'utf8')), untimed(ours))
  })
}

/** An index without the times that helm takes from its clock. */
function untimed(text: string): unknown {
  const { generated: _now, ...index } = parseYaml(text, 'index.yaml') as { generated: string, entries: Record<string, readonly { created: string }[]> }
  return { ...index, entries: Object.fromEntries(Object.entries(index.entries).map(([name, list]) => [name, list.map(({ created: _then, ...entry }) => entry)])) }
}

test.run()
