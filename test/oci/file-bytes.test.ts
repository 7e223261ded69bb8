import { randomBytes } from 'node:crypto'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { fileBytes, passingBytes } from '../../lib/oci/file-bytes.ts'
import { lentSize } from '../../lib/values/lent-bytes.ts'
import { unless } from '../support/unless.ts'

interface Context {
  folder: string
  file(bytes: Uint8Array): Promise<string>
}

const test = suite<Context>('bytes of files')

test.before.each(async context => {
  const folder = await mkdtemp(join(tmpdir(), 'file-bytes-'))
  Object.assign(context, {
    folder,
    file: async (bytes: Uint8Array) => {
      const path = join(folder, randomBytes(4).toString('hex'))
      await writeFile(path, bytes)
      return path
    },
  })
})

test.after.each(async ({ folder }) => { await rm(folder, { recursive: true }) })

async function copied(bytes: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Buffer[] = []
  for await (const part of bytes) parts.push(Buffer.from(part))
  return Buffer.concat(parts)
}

test('all bytes in order, whatever size was expected', async ({ file }) => {
  for (const size of [0, 1, 4096, lentSize - 1, lentSize, lentSize + 1, 3 * lentSize + 5]) {
    const bytes = randomBytes(size)
    const path = await file(bytes)
    for (const expected of [0, 10, size, 5 * lentSize]) {
      assert.ok((await copied(fileBytes(path, expected))).equals(bytes), `${size} bytes where ${expected} were expected`)
      assert.ok((await copied(passingBytes(path, expected))).equals(bytes), `${size} passing bytes where ${expected} were expected`)
    }
  }
})

test('pieces that are not given back stay what they are', async ({ file }) => {
  const [one, other] = [randomBytes(4 * lentSize), randomBytes(4 * lentSize)]
  const [first, second] = [await file(one), await file(other)]
  const kept: Uint8Array[] = []
  for await (const part of fileBytes(first, one.length)) kept.push(part)
  await copied(passingBytes(second, other.length))
  await copied(passingBytes(second, other.length))
  assert.ok(Buffer.concat(kept).equals(one))
})

test('passing bytes of a large file take the memory of a few pieces', async ({ file }) => {
  const bytes = randomBytes(24 * lentSize)
  const path = await file(bytes)
  const places = new Set<ArrayBufferLike>()
  let at = 0
  for await (const part of passingBytes(path, bytes.length)) {
    places.add(part.buffer)
    assert.ok(bytes.subarray(at, at += part.length).equals(part))
  }
  assert.is(at, bytes.length)
  assert.ok(places.size <= 3, `${places.size} pieces`)
})

test('a file that is not there is an error', async ({ folder }) => {
  const ended = await copied(fileBytes(join(folder, 'none'), 1)).catch((error: unknown) => error)
  assert.is((ended as NodeJS.ErrnoException).code, 'ENOENT')
})

unless(process.platform === 'linux' ? undefined : 'open files are listed on Linux alone', test)('a file that is left early is closed', async ({ file }) => {
  const path = await file(randomBytes(8 * lentSize))
  const before = (await readdir('/proc/self/fd')).length
  for (let count = 0; count < 5; count += 1) for await (const part of passingBytes(path, 8 * lentSize)) if (part.length > 0) break
  assert.is((await readdir('/proc/self/fd')).length, before)
})

test.run()
