import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import fc from 'fast-check'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { fromBufferPromise } from 'yauzl'
import type { DeflatePiece } from '../../lib/formats/deflate-pieces.ts'
import type { Entry } from '../../lib/formats/entry.ts'
import { zip } from '../../lib/formats/zip.ts'
import { centralHeader, type ZipMember } from '../../lib/formats/zip-records.ts'
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

test('the bytes of a zip are those that were reviewed', async () => {
  await golden('entries.zip', await collect(zip(sampleEntries, { time })))
})

needs('zipinfo')('the system lists what went in', async () => {
  const file = new URL('../golden/entries.zip', import.meta.url).pathname
  const { stdout } = await run('zipinfo', ['-T', file], { env: { ...process.env, LC_ALL: 'C.UTF-8' } })
  const lines = stdout.split('\n').slice(2, -2).map(line => line.replaceAll(/ +/g, ' '))
  assert.equal(lines, [
    '-rw-r--r-- 6.3 unx 18 bl defN 20240310.023040 LICENSE',
    '-rwxr-xr-x 6.3 unx 2000 bl defN 20240310.023040 bin/gateway',
    'lrwxrwxrwx 6.3 unx 7 b- stor 20240310.023040 bin/latest',
    '-rw------- 6.3 unx 13 bl defN 20240310.023040 docs/Übersicht.md',
    'lrwxrwxrwx 6.3 unx 13 b- stor 20240310.023040 docs/Verweis',
    '---------- 6.3 unx 0 bl defN 20240310.023040 empty',
    `-rw-r--r-- 6.3 unx 20 bl defN 20240310.023040 ${'long/'.repeat(25)}prefix`,
    `-rwsr-xr-x 6.3 unx 22 bl defN 20240310.023040 ${'long'.repeat(30)}`,
  ])
})

needs('unzip')('the system unpacks it, links and modes too', () => scratch(async folder => {
  const file = new URL('../golden/entries.zip', import.meta.url).pathname
  await run('unzip', ['-q', file, '-d', folder], { env: { ...process.env, LC_ALL: 'C.UTF-8' } })
  const { stdout } = await run('stat', ['-c', '%a %N', 'bin/gateway', 'bin/latest', 'docs/Übersicht.md'], {
    cwd: folder, env: { ...process.env, LC_ALL: 'C.UTF-8', QUOTING_STYLE: 'literal' },
  })
  assert.is(stdout, '755 bin/gateway\n777 bin/latest -> gateway\n600 docs/Übersicht.md\n')
}))

test('what goes in comes out of yauzl, whatever the names, modes, sizes and chunks', async () => {
  await fc.assert(fc.asyncProperty(arbitraryMembers, async members => {
    const reader = await fromBufferPromise(await collect(zip(entriesOf(members), { time })))
    const found = []
    for await (const entry of reader.eachEntry()) {
      const { fileName, externalFileAttributes, versionMadeBy } = entry
      const content = await collect(await reader.openReadStreamPromise(entry))
      assert.is(versionMadeBy >> 8, 3) // Unix: the attributes are a mode
      found.push([fileName, externalFileAttributes >>> 16, sha256(content)])
    }
    assert.equal(found, members.map(({ name, mode, content }) => [name, 0o100000 | mode, sha256(content)]))
  }), { numRuns: 60 })
})

needs('python3')('what goes in comes out of python', () => scratch(async folder => {
  await fc.assert(fc.asyncProperty(arbitraryMembers, async members => {
    const file = join(folder, 'a.zip')
    await writeFile(file, await collect(zip(entriesOf(members), { time })))
    const expected = members.map(({ name, mode, content }) => [name, mode, content.length, sha256(content)])
    assert.equal(await pythonList('zip', file), expected)
  }), { numRuns: 8 })
}))

const times = [
  ['1970-01-01T00:00:00Z', '1980-01-01 00:00:00'],
  ['1980-01-01T03:04:05Z', '1980-01-01 03:04:04'],
  ['2024-03-10T02:30:41.9Z', '2024-03-10 02:30:40'],
  ['2200-01-01T00:00:00Z', '2107-12-31 23:59:58'],
]

for (const [from = '', to] of times) {
  needs('zipinfo')(`${from} is written as ${to}`, () => scratch(async folder => {
    const file = join(folder, 'a.zip')
    await writeFile(file, await collect(zip([memoryEntry('a', '')], { time: new Date(from) })))
    const { stdout } = await run('zipinfo', ['-T', file, 'a'])
    const [, year, month, day, hour, minute, second] = / (\d{4})(\d\d)(\d\d)\.(\d\d)(\d\d)(\d\d) a/.exec(stdout) ?? []
    assert.is(`${year}-${month}-${day} ${hour}:${minute}:${second}`, to)
  }))
}

test('entries may come one by one', async () => {
  async function* later() { yield* sampleEntries }
  assert.ok((await collect(zip(later(), { time }))).equals(await collect(zip(sampleEntries, { time }))))
})

test('an archive of nothing is an end record', async () => {
  assert.is((await collect(zip([], { time }))).length, 22)
})

test('bytes that are more or fewer than the size are an error', async () => {
  for (const [size, found] of [[2, 'at least 3'], [4, '3']]) {
    const error = await rejection(collect(zip([memoryEntry('a', 'abc', { size: Number(size) })], { time })))
    assert.is(error.code, 'CONTENT')
    assert.is(error.message, `Cannot pack a: it should have ${size} bytes and has ${found}`)
  }
})

test('an error of a file is the error of the archive', async () => {
  const broken = memoryEntry('a', 'abc', { async *open() { yield Buffer.from('a'); throw new Error('gone') } })
  assert.is(await collect(zip([broken], { time })).catch((error: Error) => error.message), 'gone')
})

test('a reader that stops closes the file that is open, and the list', async () => {
  const closed: string[] = []
  const endless: Entry = {
    ...memoryEntry('a', ''),
    size: 2 ** 40,
    async *open() { try { for (;;) yield Buffer.alloc(65536) } finally { closed.push('file') } },
  }
  async function* entries() { try { yield endless; yield endless } finally { closed.push('list') } }
  for await (const chunk of zip(entries(), { time })) if (chunk.length > 200) break // a piece of zeros, after the header
  assert.equal(closed, ['file', 'list'])
})

test('a reader that waits makes the files wait', async () => {
  let read = 0
  const endless: Entry = {
    ...memoryEntry('a', ''),
    size: 2 ** 40,
    async *open() { for (;;) { read++; yield crypto.getRandomValues(new Uint8Array(65536)) } },
  }
  const reader = zip([endless], { time })
  for (let chunks = 0; chunks < 10; chunks++) await reader.next()
  await new Promise(resolve => setTimeout(resolve, 100))
  await reader.return(undefined)
  assert.ok(read <= 48, `${read} chunks were read for 9 pieces, each of 4`)
})

test('pieces of a large file that are known are taken, and the bytes are the same', async () => {
  const bytes = Buffer.concat(Array.from({ length: 4000 }, (_, at) => createHash('sha256').update(String(at >> 2)).digest())).subarray(0)
  const large = Buffer.concat(Array.from({ length: 8 }, () => bytes))
  const pieces: DeflatePiece[] = []
  const entries = [memoryEntry('a', 'small'), memoryEntry('b', large), memoryEntry('c', 'last')]
  const plain = await collect(zip(entries, { time, level: 4 }))
  const kept = await collect(zip(entries, { time, level: 4, memory: { find: () => undefined, keep: piece => { pieces.push(piece) } } }))
  assert.is(pieces.length, 4)
  let found = 0
  const again = await collect(zip(entries, {
    time, level: 4, memory: {
      keep: () => {},
      find: digest => {
        const piece = pieces.find(one => one.digest === digest)
        found += piece ? 1 : 0
        return piece && Promise.resolve(kept.subarray(piece.offset, piece.offset + piece.size))
      },
    },
  }))
  assert.is(found, 4)
  assert.ok(kept.equals(plain) && again.equals(plain))
})

needs('python3')('what 32 bits do not hold is written in 64', () => scratch(async folder => {
  const [piece, size] = [Buffer.alloc(1 << 18), 2 ** 32 + 5]
  const entry = (name: string, bytes: number): Entry => ({
    ...memoryEntry(name, ''), size: bytes,
    async *open() { for (let at = 0; at < bytes; at += piece.length) yield piece.subarray(0, bytes - at) },
  })
  const file = join(folder, 'large.zip')
  await writeFile(file, zip([entry('large', size), entry('small', 3)], { time, level: 1 }))
  assert.equal((await pythonSizes(file)), [['large', size], ['small', 3]])

  const many = join(folder, 'many.zip')
  await writeFile(many, zip(Array.from({ length: 70_000 }, (_, at) => memoryEntry(`${at}`, '')), { time, level: 0 }))
  assert.is((await pythonSizes(many)).length, 70_000)
}))

test('a place beyond 32 bits stands in the extra field', () => {
  const member: ZipMember = { name: Buffer.from('a'), mode: 0o100644, time: { date: 33, time: 0 }, method: 8, streamed: true, large: false, offset: 2 ** 33, crc: 1, size: 2, packed: 3 }
  const header = Buffer.from(centralHeader(member))
  assert.equal([header.readUInt32LE(20), header.readUInt32LE(24), header.readUInt32LE(42)], [0xffffffff, 0xffffffff, 0xffffffff])
  assert.equal([header.readUInt16LE(47), header.readUInt16LE(49)], [1, 24])
  assert.equal([51, 59, 67].map(at => Number(header.readBigUInt64LE(at))), [2, 3, 2 ** 33])
})

/** Names and sizes as another program reads them, which checks where each file begins. */
async function pythonSizes(file: string): Promise<readonly (readonly [string, number])[]> {
  const script = 'import json, sys, zipfile\nz = zipfile.ZipFile(sys.argv[1])\nfor i in z.infolist(): z.open(i).close()\nprint(json.dumps([[i.filename, i.file_size] for i in z.infolist()]))'
  const { stdout } = await run('python3', ['-c', script, file], { maxBuffer: 2 ** 24 })
  return JSON.parse(stdout) as readonly (readonly [string, number])[]
}

test.run()
