import { execFile } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { gunzipSync } from 'node:zlib'
import fc from 'fast-check'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { readTar } from '../../lib/formats/tar-reader.ts'
import type { LayerEntry } from '../../lib/oci/layer-entry.ts'
import { layerOf } from '../../lib/oci/layer-of.ts'
import { layerTar } from '../../lib/oci/layer-tar.ts'
import { digestOf } from '../../lib/values/digest.ts'
import { collect } from '../formats/support/collect.ts'
import { rejection } from '../formats/support/rejection.ts'
import { scratch } from '../formats/support/scratch.ts'
import { memoryStore } from '../support/memory-store.ts'
import { needs } from '../support/needs.ts'
import { layerFile, layerFolder, layerLink } from './support/layer-entries.ts'

const run = promisify(execFile)
const time = new Date('2024-03-10T02:30:41.700Z')

const sample: readonly LayerEntry[] = [
  layerLink('a-link', 'usr/bin/tool', 'hardlink'),
  layerFile('usr/bin/tool', '#!/bin/sh\n', { mode: 0o4755 }),
  layerFolder('usr/bin'),
  layerFolder('usr'),
  layerFile('usr-file', 'x', { uid: 3_000_000, gid: 4_294_967_294 }),
  layerFolder('tmp', { mode: 0o1777, uid: 65532, gid: 262_144 }),
  layerLink('var', 'übr'),
  layerFile(`${'long/'.repeat(60)}file`, 'deep'),
]

needs('tar')('the system lists a layer, parents first and hard links last', () => scratch(async folder => {
  const file = join(folder, 'layer.tar')
  await writeFile(file, layerTar(sample, { time }))
  const options = ['-tv', '--utc', '--full-time', '--numeric-owner', '--quoting-style=literal', '-f', file]
  const { stdout } = await run('tar', options, { env: { ...process.env, LC_ALL: 'C.UTF-8' } })
  assert.equal(stdout.trimEnd().split('\n').map(line => line.replaceAll(/ +/g, ' ').replace(' 2024-03-10 02:30:41', '')), [
    `-rw-r--r-- 0/0 4 ${'long/'.repeat(60)}file`,
    'drwxrwxrwt 65532/262144 0 tmp/',
    'drwxr-xr-x 0/0 0 usr/',
    '-rw-r--r-- 3000000/4294967294 1 usr-file',
    'drwxr-xr-x 0/0 0 usr/bin/',
    '-rwsr-xr-x 0/0 10 usr/bin/tool',
    'lrwxrwxrwx 0/0 0 var -> übr',
    'hrwxrwxrwx 0/0 0 a-link link to usr/bin/tool',
  ])
}))

test('the order of the entries changes nothing', async () => {
  const bytes = await collect(layerTar(sample, { time }))
  await fc.assert(fc.asyncProperty(fc.shuffledSubarray([...sample], { minLength: sample.length }), async entries => {
    assert.ok((await collect(layerTar(entries, { time }))).equals(bytes))
  }), { numRuns: 10 })
})

test('what goes in comes out', async () => {
  const found: unknown[] = []
  for await (const { name, type, mode, uid, gid, link, body } of readTar(layerTar(sample, { time }), 'the layer')) {
    found.push([name.replace(/\/$/, ''), type, mode, uid, gid, link, (await collect(body)).toString()])
  }
  const expected = await Promise.all(sample.map(async entry => [
    entry.path, entry.type, entry.mode, entry.uid, entry.gid, 'link' in entry ? entry.link : '',
    'open' in entry ? (await collect(entry.open())).toString() : '',
  ]))
  const byPath = (a: unknown, b: unknown) => (String(a) < String(b) ? -1 : 1)
  assert.equal(found.sort(byPath), expected.sort(byPath))
})

const bad: readonly (readonly [entry: LayerEntry, code: string, why: RegExp])[] = [
  [layerFile(''), 'NAME', /the path is empty$/],
  [layerFile('/etc/passwd'), 'NAME', /the path is absolute$/],
  [layerFile('a/../b'), 'NAME', /a part of the path is \. or \.\.$/],
  [layerFile('./a'), 'NAME', /a part of the path is \. or \.\.$/],
  [layerFolder('a/'), 'NAME', /a part of the path is empty$/],
  [layerFile('a\0b'), 'NAME', /has a control character$/],
  [layerFile('a\ud800'), 'NAME', /not well-formed Unicode$/],
  [layerFile('x'.repeat(256)), 'NAME', /longer than 255 bytes$/],
  [layerFile('x/'.repeat(2048) + 'x'), 'NAME', /longer than 4095 bytes$/],
  [layerFile('etc/.wh.passwd'), 'NAME', /delete files in a layer$/],
  [layerFile('taken'), 'NAME', /the layer has it already$/],
  [layerFile('taken/below'), 'NAME', /\/taken is a file in the layer$/],
  [layerFile('link/below'), 'NAME', /\/link is a symlink in the layer$/],
  [layerFile('a', '', { uid: -1 }), 'FILES', /-1 is no number of an owner$/],
  [layerFile('a', '', { gid: 2 ** 32 - 1 }), 'FILES', /4294967295 is no number of an owner$/],
  [layerLink('a', ''), 'FILES', /"" is nothing a link can point to$/],
  [layerLink('a', 'absent', 'hardlink'), 'FILES', /absent, which it should share its bytes with, is no file of the layer$/],
]

for (const [entry, code, why] of bad) {
  test(`${JSON.stringify(entry.path).slice(0, 30)} is refused: ${why.source}`, async () => {
    const entries = [layerFile('taken'), layerLink('link', 'taken'), entry]
    const error = await rejection(collect(layerTar(entries, { time })))
    assert.is(error.code, code)
    assert.match(error.message, why)
    assert.match(error.message, /^Cannot put ".*" into a layer: /)
  })
}

test('names that are odd only elsewhere are names', async () => {
  const names = ['dev-disk-by\\x2dlabel.mount', 'C:', ' ', '-rf', '...', 'ünïcode']
  const found: string[] = []
  for await (const { name } of readTar(layerTar(names.map(name => layerFile(name)), { time }), 'the layer')) found.push(name)
  assert.equal(found, [...names].sort())
})

test('bytes that are more or fewer than the size are an error', async () => {
  const error = await rejection(collect(layerTar([{ ...layerFile('a', 'abc'), size: 4 }], { time })))
  assert.equal([error.code, error.message], ['CONTENT', 'Cannot pack /a: it should have 4 bytes and has 3'])
})

test('a stored layer is gzipped, and named by its uncompressed bytes too', async () => {
  const store = memoryStore()
  const { descriptor, diffId } = await layerOf(sample, { time, level: 4 }, store.content)
  assert.is(descriptor.mediaType, 'application/vnd.oci.image.layer.v1.tar+gzip')
  assert.ok(await store.content.has(descriptor))
  const bytes = gunzipSync(await collect(store.content.open(descriptor)))
  assert.is(digestOf(bytes), diffId)
  assert.ok(bytes.equals(await collect(layerTar(sample, { time }))))
  assert.equal(await layerOf(sample.toReversed(), { time, level: 4 }, store.content), { descriptor, diffId })
})

test('a layer that cannot be made leaves nothing', async () => {
  const store = memoryStore()
  await rejection(layerOf([layerFile('a'), layerFile('a')], { time, level: 4 }, store.content))
  assert.is(store.blobs.size, 0)
})

test.run()
