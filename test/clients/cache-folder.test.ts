import { spawn, execFile, type ChildProcess } from 'node:child_process'
import { mkdir, mkdtemp, readFile, readdir, rm, utimes, writeFile } from 'node:fs/promises'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import fc from 'fast-check'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { cacheLocation, openCache } from '../../lib/clients/cache-folder.ts'
import { fateOf, processMark } from '../../lib/clients/process-mark.ts'
import { digestOf, digestOfValue } from '../../lib/values/digest.ts'
import { ReleaseError } from '../../lib/values/errors.ts'
import { asNobody } from '../support/as-nobody.ts'
import { onSmallDisk } from '../support/small-disk.ts'

const run = promisify(execFile)
const script = fileURLToPath(new URL('support/cache-worker.ts', import.meta.url))
const worker = ['--import', 'tsx', script]

async function inFolder(use: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'cache-'))
  try {
    await use(folder)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** Starts a worker and waits until it is at work. */
async function start(folder: string, what: string): Promise<ChildProcess & { ended: Promise<unknown> }> {
  const child = spawn(process.execPath, [...worker, folder, what], { stdio: ['ignore', 'pipe', 'inherit'] })
  const ended = new Promise(resolve => { child.once('exit', resolve) })
  await new Promise(resolve => { child.stdout.once('data', resolve) })
  return Object.assign(child, { ended })
}

async function errorOf(promise: Promise<unknown>): Promise<ReleaseError> {
  const error: unknown = await promise.then(() => undefined, (thrown: unknown) => thrown)
  assert.instance(error, ReleaseError)
  return error as ReleaseError
}

test('it lies where the environment says, else where the platform keeps caches', () => {
  assert.is(cacheLocation({ SLIPWAY_CACHE: '/a/b', XDG_CACHE_HOME: '/x' }, 'linux'), '/a/b')
  assert.is(cacheLocation({ XDG_CACHE_HOME: '/x' }, 'linux'), '/x/slipway')
  for (const XDG_CACHE_HOME of ['', 'relative', undefined]) assert.is(cacheLocation({ XDG_CACHE_HOME }, 'linux'), join(homedir(), '.cache/slipway'))
  assert.is(cacheLocation({ XDG_CACHE_HOME: '/x' }, 'darwin'), join(homedir(), 'Library/Caches/slipway'))
  assert.is(cacheLocation({ LOCALAPPDATA: '/l' }, 'win32'), '/l/slipway')
  assert.throws(() => cacheLocation({ SLIPWAY_CACHE: 'here' }, 'linux'), (error: ReleaseError) => error.code === 'CACHE' && /absolute/.test(error.message))
})

test('records and notes come back as they were', () => inFolder(async folder => {
  const cache = await openCache(folder)
  const key = digestOfValue('a')
  assert.is(await cache.records.find(key), undefined)
  await fc.assert(fc.asyncProperty(fc.jsonValue(), async value => {
    await cache.records.keep(key, value)
    await cache.writeNote('history', value)
    const expected: unknown = JSON.parse(JSON.stringify(value))
    assert.equal(await cache.records.find(key), expected)
    assert.equal(await cache.readNote('history'), expected)
  }), { numRuns: 50 })
  await cache.records.keep(key, { a: undefined, b: 1 })
  assert.equal(await cache.records.find(key), { b: 1 })
  await cache.close()
}))

test('what one run remembers the next one finds, whatever is written to it in between', () => inFolder(async folder => {
  const history = { needs: { 'example.com/x ./cmd/x': { plain: 1 } }, durations: { a: 2 } }
  const first = await openCache(folder)
  await first.writeNote('history', history)
  await first.close()
  const second = await openCache(folder)
  assert.equal(await second.readNote('history'), history)
  await writeFile(join(folder, 'history.json'), '{"needs":')
  assert.is(await second.readNote('history'), undefined)
  await second.close()
}))

test('every temporary folder is its own, and all are gone after', () => inFolder(async folder => {
  const [one, two] = await Promise.all([openCache(folder), openCache(folder)])
  const folders = await Promise.all([one.temporary(), one.temporary(), two.temporary()])
  assert.is(new Set(folders).size, 3)
  await writeFile(join(folders[0], 'file'), '')
  await one.discard(folders[0])
  await one.close()
  assert.equal((await readdir(join(folder, 'tmp'))).length, 1)
  await two.close()
  assert.equal(await readdir(join(folder, 'tmp')), [])
}))

test('what dead processes left is cleared, what others use is not', () => inFolder(async folder => {
  const [pid, began, space] = processMark().split('-') as [string, string, string]
  const yesterday = new Date(Date.now() - 25 * 60 * 60 * 1000)
  const live = await start(folder, 'hold')
  const left = {
    'another process with the id of this one': `${pid}-1-${space}-aa`, 'a process id that nobody has': `${2 ** 22 + 7}-5-${space}-bb`,
    'no process at all': 'something', 'of another machine, long ago': '12-5-elsewhere-cc',
  }
  const kept = { 'of another machine': '12-5-elsewhere-dd', 'this process': `${pid}-${began}-${space}-ee` }
  for (const name of [...Object.values(left), ...Object.values(kept)]) await mkdir(join(folder, 'tmp', name, 'deep'), { recursive: true })
  for (const name of [left['no process at all'], left['of another machine, long ago']]) await utimes(join(folder, 'tmp', name), yesterday, yesterday)
  const cache = await openCache(folder)
  const names = await readdir(join(folder, 'tmp'))
  for (const [why, name] of Object.entries(left)) assert.not(names.includes(name), why)
  for (const [why, name] of Object.entries(kept)) assert.ok(names.includes(name), why)
  assert.ok(names.some(name => name.startsWith(`${live.pid}-`)), 'a process that runs')
  live.kill('SIGKILL')
  await live.ended
  await (await openCache(folder)).close()
  assert.not((await readdir(join(folder, 'tmp'))).some(name => name.startsWith(`${live.pid}-`)), 'a process that was killed')
  await cache.close()
}))

test('a process is told from others by its id, its start and its machine', async () => {
  const mark = processMark()
  assert.is(mark, processMark())
  assert.match(mark, /^\d+-\d+-\w+$/)
  assert.is(fateOf(mark), 'alive')
  assert.is(fateOf(`${mark}-and-more`), 'alive')
  const [pid, start, space] = mark.split('-')
  assert.is(fateOf(`${pid}-${Number(start) - 1}-${space}`), process.platform === 'linux' ? 'dead' : 'alive')
  assert.is(fateOf(`0-0-${space}`), 'dead')
  assert.is(fateOf(`${pid}-${start}-elsewhere`), 'unknown')
  assert.is(fateOf(''), 'unknown')
})

test('killed in the middle of anything, it leaves nothing that is half', () => inFolder(async folder => {
  await Promise.all(Array.from({ length: 5 }, async () => {
    const child = await start(folder, 'fill')
    await delay(Math.random() * 150)
    child.kill('SIGKILL')
    await child.ended
  }))
  const cache = await openCache(folder)
  assert.is((await readdir(join(folder, 'tmp'))).length, 1)
  const blobs = join(folder, 'blobs', 'sha256')
  const names = await readdir(blobs)
  assert.ok(names.length > 0)
  for (const name of names) assert.is(digestOf(await readFile(join(blobs, name))), `sha256:${name}`)
  let found = 0
  for (let round = 0; round < 7; round += 1) {
    const record = await cache.records.find(digestOfValue(round)) as { round: number } | undefined
    if (record) assert.is(record.round, round)
    if (record) found += 1
  }
  const files = (await readdir(join(folder, 'records'), { recursive: true })).filter(name => name.endsWith('.json'))
  assert.is(found, files.length)
  await cache.close()
}))

test('two processes at once make the same and disturb each other nowhere', () => inFolder(async folder => {
  const both = await Promise.all([1, 2].map(() => run(process.execPath, [...worker, folder, 'make'])))
  const [one, two] = both.map(({ stdout }) => stdout)
  assert.match(one ?? '', /^sha256:[0-9a-f]{64}$/)
  assert.is(one, two)
  assert.equal(await readdir(join(folder, 'tmp')), [])
}))

test('a folder that cannot be one is refused', () => inFolder(async folder => {
  await writeFile(join(folder, 'file'), '')
  const error = await errorOf(openCache(join(folder, 'file', 'cache')))
  assert.is(error.code, 'CACHE')
  assert.match(error.message, /^Cannot use the cache folder .*\/file\/cache: ENOTDIR/)
  assert.match(error.hint ?? '', /SLIPWAY_CACHE/)
}))

asNobody('a folder that may not be written is refused', async ({ folder, run: runAs }) => {
  await mkdir(join(folder, 'cache'))
  assert.match(await runAs(script, join(folder, 'cache'), 'open'), /^CACHE Cannot use the cache folder .*: EACCES: permission denied, mkdir/)
})

asNobody('folders that a program made read-only are removed too', async ({ folder, run: runAs }) => {
  assert.is(await runAs(script, join(folder, 'cache'), 'readOnly'), 'gone\n')
  assert.equal(await readdir(join(folder, 'cache', 'tmp')), [])
})

onSmallDisk('a full disk is one clear error, and leaves nothing half-written', async folder => {
  const cache = await openCache(folder)
  const small = await cache.content.put([Buffer.alloc(500_000, 1)], 'text/plain')
  const parts = async function* () { for (let count = 0; count < 40; count += 1) yield Buffer.alloc(50_000, 2) }
  const made = await cache.temporary()
  const errors = await Promise.all([
    errorOf(cache.content.put(parts(), 'text/plain')), errorOf(cache.content.put([Buffer.alloc(2_000_000, 3)], 'text/plain')),
    errorOf(cache.records.keep(digestOfValue('a'), 'x'.repeat(2_000_000))), errorOf(cache.writeNote('history', 'x'.repeat(2_000_000))),
  ])
  assert.equal([...new Set(errors.map(({ code, message }) => `${code} ${message}`))], [`DISK Cannot write the cache folder ${folder}: there is no space left on the disk`])
  assert.match(errors[0]?.hint ?? '', /space/)
  assert.equal(await readdir(made), [])
  assert.equal((await readdir(join(folder, 'blobs', 'sha256'))).length, 1)
  assert.is(await cache.records.find(digestOfValue('a')), undefined)
  // What fits goes on.
  await cache.records.keep(digestOfValue('b'), small.digest)
  assert.is(await cache.records.find(digestOfValue('b')), small.digest)
  await cache.close()
})

test.run()
