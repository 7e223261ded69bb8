import { spawnSync } from 'node:child_process'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { needs } from '../support/needs.ts'
import { unless } from '../support/unless.ts'
import { buildScript } from './support/build-script.ts'
import { withGreeting } from './support/greeting.ts'
import { asOtherUser, giveAway, letThrough, otherUserReason } from './support/other-user.ts'
import { nodeArguments, start } from './support/start.ts'
import { digestsIn } from './support/tree-state.ts'
import { callersEnvironment, removeWorkplaces, type RunRecord, type Workplace, workplace } from './support/workplace.ts'

const project = {
  'build.ts': buildScript({ pack: "files: [...project.documents, 'docs/*'], wrap: true" }),
  'go.mod': 'module example.com/reproduced\n\ngo 1.21\n\nrequire example.com/greeting v1.0.0\n',
  'cmd/reproduced/main.go': [
    'package main', '', 'import (', '\t_ "embed"', '', '\t"example.com/greeting"', ')', '',
    'var version, commit, date = "dev", "none", "never"', '', '//go:embed page.html', 'var page string', '',
    'func main() { println(version, commit, date, page, greeting.Text) }', '',
  ].join('\n'),
  'cmd/reproduced/page.html': '<p>page</p>\n',
  'README.md': '# reproduced\n', 'docs/manual.md': '# manual\n', 'docs/other.md': '# other\n',
}

interface Variant {
  readonly env: Readonly<Record<string, string>>
  /** What stands before node on the command line. */
  readonly before?: readonly string[]
  readonly node?: string
}

/** What all builds of this file are compared with, and what the varied ones are made in. */
const scene = { outside: '', clone: '', expected: {} as Readonly<Record<string, string>>, varied: {} as Variant }

async function digestsOf(place: Workplace, env: NodeJS.ProcessEnv): Promise<Readonly<Record<string, string>>> {
  const { code, stderr } = await place.build(['release', '--jobs', '8'], { env })
  assert.is(code, 0, stderr)
  return digestsIn(place.dist)
}

test.before(async () => {
  const place = await workplace(project, ['v1.2.2'])
  const { repository } = place
  scene.outside = repository.beside('.')
  const modules = await withGreeting(repository)
  await repository.commit()
  await repository.tag('v1.2.3', 'The release')
  scene.expected = await digestsOf(place, modules)
  assert.is(Object.keys(scene.expected).length, 4)

  scene.clone = repository.beside('another folder/much/deeper')
  await repository.git('clone', '--quiet', '--depth=1', '--branch=v1.2.3', `file://${repository.folder}`, scene.clone)
  assert.is(await repository.at(scene.clone).git('rev-parse', '--is-shallow-repository'), 'true')
  await repository.at(scene.clone).tag('v1.2.3-rc.7')
  scene.varied = { env: {
    ...modules, GOMODCACHE: repository.beside('other modules'), GOCACHE: repository.beside('other go cache'),
    HOME: repository.beside('home'), TMPDIR: repository.beside('temporary'), USER: 'somebody', HOSTNAME: 'elsewhere',
    TZ: 'Pacific/Chatham', LC_ALL: 'tr_TR.UTF-8', LANG: 'tr_TR.UTF-8',
    PATH: `${join(await copiedGo(repository.beside('go elsewhere')), 'bin')}:${process.env['PATH']}`,
  } }
  for (const folder of ['HOME', 'TMPDIR']) await mkdir(scene.varied.env[folder] ?? '')
})
test.after(removeWorkplaces)

/** The toolchain at another place, by links where the file system has them. */
async function copiedGo(folder: string): Promise<string> {
  const env = { ...process.env, GOTOOLCHAIN: 'local' }
  const root = spawnSync('go', ['env', 'GOROOT'], { encoding: 'utf8', env }).stdout.trim()
  if (spawnSync('cp', ['-rl', `${root}/.`, folder]).status !== 0) {
    const { status, stderr } = spawnSync('cp', ['-r', `${root}/.`, folder], { encoding: 'utf8' })
    assert.is(status, 0, stderr)
  }
  return folder
}

/** Releases the clone in another way, with a cache of Slipway's own that is empty. */
async function varied(
  { env, before = [], node = process.execPath }: Variant, name: string,
): Promise<Readonly<Record<string, string>>> {
  const work = join(scene.outside, name)
  await mkdir(work)
  if (before.includes('setpriv')) giveAway(work)
  const options = ['--jobs', '1', '--version', 'v1.2.3', '--out', join(work, 'dist')]
  const release = [...before, node, ...nodeArguments, 'build.ts', 'release', ...options]
  const { code, stderr } = await start('sh', ['-c', 'umask 077; exec "$@"', 'sh', ...release], {
    cwd: scene.clone, env: { ...callersEnvironment(), ...env, SLIPWAY_CACHE: join(work, 'cache') },
  }).ended
  assert.is(code, 0, stderr)
  const { steps } = JSON.parse(await readFile(join(work, 'dist.run.json'), 'utf8')) as RunRecord
  assert.equal(steps.filter(({ kind }) => kind === 'binary').map(({ state }) => state), ['made', 'made'])
  return digestsIn(join(work, 'dist'))
}

test('another folder, umask, time zone, language, number of jobs, GOROOT and clone, empty caches, a second tag', async () => {
  assert.equal(await varied(scene.varied, 'first'), scene.expected)
})

const later = ['faketime', '-f', '+1234d']

needs('faketime')('another clock of node and git', async () => {
  const git = join(scene.outside, 'late', 'git')
  await mkdir(dirname(git))
  await writeFile(git, `#!/bin/sh\nexec env PATH='${process.env['PATH']}' ${later.join(' ')} git "$@"\n`, { mode: 0o755 })
  const PATH = `${dirname(git)}:${scene.varied.env['PATH']}`
  scene.varied = { env: { ...scene.varied.env, PATH, DONT_FAKE_MONOTONIC: '1' }, before: later }
  assert.equal(await varied(scene.varied, 'clock'), scene.expected)
  const { began } = JSON.parse(await readFile(join(scene.outside, 'clock', 'dist.run.json'), 'utf8')) as { began: string }
  assert.ok(Date.parse(began) - Date.now() > 1e10, 'node has another clock')
})

const { SLIPWAY_NODE24 } = process.env

unless(SLIPWAY_NODE24 ? undefined : 'needs SLIPWAY_NODE24, the path of Node 24')('another Node', async () => {
  assert.equal(await varied({ ...scene.varied, node: SLIPWAY_NODE24 ?? '' }, 'node'), scene.expected)
})

unless(otherUserReason())('another user, beside all that', async () => {
  giveAway(scene.outside)
  letThrough(scene.outside)
  const before = [...asOtherUser, ...scene.varied.before ?? []]
  assert.equal(await varied({ ...scene.varied, before }, 'user'), scene.expected)
})

test.run()
