import { chmod, link, mkdir, mkdtemp, readFile, readdir, rm, stat, symlink, truncate, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import fc from 'fast-check'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Content, Damage } from '../../lib/contracts/content.ts'
import { blobsIn } from '../../lib/oci/blobs.ts'
import type { Descriptor } from '../../lib/values/descriptor.ts'
import { digestOf } from '../../lib/values/digest.ts'
import { ReleaseError } from '../../lib/values/errors.ts'

interface Context {
  folder: string
  temporary: string
  content: Content
}

const test = suite<Context>('blobs')

test.before.each(async context => {
  context.folder = await mkdtemp(join(tmpdir(), 'blobs-'))
  context.temporary = join(context.folder, 'tmp')
  context.content = blobsIn(context.folder, context.temporary)
})
test.after.each(({ folder }) => rm(folder, { recursive: true, force: true }))

const text = 'text/plain'

async function allOf(source: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = []
  for await (const part of source) parts.push(part)
  return Buffer.concat(parts)
}

async function errorOf(promise: Promise<unknown>): Promise<ReleaseError> {
  const error: unknown = await promise.then(() => undefined, (thrown: unknown) => thrown)
  assert.instance(error, ReleaseError)
  return error as ReleaseError
}

const pathOf = (folder: string, { digest }: Pick<Descriptor, 'digest'>): string => join(folder, 'blobs/sha256', digest.slice(7))

test('what is put in comes out, whatever the parts', async ({ content, temporary }) => {
  await fc.assert(fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 8 }), async parts => {
    const whole = Buffer.concat(parts)
    const descriptor = await content.put(parts, text)
    assert.equal(descriptor, { mediaType: text, digest: digestOf(whole), size: whole.length })
    assert.equal(await allOf(content.open(descriptor)), whole)
    assert.ok(await content.has(descriptor))
  }), { numRuns: 40 })
  assert.equal(await readdir(temporary), [])
})

test('it lies where an OCI image layout has it, read-only, with its bytes as its name', async ({ content, folder }) => {
  const descriptor = await content.put([Buffer.from('hello')], text)
  const file = await content.file(descriptor)
  assert.is(file, pathOf(folder, descriptor))
  assert.is((await stat(file)).mode & 0o777, 0o555)
  assert.is(await readFile(file, 'utf8'), 'hello')
})

test('a file is adopted by moving it', async ({ content, folder }) => {
  await writeFile(join(folder, 'made'), 'a program')
  await chmod(join(folder, 'made'), 0o755)
  const descriptor = await content.adopt(join(folder, 'made'), text)
  assert.equal(descriptor, { mediaType: text, digest: digestOf('a program'), size: 9 })
  assert.equal((await readdir(folder)).sort(), ['blobs'])
  assert.is((await allOf(content.open(descriptor))).toString(), 'a program')
})

test('a large stream goes through in parts, and is never whole in memory', async ({ content }) => {
  const part = Buffer.alloc(1 << 20, 7)
  const before = process.memoryUsage.rss()
  const descriptor = await content.put((async function* () { for (let count = 0; count < 150; count += 1) yield part })(), text)
  assert.is(descriptor.size, 150 << 20)
  await content.file(descriptor)
  assert.ok(process.memoryUsage.rss() - before < 100 << 20)
})

test('a source that fails leaves nothing, and is not blamed on the cache', async ({ content, folder, temporary }) => {
  const failing = (async function* () {
    yield Buffer.from('half')
    throw Object.assign(new Error('EACCES: permission denied'), { code: 'EACCES', path: '/somewhere/else' })
  })()
  const error = await content.put(failing, text).catch((thrown: Error) => thrown)
  assert.is((error as Error).message, 'EACCES: permission denied')
  assert.equal(await readdir(temporary), [])
  assert.equal(await readdir(folder), ['tmp'])
})

test('a disk that fails while the source is slow is an error, not the end of the process', async ({ folder }) => {
  await writeFile(join(folder, 'file'), '')
  const content = blobsIn(folder, join(folder, 'file'))   // a file where the temporary folder should be
  const error = await content.put((async function* () {
    yield Buffer.from('a')
    await delay(20)
    yield Buffer.from('b')
  })(), text).catch((thrown: Error) => thrown)
  assert.instance(error, Error)
})

const harms: readonly (readonly [name: string, (file: string) => Promise<unknown>, why: RegExp])[] = [
  ['missing', file => rm(file), /it is missing/],
  ['cut short', file => truncate(file, 2), /its bytes are not what they were/],
  ['empty', file => truncate(file, 0), /its bytes are not what they were/],
  ['longer', file => writeFile(file, 'hellooo'), /its bytes are not what they were/],
  ['with another byte', file => writeFile(file, 'hellx'), /its bytes are not what they were/],
]

for (const [name, harm, why] of harms) {
  test(`a blob that is ${name} is told when its bytes are used, dropped, and put in anew`, async ({ content, folder }) => {
    const descriptor = await content.put([Buffer.from('hello')], text)
    await chmod(pathOf(folder, descriptor), 0o644)
    await harm(pathOf(folder, descriptor))
    assert.is(await content.has(descriptor), name === 'with another byte')
    for (const use of [() => allOf(content.open(descriptor)), () => content.file(descriptor)]) {
      const error = await errorOf(use())
      assert.is(error.code, 'CONTENT')
      assert.match(error.message, why)
      assert.equal((error.cause as Damage).damaged, descriptor)
    }
    await content.put([Buffer.from('hello')], text)
    assert.is((await allOf(content.open(descriptor))).toString(), 'hello')
    await chmod(pathOf(folder, descriptor), 0o644)
    await harm(pathOf(folder, descriptor))
    await content.drop(descriptor)
    assert.not(await content.has(descriptor))
  })
}

test('a large blob is hashed whenever it is used, whatever its time says', async ({ content, folder }) => {
  const bytes = Buffer.alloc(2 << 20, 'x')
  const descriptor = await content.put([bytes], text)
  const path = await content.file(descriptor)
  const { mtime, atime } = await stat(path)
  await delay(20)   // as long as file systems may not tell apart
  await chmod(path, 0o644)
  bytes.write('y', 1 << 20)
  await writeFile(path, bytes)
  await utimes(path, atime, mtime)
  const error = await errorOf(content.file(descriptor))
  assert.is(error.message, `Cannot use ${descriptor.digest} from the cache: its bytes are not what they were`)
  await content.put([Buffer.alloc(2 << 20, 'x')], text)
  assert.is(digestOf(await readFile(await content.file(descriptor))), descriptor.digest)
  assert.is(await content.file(descriptor), pathOf(folder, descriptor))
})

test('a good blob is not dropped', async ({ content }) => {
  const descriptor = await content.put([Buffer.from('hello')], text)
  await content.drop(descriptor)
  assert.ok(await content.has(descriptor))
})

test('the same bytes put in by many at once are one blob', async ({ content, folder, temporary }) => {
  const all = await Promise.all(Array.from({ length: 30 }, () => content.put([Buffer.alloc(100_000, 1)], text)))
  assert.is(new Set(all.map(({ digest }) => digest)).size, 1)
  assert.is((await readdir(join(folder, 'blobs/sha256'))).length, 1)
  assert.equal(await readdir(temporary), [])
})

test('who reads a blob while it is replaced gets it whole', async ({ content }) => {
  const bytes = Buffer.alloc(4 << 20, 3)
  const descriptor = await content.put([bytes], text)
  const reads = Array.from({ length: 4 }, () => allOf(content.open(descriptor)))
  await Promise.all(Array.from({ length: 4 }, () => content.put([bytes], text)))
  for (const read of await Promise.all(reads)) assert.is(read.length, bytes.length)
})

test('a blob is never a link to somewhere else', async ({ content, folder }) => {
  await mkdir(join(folder, 'work'))
  await writeFile(join(folder, 'work', 'program'), 'a program')
  await symlink('program', join(folder, 'work', 'link'))
  const descriptor = await content.adopt(join(folder, 'work', 'link'), text)
  await rm(join(folder, 'work'), { recursive: true })
  assert.is((await allOf(content.open(descriptor))).toString(), 'a program')
})

test('what is adopted does not change with a file that it was linked to', async ({ content, folder }) => {
  await writeFile(join(folder, 'made'), 'a program')
  await link(join(folder, 'made'), join(folder, 'other'))
  const descriptor = await content.adopt(join(folder, 'made'), text)
  await chmod(join(folder, 'other'), 0o644)
  await writeFile(join(folder, 'other'), 'A PROGRAM')
  assert.is((await allOf(content.open(descriptor))).toString(), 'a program')
})

test.run()
