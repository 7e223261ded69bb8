import { createHash } from 'node:crypto'
import { mkdir, mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { packEntries } from '../../../lib/clients/go/cache/pack-entries.ts'
import { unpackEntries } from '../../../lib/clients/go/cache/unpack-entries.ts'
import { usedEntries } from '../../../lib/clients/go/cache/used-entries.ts'
import { goCachePath, goSubkey, type GoCacheEntry } from '../../../lib/formats/go-cache-entry.ts'
import { gzip } from '../../../lib/formats/gzip.ts'
import { tar } from '../../../lib/formats/tar.ts'
import { ReleaseError } from '../../../lib/values/errors.ts'

interface Context {
  folder: string
  from: string
  to: string
}

const test = suite<Context>('go cache')
test.before.each(async context => {
  context.folder = await mkdtemp(join(tmpdir(), 'go-cache-'))
  context.from = join(context.folder, 'from')
  context.to = join(context.folder, 'to')
})
test.after.each(async ({ folder }) => { await rm(folder, { recursive: true, force: true }) })

async function refusal(act: () => Promise<unknown>): Promise<ReleaseError> {
  const error = await act().then(() => undefined, (thrown: unknown) => thrown)
  assert.instance(error, ReleaseError)
  return error as ReleaseError
}

const hex = (text: string): string => createHash('sha256').update(text).digest('hex')
const entryText = ({ action, output, size }: GoCacheEntry): string => `v1 ${action} ${output} ${String(size).padStart(20)} ${'1700000000000000000'.padStart(20)}\n`

/** Puts something in as Go does. */
async function put(folder: string, action: string, text: string): Promise<GoCacheEntry> {
  const entry = { action, output: hex(text), size: text.length }
  for (const [path, bytes] of [[goCachePath(entry.output, 'd'), text], [goCachePath(action, 'a'), entryText(entry)]] as const) {
    await mkdir(dirname(join(folder, path)), { recursive: true })
    await writeFile(join(folder, path), bytes)
  }
  return entry
}

async function filesIn(folder: string): Promise<readonly string[]> {
  const found = await readdir(folder, { recursive: true, withFileTypes: true })
  return found.filter(one => one.isFile()).map(one => join(one.parentPath, one.name).slice(folder.length + 1)).sort()
}

const limit = 1 << 20

test('what was packed is there again, and nothing else is touched', async ({ from, to }) => {
  const entries = [await put(from, hex('one'), 'first result'), await put(from, hex('two'), 'second result'), await put(from, hex('three'), '')]
  await put(from, hex('not used'), 'something else')
  const there = await put(to, hex('one'), 'another result of the first action')
  await put(to, hex('own'), 'of the user')
  const before = await filesIn(to)
  const { mtimeMs } = await stat(join(to, goCachePath(there.action, 'a')))
  await unpackEntries(packEntries(entries, from), to, limit)
  const added = entries.slice(1).flatMap(({ action, output }) => [goCachePath(action, 'a'), goCachePath(output, 'd')])
  assert.equal(await filesIn(to), [...new Set([...before, ...added, goCachePath(hex('first result'), 'd')])].sort())
  for (const path of added) assert.equal(await readFile(join(to, path)), await readFile(join(from, path)))
  assert.is(await readFile(join(to, goCachePath(there.action, 'a')), 'utf8'), entryText(there))
  assert.is((await stat(join(to, goCachePath(there.action, 'a')))).mtimeMs, mtimeMs)
})

test('what is damaged here is not shared', async ({ from }) => {
  const entry = await put(from, hex('one'), 'first result')
  await writeFile(join(from, goCachePath(entry.output, 'd')), 'first resulT')
  const error = await refusal(async () => { for await (const _ of packEntries([entry], from)) void _ })
  assert.match(error.message, /its bytes are not what its name says/)
})

const member = (name: string, text: string) => ({ name, mode: 0o644, size: text.length, open: async function* () { yield Buffer.from(text) } })
const good: GoCacheEntry = { action: hex('one'), output: hex('result'), size: 6 }

const harms: readonly (readonly [name: string, ...members: readonly ReturnType<typeof member>[]])[] = [
  ['a result of another name', member(goCachePath(good.output, 'd'), 'resulT'), member(goCachePath(good.action, 'a'), entryText(good))],
  ['an entry of another name', member(goCachePath(good.output, 'd'), 'result'), member(goCachePath(hex('two'), 'a'), entryText(good))],
  ['an entry that is none', member(goCachePath(good.action, 'a'), 'v1 nothing')],
  ['another file', member('trim.txt', '0')],
  ['a file in a folder that is not its own', member(`00/${good.output}-d`, 'result')],
]

for (const [name, ...members] of harms) {
  test(`a bundle with ${name} is refused, and no entry comes of it`, async ({ to }) => {
    await mkdir(to)
    const error = await refusal(() => unpackEntries(gzip(tar(members, { time: new Date(0) })), to, limit))
    assert.is(error.code, 'CONTENT')
    assert.equal((await filesIn(to)).filter(path => !path.endsWith('-d')), [])
    for (const path of await filesIn(to)) assert.is(hex(await readFile(join(to, path), 'utf8')), path.slice(3, -2))
  })
}

test('an entry whose result did not come is left out', async ({ to }) => {
  await unpackEntries(gzip(tar([member(goCachePath(good.action, 'a'), entryText(good))], { time: new Date(0) })), to, limit)
  assert.equal(await filesIn(to), [])
})

test('a bundle that is cut, or larger than it says, is refused', async ({ from, to }) => {
  const entries = [await put(from, hex('one'), 'x'.repeat(100_000))]
  const parts: Uint8Array[] = []
  for await (const part of packEntries(entries, from)) parts.push(part)
  const whole = Buffer.concat(parts)
  const bytes = async function* (of: Buffer) { yield of }
  assert.is((await refusal(() => unpackEntries(bytes(whole.subarray(0, whole.length - 40)), to, limit))).code, 'CONTENT')
  assert.is((await refusal(() => unpackEntries(bytes(whole), to, 50_000))).code, 'CONTENT')
  assert.equal((await filesIn(to)).filter(path => path.endsWith('-a')), [])
})

test('the entries that a build used are found by their beginnings, with what was printed', async ({ folder, from }) => {
  const used = await put(from, hex('fmt'), 'archive of fmt')
  const printed = await put(from, goSubkey(used.action, 'stdout'), '')
  const main = await put(from, hex('main'), 'archive of main')
  const id = (action: string): string => Buffer.from(action.slice(0, 30), 'hex').toString('base64url')
  const graph = join(folder, 'graph.json')
  await writeFile(graph, JSON.stringify([
    { Mode: 'link', Package: 'main', ActionID: id(hex('link')) }, { Mode: 'build', Package: 'main', ActionID: id(main.action) },
    { Mode: 'build', Package: 'fmt', ActionID: id(used.action) }, { Mode: 'build', Package: 'gone', ActionID: id(hex('gone')) },
  ]))
  assert.equal(await usedEntries(graph, from), [used, printed])
  assert.equal(await usedEntries(join(folder, 'none'), from), [])
})

test.run()
