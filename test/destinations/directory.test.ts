import { chmod, mkdir, readFile, readdir, rename, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Ajv } from 'ajv'
import { suite, test as where } from 'uvu'
import * as assert from 'uvu/assert'
import { directory } from '../../lib/destinations/directory.ts'
import { checkFolder } from '../../lib/destinations/directory/check-folder.ts'
import type { Outcome } from '../../lib/graph/outcome.ts'
import type { Step } from '../../lib/graph/step.ts'
import { task } from '../../lib/graph/task.ts'
import { inspect } from '../../lib/inspect.ts'
import { layoutIn } from '../../lib/oci/layout.ts'
import type { Binary } from '../../lib/values/binary.ts'
import { ReleaseError } from '../../lib/values/errors.ts'
import { Skip } from '../../lib/values/skip.ts'
import { files } from '../../tasks/files.ts'
import { chartPackage } from '../../tasks/chart-package.ts'
import { publish, send } from '../../tasks/publish.ts'
import { source } from '../../tasks/source.ts'
import { asNobody } from '../support/as-nobody.ts'
import { graphFixture, made as artifactOf, type GraphFixture, type WalkSetting } from '../support/graph-fixture.ts'
import { releaseValue } from '../support/release-value.ts'
import { onSmallDisk } from '../support/small-disk.ts'
import { toyChart, toyHubMetadata } from '../support/toy-chart.ts'
import { toyImage } from '../support/toy-image.ts'
import { toys, type Toys } from '../support/toy-steps.ts'
import { demoOf } from './support/tap-fixture.ts'
import { wholeness } from './support/wholeness.ts'
import { thrown } from '../support/thrown.ts'

interface Context extends Toys {
  graph: GraphFixture
  dist: string
  /** Publishes in dist and writes the run's record, as main does. Tells how that ended. */
  release(steps: readonly Step[], setting?: WalkSetting): Promise<Outcome>
  binary(target: Binary['target']): Step<Binary>
}

const test = suite<Context>('directory')

async function context(): Promise<Context> {
  const graph = await graphFixture()
  const dist = join(graph.project, 'dist')
  const compile = task<{ readonly target: Binary['target'] }, Binary>({
    name: 'binary', revision: 1, work: async ({ target }, { content }) => content.put([Buffer.from(`for ${target}`)], 'application/octet-stream'),
    outline: ({ target }) => ({
      kind: 'binary', name: `gateway-${target.replace('/', '-')}`, program: 'gateway', project: 'gateway', version: '1.2.3', date: '2026-11-21T08:51:00Z', target,
      build: { command: ['go', 'build', '-o', 'gateway', '.'], environment: { GOOS: target.split('/')[0] ?? '', CGO_ENABLED: '0' } },
    }),
  })
  return {
    ...toys(), graph, dist, binary: target => compile({ target }),
    release: async (steps, setting = {}) => {
      const end = publish(send(directory(), steps))
      const outcomes = await graph.run([end], { release: releaseValue(), ...setting })
      await writeFile(`${dist}.run.json`, JSON.stringify({ reports: graph.reports }))
      const failed = [...outcomes.values()].find(({ state }) => state === 'failed')
      return failed ?? outcomes.get(end.recipe) as Outcome
    },
  }
}

test.before.each(async own => { Object.assign(own, await context()) })
test.after.each(({ graph }) => graph.close())

function errorOf(outcome: Outcome): ReleaseError {
  if (outcome.state === 'failed') return outcome.error as ReleaseError
  throw new Error(`it is ${outcome.state}`)
}

const looks = async (dist: string): Promise<Record<string, number>> => Object.fromEntries(await Promise.all((await readdir(dist)).map(async name =>
  [name, (await stat(join(dist, name))).ino] as const)))

/** What stands in the project's folder, hidden or not. */
const around = async ({ project }: GraphFixture): Promise<readonly string[]> => (await readdir(project)).sort()

test('a release is there whole, with a record that keeps to its schema, and nothing beside it', async ({ graph, dist, step, binary, release }) => {
  const before = process.umask(0o077)
  const outcome = await release([step('a.txt'), step('b.txt'), binary('linux/amd64'), binary('darwin/arm64')])
  process.umask(before)
  assert.is(outcome.state, 'made')
  assert.is(await wholeness(dist), 'whole')
  assert.equal(await around(graph), ['dist', 'dist.run.json'])
  const schema = JSON.parse(await readFile(new URL('../../docs/release.schema.json', import.meta.url), 'utf8')) as object
  const validate = new Ajv({ strict: true, allErrors: true }).compile(schema)
  const record = JSON.parse(await readFile(join(dist, 'release.json'), 'utf8')) as Record<string, unknown> & { builds: object[] }
  assert.ok(validate(record), JSON.stringify(validate.errors))
  assert.is(record['partial'], false)
  assert.equal(record.builds.map(build => (build as Binary).target), ['darwin/arm64', 'linux/amd64'])
  for (const wrong of [{ ...record, host: 'x' }, { ...record, commit: 'abc' }, { ...record, builds: [{}] }, { ...record, slipway: 2 }]) assert.not(validate(wrong))
  const modes = await Promise.all(['a.txt', 'release.json', 'gateway-linux-amd64'].map(async name => ((await stat(join(dist, name))).mode & 0o777).toString(8)))
  assert.equal(modes, ['644', '644', '755'])   // whatever the caller's umask
})

test('the record is the same, byte for byte, elsewhere and at another time', async ({ dist, step, binary, release }) => {
  const other = await context()
  await release([step('b.txt'), step('a.txt'), binary('linux/amd64')])
  await other.release([other.step('a.txt'), other.binary('linux/amd64'), other.step('b.txt')], { jobs: 1, now: () => 7 })
  assert.is(await readFile(join(other.dist, 'release.json'), 'utf8'), await readFile(join(dist, 'release.json'), 'utf8'))
  await other.graph.close()
})

test('what a former release left is gone', async ({ dist, step, release }) => {
  await release([step('a.txt'), step('old.txt')])
  await writeFile(join(dist, 'notes'), 'by hand')
  await release([step('a.txt'), step('new.txt')])
  assert.equal((await readdir(dist)).sort(), ['a.txt', 'new.txt', 'release.json'])
  assert.is(await wholeness(dist), 'whole')
})

test('an unchanged release writes nothing, even where nothing is known of the last run', async ({ dist, step, binary, release }) => {
  const steps = [step('a.txt'), binary('linux/amd64')]
  await release(steps)
  const before = [await looks(dist), (await stat(dist)).ino, (await stat(dist)).mtimeMs]
  for (const forget of [false, true, 'garbage']) {
    if (forget) await writeFile(`${dist}.run.json`, forget === true ? '{}' : '{"reports":{"directory":{"files":7}}}')
    assert.is((await release(steps)).state, 'made')
    assert.equal([await looks(dist), (await stat(dist)).ino, (await stat(dist)).mtimeMs], before)
  }
})

test('what was taken over from the last release is known at once the next time', async ({ graph, dist, step, release }) => {
  await release([step('a.txt'), step('b.txt')])
  await release([step('a.txt'), step('b.txt', [], { text: 'changed' })])
  const { files: known } = graph.reports['directory'] as { files: Record<string, { inode: number, changed: number }> }
  for (const name of ['a.txt', 'b.txt']) {
    const { ino, ctimeMs } = await stat(join(dist, name))
    assert.equal([known[name]?.inode, known[name]?.changed], [ino, ctimeMs])
  }
})

test('a changed release takes over the files that did not change', async ({ dist, step, release }) => {
  await release([step('a.txt'), step('b.txt')])
  const before = await looks(dist)
  await release([step('a.txt'), step('b.txt', [], { text: 'changed' })])
  const after = await looks(dist)
  assert.is(after['a.txt'], before['a.txt'])
  assert.is.not(after['b.txt'], before['b.txt'])
  assert.is(await wholeness(dist), 'whole')
  assert.is((await stat(join(dist, 'a.txt'))).nlink, 1)
})

const harms: readonly (readonly [name: string, (file: string) => Promise<unknown>])[] = [
  ['rewritten with the same size and time', async file => {
    const { atime, mtime, size } = await stat(file)
    await writeFile(file, Buffer.alloc(size, 120))
    await utimes(file, atime, mtime)
  }],
  ['cut short', file => writeFile(file, 'x')],
  ['deleted', file => rm(file)],
  ['made unreadable', file => chmod(file, 0o000)],
  ['replaced by a folder', async file => {
    await rm(file)
    await mkdir(file)
  }],
  ['replaced by another file', async file => {
    await writeFile(`${file}.other`, 'other')
    await rename(`${file}.other`, file)
  }],
]

for (const [name, harm] of harms) {
  test(`a file in dist that was ${name} is written again`, async ({ dist, step, release }) => {
    const steps = [step('a.txt'), step('b.txt')]
    await release(steps)
    await harm(join(dist, 'a.txt'))
    assert.is((await release(steps)).state, 'made')
    assert.is(await wholeness(dist), 'whole')
    assert.is((await stat(join(dist, 'a.txt'))).mode & 0o777, 0o644)
  })
}

test('a record in dist that was changed is written again', async ({ dist, step, release }) => {
  const steps = [step('a.txt')]
  await release(steps)
  await writeFile(join(dist, 'release.json'), '{"slipway":1}')
  await release(steps)
  assert.is(await wholeness(dist), 'whole')
})

test('a failed step leaves dist as it was, and nothing beside it', async ({ graph, dist, step, on, release }) => {
  await release([step('a.txt')])
  const before = await looks(dist)
  on('bad.txt', () => { throw new Error('no') })
  const outcome = await release([step('a.txt', [], { text: 'changed' }), step('new.txt'), step('bad.txt')])
  assert.is(outcome.state, 'failed')
  assert.equal(await looks(dist), before)
  assert.equal(await around(graph), ['dist', 'dist.run.json'])
})

test('an interrupted run leaves dist as it was, and nothing beside it', async ({ graph, dist, step, on, release }) => {
  const stop = new AbortController()
  on('slow.txt', () => { stop.abort(new Error('SIGINT')) })
  assert.is((await release([step('a.txt'), step('slow.txt', [step('a.txt')])], { signal: stop.signal })).state, 'cancelled')
  assert.equal(await around(graph), ['dist.run.json'])
  assert.is(await checkFolder({ folder: dist }).then(([problem]) => problem), undefined)
})

test('a release from which something was skipped says that it is partial', async ({ dist, step, on, release }) => {
  on('gone.txt', () => { throw new Skip('away') })
  await release([step('a.txt'), step('gone.txt')])
  assert.is((JSON.parse(await readFile(join(dist, 'release.json'), 'utf8')) as { partial: boolean }).partial, true)
  assert.is(await wholeness(dist), 'whole')
})

test('a folder with other content is refused before and at the end, and left alone', async ({ graph, dist, step, on, release }) => {
  for (const record of [undefined, 'no json', '{}', '{"slipway":"1"}', 'null', '[]']) {
    await rm(dist, { recursive: true, force: true })
    await mkdir(dist)
    await writeFile(join(dist, 'thesis.txt'), 'years of work')
    if (record !== undefined) await writeFile(join(dist, 'release.json'), record)
    const [problem] = await checkFolder({ folder: dist })
    assert.match(problem?.message ?? '', /^Cannot replace .*\/dist: it holds .*, and no release\.json of Slipway's$/)
    const error = errorOf(await release([step('a.txt')]))
    assert.equal([error.code, error.message], ['DESTINATION', problem?.message])
    assert.is(await readFile(join(dist, 'thesis.txt'), 'utf8'), 'years of work')
  }
  await rm(dist, { recursive: true })
  // It comes while the release is being made.
  on('late.txt', async () => {
    await mkdir(dist)
    await writeFile(join(dist, 'thesis.txt'), 'years of work')
  })
  assert.is(errorOf(await release([step('late.txt')])).code, 'DESTINATION')
  assert.equal(await around(graph), ['dist', 'dist.run.json'])
  assert.equal(await readdir(dist), ['thesis.txt'])
})

test('an empty folder is taken', async ({ dist, step, release }) => {
  await mkdir(dist)
  assert.equal(await checkFolder({ folder: dist }), [])
  assert.is((await release([step('a.txt')])).state, 'made')
})

test('a file, a link, or a file where a folder should be is refused', async ({ graph, dist, step, release }) => {
  await writeFile(dist, 'x')
  assert.match(errorOf(await release([step('a.txt')])).message, /dist: there is a file of that name$/)
  const [below] = await checkFolder({ folder: join(dist, 'deep', 'er') })
  assert.match(below?.message ?? '', /deep\/er: .*\/dist is a file$/)
  await rm(dist)
  await mkdir(join(graph.project, 'big'))
  for (const target of ['big', 'nowhere']) {
    await rm(dist, { force: true })
    await symlink(target, dist)
    assert.match(errorOf(await release([step('a.txt')])).message, /dist: it is a symbolic link$/)
  }
  assert.equal(await readdir(join(graph.project, 'big')), [])
})

test('another folder takes the place of dist', async ({ graph, step, release }) => {
  const out = join(graph.project, 'else', 'where')
  assert.is((await release([step('a.txt')], { place: { root: graph.project, out } })).state, 'made')
  assert.is(await wholeness(out), 'whole')
  assert.equal(await readdir(join(graph.project, 'else')), ['where'])
})

test('two directories that are one folder are refused', async ({ graph, step }) => {
  const out = join(graph.project, 'out')
  const end = publish(send(directory('dist'), step('a.txt')), send(directory('public'), step('b.txt')))
  const outcomes = await graph.run([end], { release: releaseValue(), place: { root: graph.project, out } })
  assert.match([...outcomes.values()].map(outcome => outcome.state === 'failed' ? outcome.error.message : '').join(), /both are .*\/out, and one would take the place/)
  assert.equal((await readdir(graph.project)), [])
  made(await graph.run([end], { release: releaseValue() }))
  assert.equal((await readdir(graph.project)).sort(), ['dist', 'public'])
})

function made(outcomes: ReadonlyMap<unknown, Outcome>): void {
  assert.equal([...new Set([...outcomes.values()].map(({ state }) => state))].filter(state => state !== 'made' && state !== 'cached'), [])
}

test('names that cannot lie in a folder are refused before anything is made', async ({ graph, step }) => {
  for (const name of ['a/b', '../a', 'a\\b', 'a\0b', '', '.', '..', 'release.json', 'Release.JSON']) {
    const { code, message } = thrown(() => publish(send(directory(), step(name))))
    assert.equal([code, message.includes(JSON.stringify(name))], ['NAME', true], name)
  }
  const error = thrown(() => publish(send(directory(), files({ source: source({ folder: graph.project }), select: ['LICENSE'] }))))
  assert.match(error.message, /^Cannot publish the files LICENSE in a directory/)
})

test('where it is looked for, it is found', async ({ graph, step, release, dist }) => {
  await release([step('a.txt')])
  const world = { ...graph.options(), exec: graph.options().exec(undefined, graph.options().signal) }
  const { artifacts: [artifact] } = JSON.parse(await readFile(join(dist, 'release.json'), 'utf8')) as { artifacts: { digest: string }[] }
  assert.equal(await directory().probe({ kind: 'toy', name: 'a.txt' }, world), { state: 'public', digest: artifact?.digest })
  assert.equal(await directory().probe({ kind: 'toy', name: 'b.txt' }, world), { state: 'absent' })
  assert.is(directory('out').url({ kind: 'toy', name: 'a.txt' }), 'out/a.txt')
})

test('a demo is found by its files, and one of another version is not it', async ({ graph, dist }) => {
  const demo = demoOf({ 'compose.yaml': 'services: {}\n', 'config/start.sh*': '#!/bin/sh\n' })
  const outcomes = await graph.run([publish(send(directory('dist'), demo))], { release: releaseValue() })
  const world = { ...graph.options(), exec: graph.options().exec(undefined, graph.options().signal) }
  const find = (version: string) => directory('dist').probe(demoOf({}, version).outline, world)
  assert.equal([await find('1.2.3'), await find('1.2.2')], [{ state: 'public', digest: artifactOf(outcomes, demo).digest }, { state: 'absent' }])
  await writeFile(join(dist, 'compose/compose.yaml'), 'changed')
  assert.not.equal((await find('1.2.3')).digest, artifactOf(outcomes, demo).digest)
})

test('a chart lies beside the archives as a file, and in a layout as what a registry holds', async ({ graph, dist }) => {
  const chart = toyChart()
  const outcomes = await graph.run([publish(send(directory('dist'), chart, chartPackage(chart), toyHubMetadata()))], { release: releaseValue() })
  assert.equal([...outcomes.values()].flatMap(outcome => outcome.state === 'failed' ? [outcome.error.message] : []), [])
  const { digest } = artifactOf(outcomes, chart)
  assert.is(directory('out').url(chart.outline), 'oci:out/charts/gateway:1.2.3')
  assert.equal(await directory('dist').probe(chart.outline, { ...graph.options(), exec: graph.options().exec(undefined, graph.options().signal) }), { state: 'public', digest })
  assert.is((await inspect(`oci:${dist}/charts/gateway:artifacthub.io`)).digest, artifactOf(outcomes, toyHubMetadata()).digest)
  assert.is(await readFile(join(dist, 'gateway-1.2.3.tgz'), 'utf8'), 'a chart')
  const record = JSON.parse(await readFile(join(dist, 'release.json'), 'utf8')) as { artifacts: readonly { kind: string, chart?: unknown, digest: string }[] }
  const entry = record.artifacts.find(({ kind }) => kind === 'chart')
  assert.equal([entry?.digest, entry?.chart], [digest, { name: 'gateway', tag: '1.2.3' }])
})

test('an image is found in its layout, and called as tools call it', async ({ graph, release, dist }) => {
  const world = { ...graph.options(), exec: graph.options().exec(undefined, graph.options().signal) }
  const [alpine, ubuntu] = [toyImage(), toyImage({ distro: 'ubuntu' })]
  assert.is(directory('out').url(alpine.outline), 'oci:out/images/gateway:1.2.3-alpine')
  assert.equal(await directory().probe(alpine.outline, world), { state: 'absent' })
  await release([alpine])
  const { digest } = await layoutIn(join(dist, 'images', 'gateway')).resolve('1.2.3-alpine')
  assert.equal(await directory().probe(alpine.outline, world), { state: 'public', digest })
  assert.equal(await directory().probe(ubuntu.outline, world), { state: 'absent' })
  assert.is((await inspect(`oci:${dist}/images/gateway:1.2.3-alpine`)).digest, digest)
})

asNobody('a folder that may not be written is refused before anything is made', async ({ folder, run }) => {
  await mkdir(join(folder, 'closed'))
  const script = fileURLToPath(new URL('support/folder-worker.ts', import.meta.url))
  assert.match(await run(script, join(folder, 'closed', 'dist'), '', 'check'), /^Cannot write .*\/dist: EACCES: permission denied, access /)
})

onSmallDisk('a full disk is one clear error, and dist stays as it was', async disk => {
  const { graph, step } = await context()
  const place = { root: disk }
  const run = async (steps: readonly Step[]): Promise<ReadonlyMap<unknown, Outcome>> =>
    graph.run([publish(send(directory(), steps))], { release: releaseValue(), place })
  made(await run([step('a.txt', [], { text: 'x'.repeat(300_000) })]))
  const before = await looks(join(disk, 'dist'))
  const large = ['b', 'c', 'd'].map(name => step(`${name}.txt`, [], { text: name.repeat(500_000) }))
  const outcomes = [...(await run(large)).values()]
  const errors = new Set(outcomes.flatMap(outcome => outcome.state === 'failed' ? [`${(outcome.error as ReleaseError).code} ${outcome.error.message}`] : []))
  assert.equal([...errors], [`DISK Cannot write the folder ${join(disk, 'dist')}: there is no space left on the disk`])
  assert.equal(await looks(join(disk, 'dist')), before)
  assert.equal(await readdir(disk), ['dist'])
  await graph.close()
})

test.run()
where.run()   // what depends on the machine
