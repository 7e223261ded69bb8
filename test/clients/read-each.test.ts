import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { readEach } from '../../lib/clients/read-each.ts'
import { digestOf } from '../../lib/values/digest.ts'

const test = suite<{ folder: string }>('read each')

test.before.each(async context => { context.folder = await mkdtemp(join(tmpdir(), 'slipway-read-')) })
test.after.each(({ folder }) => rm(folder, { recursive: true, force: true }))

const mebibyte = 1024 ** 2

/** Dots, with a word that begins at one of them. */
function dots(size: number, word = '', at = 0): Buffer {
  const bytes = Buffer.alloc(size, '.')
  bytes.write(word, at)
  return bytes
}

const files: Readonly<Record<string, Buffer>> = {
  'a empty': Buffer.alloc(0),
  'b small': dots(10, 'größe', 2),
  'c large': dots(3 * mebibyte),
  'd across the first part': dots(3 * mebibyte, 'größe', mebibyte - 3),
  'e at the end': dots(2 * mebibyte + 7, 'größe', 2 * mebibyte),
  'f small': dots(10),
}

test('gives every file as it is, or those that have a word wherever it stands', async ({ folder }) => {
  for (const [name, bytes] of Object.entries(files)) await writeFile(join(folder, name), bytes)
  const paths = Object.keys(files).map(name => join(folder, name))
  assert.is([...readEach(paths)].length, paths.length)
  for (const { file, bytes } of readEach(paths)) assert.is(digestOf(bytes), digestOf(files[file.slice(folder.length + 1)] ?? ''))
  const having: string[] = []
  for (const { file } of readEach(paths, 'größe')) having.push(file.slice(folder.length + 1, folder.length + 2))
  assert.equal(having, ['b', 'd', 'e'])
})

test('says which file cannot be read', ({ folder }) => {
  assert.throws(() => [...readEach([join(folder, 'missing')])], /ENOENT.*missing/)
})

test.run()
