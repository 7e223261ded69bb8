import { execFileSync } from 'node:child_process'
import { mkdtemp, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Ajv } from 'ajv'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { unless } from '../support/unless.ts'
import { buildScript, hostTarget, twoTargets } from './support/build-script.ts'
import { hello } from './support/hello.ts'
import { libraryFolder } from './support/start.ts'
import { digestsIn, treeState } from './support/tree-state.ts'
import {
  gatewayWorkplace, namesIn, removeWorkplaces, type RunRecord, type Workplace, workplace,
} from './support/workplace.ts'

test.after.each(removeWorkplaces)

/** How often each kind of step ended how: `binary made`. */
function endings({ steps }: RunRecord): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {}
  for (const { kind, state } of steps) counts[`${kind} ${state}`] = (counts[`${kind} ${state}`] ?? 0) + 1
  return counts
}

async function release(place: Workplace, ...args: readonly string[]): Promise<RunRecord> {
  const { code, stderr } = await place.build(['release', ...args])
  assert.is(code, 0, stderr)
  return place.record()
}

/** Commits what was changed, as the same release. */
async function commitAgain({ repository }: Workplace, files: Readonly<Record<string, string>>): Promise<void> {
  await repository.commit(files)
  await repository.git('tag', '--force', 'v1.2.3')
}

const published = { 'receipt made': 3, 'record made': 1 }
const allCached = { 'binary cached': 2, 'files cached': 1, 'archive cached': 2, 'checksums cached': 1, ...published }
const allMade = { 'binary made': 2, 'files made': 1, 'archive made': 2, 'checksums made': 1, ...published }

test('a release makes archives, checksums and a record that the schema describes', async () => {
  const place = await gatewayWorkplace(buildScript())
  const record = await release(place)
  assert.equal(endings(record), allMade)
  assert.is(record.version, '1.2.3')
  const [os, arch] = hostTarget.split('/')
  assert.equal(await namesIn(place.dist), [
    'gateway_1.2.3_checksums.txt', `gateway_1.2.3_${os}_${arch}.tar.gz`, 'gateway_1.2.3_windows_386.zip',
    'release.json',
  ])
  execFileSync('sha256sum', ['--check', '--strict', 'gateway_1.2.3_checksums.txt'], { cwd: place.dist })
  const released = JSON.parse(await readFile(join(place.dist, 'release.json'), 'utf8')) as unknown
  const schema = JSON.parse(await readFile(join(libraryFolder, 'docs/release.schema.json'), 'utf8')) as object
  const ajv = new Ajv({ strict: false })
  assert.ok(ajv.validate(schema, released), ajv.errorsText())
})

const onThisMachine = unless(process.platform === 'linux' ? undefined : 'unpacks with tar, as on Linux')

onThisMachine('the archive for this machine runs and says its version', async () => {
  const place = await gatewayWorkplace(buildScript({ targets: JSON.stringify([hostTarget]) }))
  await release(place)
  const unpacked = await mkdtemp(place.repository.beside('unpacked-'))
  const archive = (await namesIn(place.dist)).find(name => name.endsWith('.tar.gz')) as string
  execFileSync('tar', ['-xzf', join(place.dist, archive), '-C', unpacked])
  assert.equal(await namesIn(unpacked), ['LICENSE', 'README.md', 'gateway'])
  assert.match(execFileSync(join(unpacked, 'gateway'), ['version'], { encoding: 'utf8' }), /\b1\.2\.3\b/)
})

test('a second release does nothing: all is found, and no file of dist/ is touched', async () => {
  const place = await workplace({ ...hello, 'build.ts': buildScript() })
  await release(place)
  const before = await treeState(place.dist)
  assert.equal(endings(await release(place)), allCached)
  assert.equal(await treeState(place.dist), before)
})

test('a changed Go file makes binaries and what holds them again', async () => {
  const place = await workplace({ ...hello, 'build.ts': buildScript() })
  await release(place)
  await commitAgain(place, { 'main.go': (hello['main.go'] ?? '').replace('hello', 'good day') })
  assert.equal(endings(await release(place)), {
    'binary made': 2, 'files cached': 1, 'archive made': 2, 'checksums made': 1, ...published,
  })
})

test('a changed README compiles nothing', async () => {
  const place = await workplace({ ...hello, 'build.ts': buildScript() })
  await release(place)
  await commitAgain(place, { 'README.md': '# good day\n' })
  assert.equal(endings(await release(place)), {
    'binary cached': 2, 'files made': 1, 'archive made': 2, 'checksums made': 1, ...published,
  })
})

const embedding = {
  ...hello,
  '.gitignore': 'page.html\n',
  'main.go': [
    'package main', '', 'import _ "embed"', '', 'var version = "dev"', '', '//go:embed page.html', 'var page string', '',
    'func main() { println(version, page) }', '',
  ].join('\n'),
  'build.ts': buildScript(),
}

test('an embedded file that git ignores is a change whose size and time stay, and makes a snapshot', async () => {
  const place = await workplace(embedding)
  const page = join(place.folder, 'page.html')
  await writeFile(page, 'one')
  const first = await release(place)
  assert.match(first.version ?? '', /^1\.2\.4-0\.\d{14}\.g[0-9a-f]+/)
  assert.match(first.notices.join('\n'), /page\.html/)
  const { atime, mtime } = await stat(page)
  await writeFile(page, 'two')
  await utimes(page, atime, mtime)
  const second = await release(place)
  assert.equal(endings(second)['binary made'], 2)
  assert.is.not(second.version, first.version)
  assert.equal(endings(await release(place)), allCached)
})

test('a platform that does not compile costs no other', async () => {
  const broken = 'package main\n\nfunc init() { missing() }\n'
  const place = await workplace({ ...hello, 'broken_windows.go': broken, 'build.ts': buildScript() })
  const { code, stderr } = await place.build(['release'])
  assert.is(code, 1)
  assert.is(stderr.match(/\| .*broken_windows\.go.*undefined: missing/g)?.length, 1, stderr)
  const record = await place.record()
  assert.is(record.exitCode, 1)
  assert.equal(endings(record), {
    'binary made': 1, 'binary failed': 1, 'files made': 1, 'archive made': 1, 'archive cancelled': 1,
    'checksums cancelled': 1, 'receipt made': 1, 'receipt cancelled': 2, 'record cancelled': 1,
  })
  assert.equal(record.errors.map(({ code: error }) => error), ['COMPILE'])
  assert.equal((await namesIn(place.folder)).filter(name => name.includes('dist')), ['dist.run.json'])
  await place.build(['release'])
  assert.equal((await place.record()).counts, { cached: 3, failed: 1, made: 1, cancelled: 5 })
})

test('a release that fails leaves the former one in dist/ as it is', async () => {
  const place = await workplace({ ...hello, 'build.ts': buildScript() })
  await release(place)
  const before = await treeState(place.dist)
  await commitAgain(place, { 'main.go': 'package main\n\nfunc main() { missing() }\n' })
  const { code } = await place.build(['release'])
  assert.is(code, 1)
  assert.equal(await treeState(place.dist), before)
  assert.is((await place.record()).exitCode, 1)
})

test('files of a former release are gone after the next one', async () => {
  const place = await workplace({ ...hello, 'build.ts': buildScript() })
  await release(place)
  await place.repository.commit({ 'README.md': '# good day\n' })
  await place.repository.tag('v1.2.4')
  await release(place)
  assert.ok(Object.keys(await digestsIn(place.dist)).every(name => name.includes('_1.2.4_') || name === 'release.json'))
  assert.is(Object.keys(await digestsIn(place.dist)).length, twoTargets.length + 2)
})

test('importing a build.ts runs nothing', async () => {
  const place = await workplace({
    ...hello, 'build.ts': `${buildScript()}\nexport const said = 'imported'\n`,
    'other.ts': "import { said } from './build.ts'\nconsole.log(said)\n",
  })
  const { code, stdout, stderr } = await place.build(['release'], { script: 'other.ts' })
  assert.equal({ code, stdout, stderr }, { code: 0, stdout: 'imported\n', stderr: '' })
  assert.equal((await namesIn(place.folder)).filter(name => name.includes('dist')), [])
  await rm(place.cache, { recursive: true, force: true })
})

test.run()
