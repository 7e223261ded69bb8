import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { open, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { promisify } from 'node:util'
import fc from 'fast-check'
import { extract, pack } from 'tar-stream'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Entry } from '../../lib/formats/entry.ts'
import { tar, tarInParts } from '../../lib/formats/tar.ts'
import { needs } from '../support/needs.ts'
import { arbitraryMembers, entriesOf } from './support/arbitrary-entries.ts'
import { collect } from './support/collect.ts'
import { golden } from './support/golden.ts'
import { memoryEntry } from './support/memory-entry.ts'
import { pythonList } from './support/python.ts'
import { rejection } from './support/rejection.ts'
import { sampleEntries, sampleTime } from './support/sample-entries.ts'
import { scratch } from './support/scratch.ts'

const run = promisify(execFile)
const time = sampleTime
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

/** The system's tar, with everything that would depend on the machine named. */
async function list(file: string, ...more: readonly string[]): Promise<readonly string[]> {
  const options = ['-tv', '--utc', '--full-time', '--numeric-owner', '--quoting-style=literal', ...more]
  const { stdout } = await run('tar', [...options, '-f', file], { env: { ...process.env, LC_ALL: 'C.UTF-8' } })
  return stdout.trimEnd().split('\n').map(line => line.replaceAll(/ +/g, ' '))
}

test('the bytes of a tar are those that were reviewed', async () => {
  await golden('entries.tar', await collect(tar(sampleEntries, { time })))
})

needs('tar')('the system lists what went in', async () => {
  const file = new URL('../golden/entries.tar', import.meta.url).pathname
  assert.equal(await list(file), [
    '-rw-r--r-- 0/0 18 2024-03-10 02:30:41 LICENSE',
    '-rwxr-xr-x 0/0 2000 2024-03-10 02:30:41 bin/gateway',
    'lrwxrwxrwx 0/0 0 2024-03-10 02:30:41 bin/latest -> gateway',
    '-rw------- 0/0 13 2024-03-10 02:30:41 docs/Übersicht.md',
    'lrwxrwxrwx 0/0 0 2024-03-10 02:30:41 docs/Verweis -> Übersicht.md',
    '---------- 0/0 0 2024-03-10 02:30:41 empty',
    `-rw-r--r-- 0/0 20 2024-03-10 02:30:41 ${'long/'.repeat(25)}prefix`,
    `-rwsr-xr-x 0/0 22 2024-03-10 02:30:41 ${'long'.repeat(30)}`,
  ])
})

test('what goes in comes out of tar-stream, whatever the names, modes, sizes and chunks', async () => {
  await fc.assert(fc.asyncProperty(arbitraryMembers, async members => {
    const found = []
    const reader = extract()
    Readable.from(tar(entriesOf(members), { time })).pipe(reader)
    for await (const member of reader) {
      const { name, mode, uid, gid, uname, gname, mtime } = member.header
      assert.equal({ uid, gid, uname, gname }, { uid: 0, gid: 0, uname: '', gname: '' })
      assert.is(mtime.toISOString(), '2024-03-10T02:30:41.000Z')
      found.push([name, mode, sha256(await collect(member as AsyncIterable<Uint8Array>))])
    }
    assert.equal(found, members.map(({ name, mode, content }) => [name, mode, sha256(content)]))
  }), { numRuns: 60 })
})

needs('python3')('what goes in comes out of python', () => scratch(async folder => {
  await fc.assert(fc.asyncProperty(arbitraryMembers, async members => {
    const file = join(folder, 'a.tar')
    await writeFile(file, await collect(tar(entriesOf(members), { time })))
    const expected = members.map(({ name, mode, content }) => [name, mode, content.length, sha256(content)])
    assert.equal(await pythonList('tar', file), expected)
  }), { numRuns: 8 })
}))

needs('tar')('a member of more than 8 GiB has its size in an extended header', () => scratch(async folder => {
  const [file, size] = [join(folder, 'large.tar'), 9 * 2 ** 30]
  const endless: Entry = { ...memoryEntry('large', ''), size, async *open() { for (;;) yield Buffer.alloc(65536) } }
  const headers: Uint8Array[] = []
  for await (const chunk of tar([endless], { time })) {
    if (chunk.length === 65536) break
    headers.push(chunk)
  }
  assert.ok(Buffer.concat(headers).includes('19 size=9663676416\n'))
  await writeFile(file, Buffer.concat(headers))
  await truncate(file, Buffer.concat(headers).length + size + 1024)
  assert.equal(await list(file), ['-rw-r--r-- 0/0 9663676416 2024-03-10 02:30:41 large'])
}))

needs('tar')('times before 1970 become 1970, and those after 2038 are kept', () => scratch(async folder => {
  const file = join(folder, 'a.tar')
  const times = [['1969-12-31T23:59:59Z', '1970-01-01 00:00:00'], ['2106-02-07T06:28:17Z', '2106-02-07 06:28:17']]
  for (const [from = '', to] of times) {
    await writeFile(file, await collect(tar([memoryEntry('a', '')], { time: new Date(from) })))
    assert.equal(await list(file), [`-rw-r--r-- 0/0 0 ${to} a`])
  }
}))

test('entries may come one by one', async () => {
  async function* later() { yield* sampleEntries }
  assert.ok((await collect(tar(later(), { time }))).equals(await collect(tar(sampleEntries, { time }))))
})

test('an archive of nothing is two empty blocks', async () => {
  assert.ok((await collect(tar([], { time }))).equals(Buffer.alloc(1024)))
})

test('bytes that are more or fewer than the size are an error', async () => {
  for (const [size, found] of [[2, 'at least 3'], [4, '3']]) {
    const error = await rejection(collect(tar([memoryEntry('a', 'abc', { size: Number(size) })], { time })))
    assert.is(error.code, 'CONTENT')
    assert.is(error.message, `Cannot pack a: it should have ${size} bytes and has ${found}`)
  }
})

test('an error of a file is the error of the archive', async () => {
  const broken = memoryEntry('a', 'abc', { open() { throw new Error('gone') } })
  assert.is(await collect(tar([broken], { time })).catch((error: Error) => error.message), 'gone')
})

test('a reader that stops closes the file that is open, and the list', async () => {
  const closed: string[] = []
  const endless: Entry = {
    ...memoryEntry('a', ''),
    size: 2 ** 40,
    async *open() { try { for (;;) yield Buffer.alloc(65536) } finally { closed.push('file') } },
  }
  async function* entries() { try { yield endless; yield endless } finally { closed.push('list') } }
  for await (const chunk of tar(entries(), { time })) if (chunk.length > 2048) break // beyond its header
  assert.equal(closed, ['file', 'list'])
})

test('a reader that waits makes the files wait', async () => {
  let read = 0
  const endless: Entry = {
    ...memoryEntry('a', ''), size: 2 ** 40, async *open() { for (;;) { read++; yield Buffer.alloc(65536) } },
  }
  const reader = tar([endless], { time })
  for (let chunks = 0; chunks < 10; chunks++) await reader.next()
  await new Promise(resolve => setTimeout(resolve, 20))
  await reader.return(undefined)
  assert.ok(read < 20, `${read} chunks were read for 10`)
})

needs('tar')('a file that is read from the disk goes in as it is', () => scratch(async folder => {
  await using handle = await open(process.execPath)
  const { size } = await handle.stat()
  const node: Entry = { name: 'node', mode: 0o755, size, open: () => handle.createReadStream({ autoClose: false }) }
  const file = join(folder, 'node.tar')
  await writeFile(file, tar([node], { time }))
  await run('tar', ['-xf', file, '-C', folder])
  await run('cmp', [join(folder, 'node'), process.execPath])
}))

test('large files among small ones are parts of their own, and the bytes are those that tar-stream writes', async () => {
  const size = 300_001
  const large = (name: string) => memoryEntry(name, Buffer.alloc(size, name))
  const entries = [large('a'), memoryEntry('b', 'small'), memoryEntry('c', '', { link: 'b' }), large(`${'long'.repeat(40)}ü`), large('x'), memoryEntry('y', 'last')]
  const parts: (readonly [boolean, number])[] = []
  const whole: Buffer[] = []
  for await (const { bytes, apart } of tarInParts(entries, { time })) {
    const read = await collect(bytes)
    whole.push(read)
    if (read.length > 0) parts.push([apart, read.length])
  }
  assert.equal(parts.filter(([apart]) => apart), [[true, size], [true, size], [true, size]])
  const archive = pack()
  for (const { name, mode, link, open } of entries) {
    const header = { name, mode: 0o100000 | mode, uid: 0, gid: 0, mtime: new Date(Math.floor(time.getTime() / 1000) * 1000) }
    archive.entry(link === undefined ? header : { ...header, type: 'symlink', linkname: link }, link === undefined ? await collect(open()) : Buffer.alloc(0))
  }
  archive.finalize()
  assert.ok(Buffer.concat(whole).equals(await collect(archive as AsyncIterable<Uint8Array>)))
})

test.run()
