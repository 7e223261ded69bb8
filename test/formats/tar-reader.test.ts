import { execFile } from 'node:child_process'
import { createReadStream } from 'node:fs'
import { link, mkdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import fc from 'fast-check'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { readTar, type TarEntry } from '../../lib/formats/tar-reader.ts'
import { tar } from '../../lib/formats/tar.ts'
import { needs } from '../support/needs.ts'
import { arbitraryMembers, entriesOf } from './support/arbitrary-entries.ts'
import { collect } from './support/collect.ts'
import { memoryEntry } from './support/memory-entry.ts'
import { rejection } from './support/rejection.ts'
import { scratch } from './support/scratch.ts'

const run = promisify(execFile)
const time = new Date(0)

interface Read extends Omit<TarEntry, 'body'> {
  readonly text: string
}

async function all(bytes: AsyncIterable<Uint8Array>): Promise<readonly Read[]> {
  const found: Read[] = []
  for await (const { body, ...entry } of readTar(bytes, 'the tar')) found.push({ ...entry, text: (await collect(body)).toString('latin1') })
  return found
}

async function* chunks(bytes: Uint8Array, size = 65536): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

async function* python(script: string): AsyncGenerator<Uint8Array> {
  const { stdout } = await run('python3', ['-c', `import tarfile,io,sys\n${script}`], { encoding: 'buffer' })
  yield stdout
}

test('what goes in comes out, whatever the names, modes, sizes and chunks', async () => {
  await fc.assert(fc.asyncProperty(arbitraryMembers, fc.constantFrom(1, 100, 512, 65536), async (members, size) => {
    const bytes = await collect(tar(entriesOf(members), { time }))
    const found = (await all(chunks(bytes, size))).map(({ name, mode, type, text }) => [name, mode, type, text])
    assert.equal(found, members.map(({ name, mode, content }) => [name, mode, 'file', Buffer.from(content).toString('latin1')]))
  }), { numRuns: 30 })
})

for (const format of ['v7', 'oldgnu', 'gnu', 'ustar', 'posix']) {
  needs('tar')(`what the system writes in the format ${format} is read`, () => scratch(async folder => {
    const short = format === 'v7' || format === 'ustar'
    const [path, target] = [(format === 'v7' ? 'folder/' : 'long/'.repeat(25)) + 'x'.repeat(short ? 1 : 120), 'nowhere'.repeat(short ? 1 : 20)]
    await mkdir(join(folder, 'in', path), { recursive: true })
    await writeFile(join(folder, 'in/shared'), 'text')
    await link(join(folder, 'in/shared'), join(folder, 'in', path, 'file'))
    await symlink(target, join(folder, 'in/link'))
    const file = join(folder, 'a.tar')
    await run('tar', [`--format=${format}`, '-cf', file, '-C', join(folder, 'in'), 'link', 'shared', path])
    assert.equal((await all(createReadStream(file))).map(({ name, type, link, text }) => [name, type, link, text]), [
      ['link', 'symlink', target, ''],
      ['shared', 'file', '', 'text'],
      [`${path}/`, 'directory', '', ''],
      [`${path}/file`, 'hardlink', 'shared', ''],
    ])
  }))
}

for (const format of ['GNU', 'PAX']) {
  needs('python3')(`large owners and times are read in the format ${format}`, async () => {
    const found = await all(python(`
t = tarfile.open(fileobj=sys.stdout.buffer, mode='w|', format=tarfile.${format}_FORMAT)
i = tarfile.TarInfo('großer Besitzer'); i.uid = 3000000; i.gid = 4294967294; i.mtime = 2**34; i.size = 3; i.mode = 0o4711
t.addfile(i, io.BytesIO(b'abc')); t.close()`))
    assert.equal(found, [{ name: 'großer Besitzer', type: 'file', mode: 0o4711, uid: 3000000, gid: 4294967294, size: 3, link: '', text: 'abc' }])
  })
}

needs('python3')('a global header, and devices, keep nothing from being read', async () => {
  const found = await all(python(`
t = tarfile.open(fileobj=sys.stdout.buffer, mode='w|', format=tarfile.PAX_FORMAT, pax_headers={'comment': 'hello', 'path': 'global'})
for name, type in (('null', tarfile.CHRTYPE), ('pipe', tarfile.FIFOTYPE), ('dir', tarfile.DIRTYPE), ('old', tarfile.CONTTYPE)):
  i = tarfile.TarInfo(name); i.type = type; t.addfile(i)
t.close()`))
  assert.equal(found.map(({ name, type }) => `${name} ${type}`), ['null other', 'pipe other', 'dir/ directory', 'old file'])
})

test('a body that is not read, or in part, is passed over', async () => {
  const bytes = await collect(tar(['a', 'b', 'c'].map(name => memoryEntry(name, name.repeat(2000))), { time }))
  const found: string[] = []
  for await (const { name, body } of readTar(chunks(bytes, 700), 'the tar')) {
    if (name === 'b') for await (const part of body) { found.push(`${part.length > 0}`); break }
    found.push(name)
  }
  assert.equal(found, ['a', 'true', 'b', 'c'])
})

test('the stream is read to its end, past what the tar says, so that an error there is heard', async () => {
  const bytes = await collect(tar([memoryEntry('a', 'x')], { time }))
  async function* source() { yield bytes; yield Buffer.alloc(5000, 7); throw new Error('wrong digest') }
  assert.is(await all(source()).then(() => '', (error: Error) => error.message), 'wrong digest')
})

test('a reader that stops closes the stream', async () => {
  let closed = false
  const bytes = await collect(tar([memoryEntry('a', 'x'.repeat(100_000)), memoryEntry('b', '')], { time }))
  async function* source() { try { yield* chunks(bytes, 1000) } finally { closed = true } }
  for await (const entry of readTar(source(), 'the tar')) if (entry.name === 'a') break
  assert.ok(closed)
})

test('what is no tar, damaged or cut off is an error that names it', async () => {
  const whole = await collect(tar([memoryEntry('a', 'x'.repeat(2000)), memoryEntry('ä', 'y')], { time }))
  const damaged = Buffer.from(whole)
  damaged[10] = 65
  const pax = Buffer.from(whole)
  pax.write('99 pa', whole.indexOf('path=') - 3)
  for (const [bytes, why] of [
    [Buffer.alloc(1000, 'no tar'), 'a header in it is damaged'],
    [damaged, 'a header in it is damaged'],
    [pax, 'an extended header is damaged'],
    [whole.subarray(0, 300), 'it ends in the middle'],
    [whole.subarray(0, 1500), 'it ends in the middle'],
  ] as const) {
    const error = await rejection(all(chunks(bytes)))
    assert.equal([error.code, error.message], ['CONTENT', `Cannot read the tar: ${why}`])
  }
})

needs('tar')('sparse files are refused', () => scratch(async folder => {
  await run('truncate', ['-s', '10M', join(folder, 'sparse')])
  for (const [format, name] of [['gnu', 'sparse'], ['posix', 'sparse']] as const) {
    const file = join(folder, `${format}.tar`)
    await run('tar', [`--format=${format}`, '--sparse', '-cf', file, '-C', folder, name])
    assert.match((await rejection(all(createReadStream(file)))).message, /^Cannot read the tar: \S*sparse is stored as a sparse file$/)
  }
}))

test('an extended header of more than a megabyte is refused before it is read', async () => {
  const bytes = Buffer.from(await collect(tar([memoryEntry('ä', '')], { time })))
  bytes.write('77777777777 ', 124)
  bytes.fill(' ', 148, 156)
  bytes.write(`${bytes.subarray(0, 512).reduce((sum, byte) => sum + byte, 0).toString(8).padStart(6, '0')}\0 `, 148)
  assert.is((await rejection(all(chunks(bytes)))).message, 'Cannot read the tar: an extended header has 8589934591 bytes')
})

test('nothing, and an end without empty blocks, are whole', async () => {
  assert.equal(await all(chunks(Buffer.alloc(0))), [])
  const bytes = await collect(tar([memoryEntry('a', 'x')], { time }))
  assert.equal((await all(chunks(bytes.subarray(0, 1024)))).map(({ name }) => name), ['a'])
})

test.run()
