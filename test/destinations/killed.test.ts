import { spawn } from 'node:child_process'
import { mkdir, mkdtemp, readFile, readdir, rename, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { processMark } from '../../lib/clients/process-mark.ts'
import { directory, foldersOf, type Folders } from '../../lib/destinations/directory.ts'
import { healFolder } from '../../lib/destinations/directory/heal-folder.ts'
import { swapFolder } from '../../lib/destinations/directory/swap-folder.ts'
import { publish, send } from '../../tasks/publish.ts'
import { graphFixture } from '../support/graph-fixture.ts'
import { releaseValue } from '../support/release-value.ts'
import { toys } from '../support/toy-steps.ts'
import { wholeness } from './support/wholeness.ts'

const worker = ['--import', 'tsx', fileURLToPath(new URL('support/folder-worker.ts', import.meta.url))]
const [pid, began, space] = processMark().split('-')
const dead = `${2 ** 22 + 7}-5-${space}-aa`

async function inProject(use: (folders: Folders, project: string) => Promise<void>): Promise<void> {
  const project = await mkdtemp(join(tmpdir(), 'killed-'))
  try {
    await use(foldersOf('dist', { root: project }), project)
  } finally {
    await rm(project, { recursive: true, force: true })
  }
}

async function put(folder: string, name: string): Promise<void> {
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, name), name)
}

/** All that lies in a project, by path. */
async function all(project: string): Promise<readonly string[]> {
  return (await readdir(project, { recursive: true })).sort()
}

test('killed between the two renames: the former content goes back', () => inProject(async (folders, project) => {
  await put(join(folders.working, `former-${dead}`), 'old')
  await put(join(folders.working, `draft-${dead}`), 'new')
  await healFolder(folders)
  assert.equal(await all(project), ['dist', 'dist/old'])
}))

test('killed between the two renames, and somebody made an empty folder since', () => inProject(async (folders, project) => {
  await put(join(folders.working, `former-${dead}`), 'old')
  await mkdir(folders.folder)
  await healFolder(folders)
  assert.equal(await all(project), ['dist', 'dist/old'])
}))

test('killed after the second rename: the new content stays', () => inProject(async (folders, project) => {
  await put(join(folders.working, `former-${dead}`), 'old')
  await put(folders.folder, 'new')
  await healFolder(folders)
  assert.equal(await all(project), ['dist', 'dist/new'])
}))

test('killed twice: the last content goes back', () => inProject(async (folders, project) => {
  await put(join(folders.working, `former-${dead}`), 'older')
  await delay(20)
  await put(join(folders.working, `former-${dead}b`), 'old')
  await healFolder(folders)
  assert.equal(await all(project), ['dist', 'dist/old'])
}))

test('killed before: what was being filled goes, also when the process id came again', () => inProject(async (folders, project) => {
  for (const mark of [dead, `${pid}-1-${space}-aa`, '7-7-elsewhere-aa', 'nonsense']) await put(join(folders.working, `draft-${mark}`), 'half')
  await put(folders.folder, 'old')
  await healFolder(folders)
  assert.equal(await all(project), ['dist', 'dist/old'])
  await healFolder(folders)
  assert.equal(await all(project), ['dist', 'dist/old'])
}))

test('what a process that runs is filling, and what it moved away, stays', () => inProject(async folders => {
  const mark = `${pid}-${began}-${space}-aa`
  for (const name of [`draft-${mark}`, `former-${mark}`]) await put(join(folders.working, name), 'x')
  await healFolder(folders)
  assert.equal((await readdir(folders.working)).sort(), [`draft-${mark}`, `former-${mark}`])
  assert.not(await stat(folders.folder).catch(() => undefined))
}))

test('a swap that fails puts the former content back', () => inProject(async (folders, project) => {
  await put(folders.folder, 'old')
  await mkdir(folders.working)
  const error = await swapFolder(folders, join(folders.working, 'not-there')).catch((thrown: Error) => thrown)
  assert.match(String(error), /ENOENT/)
  assert.equal(await all(project), ['.dist.slipway', 'dist', 'dist/old'])
}))

test('the next release goes on from any state, with the same bytes and nothing left', async () => {
  const graph = await graphFixture()
  const folders = foldersOf('dist', { root: graph.project })
  const { step } = toys()
  const release = async (text: string): Promise<string> => {
    const end = publish(send(directory(), [step('a.txt', [], { text }), step('b.txt')]))
    assert.is((await graph.run([end], { release: releaseValue() })).get(end.recipe)?.state, 'made')
    assert.equal(await readdir(graph.project), ['dist'])
    assert.is(await wholeness(folders.folder), 'whole')
    return readFile(join(folders.folder, 'release.json'), 'utf8')
  }
  const [first, second] = [await release('first'), await release('second')]
  for (const state of ['between', 'after', 'before']) {
    await mkdir(folders.working)
    await put(join(folders.working, `draft-${dead}`), 'a.txt')
    if (state === 'between') await rename(folders.folder, join(folders.working, `former-${dead}`))
    if (state === 'after') await put(join(folders.working, `former-${dead}`), 'older')
    assert.is(await release('second'), second, state)
  }
  await mkdir(folders.working)
  await rename(folders.folder, join(folders.working, `former-${dead}`))
  assert.is(await release('first'), first)
  await graph.close()
})

interface Running {
  kill(): Promise<void>
  readonly said: string[]
}

/** Starts a process that releases into the project over and over. */
async function start(project: string, cache: string, name: string): Promise<Running> {
  const child = spawn(process.execPath, [...worker, project, cache, 'release', name], { stdio: ['ignore', 'pipe', 'inherit'] })
  const said: string[] = []
  const ended = new Promise<void>(resolve => { child.once('exit', () => resolve()) })
  await new Promise<void>(resolve => { child.stdout.on('data', text => { resolve(said.push(String(text)) as never) }) })
  return {
    said,
    kill: async () => {
      child.kill('SIGKILL')
      await ended
    },
  }
}

test('killed at any moment, dist is whole after the next run has begun', async () => {
  const moments = new Set<string>()
  // Three projects at a time, or fifteen starts would take their time one after the other.
  await Promise.all([1, 2, 3].map(() => inProject(async ({ folder, working }, project) => {
    const cache = await mkdtemp(join(tmpdir(), 'cache-'))
    for (let round = 0; round < 5; round += 1) {
      const running = await start(project, cache, 'file')
      while (!await stat(join(folder, 'release.json')).catch(() => undefined)) await delay(5)
      await delay(Math.random() * 60)
      await running.kill()
      assert.equal(running.said, ['ready\n'])
      const left = await readdir(working).catch(() => [])
      moments.add(left.map(name => name.slice(0, name.indexOf('-'))).sort().join(' and '))
      await healFolder({ folder, working })
      assert.is(await wholeness(folder), 'whole')
      assert.equal(await readdir(dirname(folder)), ['dist'])
    }
    await rm(cache, { recursive: true })
  })))
  assert.ok(moments.size > 0)
})

test('two processes that release into one folder leave one whole release', () => inProject(async ({ folder, working }, project) => {
  const cache = await mkdtemp(join(tmpdir(), 'cache-'))
  const both = await Promise.all(['one', 'two'].map(name => start(project, cache, name)))
  await delay(1000)
  await Promise.all(both.map(({ kill }) => kill()))
  assert.equal(both.map(({ said }) => said.join('')), ['ready\n', 'ready\n'])
  await healFolder({ folder, working })
  assert.is(await wholeness(folder), 'whole')
  assert.equal(await readdir(project), ['dist'])
  await rm(cache, { recursive: true })
}))

test.run()
