import { gzipSync } from 'node:zlib'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { packChart } from '../../../lib/formats/chart/pack.ts'
import { unpackChart } from '../../../lib/formats/chart/unpack.ts'
import { readTar } from '../../../lib/formats/tar-reader.ts'
import { decompressed } from '../../../lib/oci/decompress.ts'
import { digestOf } from '../../../lib/values/digest.ts'
import { tarOf } from './support/foreign-tar.ts'
import { collect } from '../support/collect.ts'
import { rejection } from '../support/rejection.ts'
import { awkwardChart, chart, commitTime } from './support/sample-charts.ts'

const packed = async (files = awkwardChart, level?: number): Promise<Buffer> =>
  collect(packChart(files, { name: 'gateway', date: commitTime, ...level !== undefined && { level } }))
const zeros = (size: number): Uint8Array => Buffer.alloc(size)

test('what is packed is unpacked, whatever the order it came in', async () => {
  const bytes = await packed()
  assert.equal((await unpackChart(bytes, 'x')).map(({ path, bytes: own }) => [path, Buffer.from(own).toString()]), awkwardChart.map(({ path, bytes: own }) => [path, Buffer.from(own).toString()]))
  assert.is(digestOf(await packed(awkwardChart.toReversed())), digestOf(bytes))
})

test('one folder, Chart.yaml first, every file of one mode and one time, owned by nobody', async () => {
  const seen: (readonly [name: string, mode: number, uid: number, gid: number])[] = []
  const tar = await collect(decompressed('', (async function* () { yield await packed() })(), 1 << 24))
  for await (const { name, mode, uid, gid, type } of readTar((async function* () { yield tar })(), 'x')) {
    assert.is(type, 'file')
    seen.push([name, mode, uid, gid])
  }
  assert.is(seen[0]?.[0], 'gateway/Chart.yaml')
  const others = seen.slice(1).map(([name]) => name)
  assert.equal(others, others.toSorted((a, b) => a < b ? -1 : 1))
  assert.ok(seen.every(([name, mode, uid, gid]) => name.startsWith('gateway/') && mode === 0o644 && uid === 0 && gid === 0))
  // POSIX.1-2017, ustar: twelve octal digits at 136.
  assert.is(parseInt(tar.subarray(136, 147).toString(), 8), Date.parse(commitTime) / 1000)
})

test('helm\'s limits: of a file, of all', async () => {
  const file = 5 * 1024 * 1024
  const error = await rejection(packed([{ path: 'Chart.yaml', bytes: zeros(1) }, { path: 'big.bin', bytes: zeros(file + 1) }]))
  assert.is(error.message, 'Cannot use the chart gateway: big.bin has 5242881 bytes, and helm reads 5242880 of one file at most')
  const bytes = zeros(file)
  const twenty = Array.from({ length: 20 }, (_, index) => ({ path: `f${index}`, bytes }))
  assert.is((await rejection(packed(twenty, 1))).message, 'Cannot use the chart gateway: with f19 its files have 104857600 bytes, and helm reads fewer than 104857600')
  assert.is((await unpackChart(await packed([...chart({ 'Chart.yaml': '' }), ...twenty.slice(1)], 1), 'x')).length, 20)
})

test('a package over the limits is not unpacked, however small it is compressed', async () => {
  const bomb = gzipSync(tarOf([['a/Chart.yaml', ''], ['a/big', zeros(5 * 1024 * 1024 + 1)]]))
  assert.match((await rejection(unpackChart(bomb, 'other.tgz'))).message, /^Cannot use the chart other\.tgz: big has 5242881 bytes/)
})

const foreign: readonly (readonly [name: string, members: Parameters<typeof tarOf>[0], expected: readonly string[] | RegExp])[] = [
  ['folders and links are passed over', [['a/', '', '5'], ['a/Chart.yaml', 'x'], ['a/link', '', '2'], ['a/x/y', 'y']], ['Chart.yaml', 'x/y']],
  ['backslashes of Windows', [['a\\Chart.yaml', 'x'], ['a\\b\\c', 'y']], ['Chart.yaml', 'b/c']],
  ['what a path says twice', [['./Chart.yaml', 'x'], ['a/./b//c', 'y']], ['Chart.yaml', 'b/c']],
  ['of two files with one name the later', [['a/Chart.yaml', 'x'], ['a/Chart.yaml', 'y']], ['Chart.yaml']],
  ['a file beside the folder', [['Chart.yaml', 'x']], /"Chart\.yaml" lies outside of its folder$/],
  ['a path that leads up', [['a/Chart.yaml', 'x'], ['a/../../etc/passwd', 'y']], /lies outside of its folder$/],
  ['an absolute path', [['a/Chart.yaml', 'x'], ['a//etc/passwd', 'y']], /lies outside of its folder$/],
  ['a drive', [['a/Chart.yaml', 'x'], ['a\\c:\\x', 'y']], /lies outside of its folder$/],
  ['no Chart.yaml', [['a/b/Chart.yaml', 'x']], /it has no Chart\.yaml in its folder$/],
  ['nothing', [], /it has no files$/],
]
for (const [name, members, expected] of foreign) {
  test(`another's package: ${name}`, async () => {
    const unpacking = unpackChart(gzipSync(tarOf(members)), 'other.tgz')
    if (!(expected instanceof RegExp)) return assert.equal((await unpacking).map(({ path }) => path), expected)
    const error = await rejection(unpacking)
    assert.match(error.message, expected)
    assert.is(error.code, 'CONTENT')
  })
}

test('bytes that are no package, or damaged', async () => {
  const whole = await packed()
  for (const [bytes, why] of [
    [Buffer.from('<!doctype html>'), /it is no gzip$/], [Buffer.alloc(0), /it is no gzip$/], [whole.subarray(0, whole.length >> 1), /its compressed bytes are damaged$/],
    [gzipSync(Buffer.alloc(1024, 'x')), /a header in it is damaged$/],
  ] as const) assert.match((await rejection(unpackChart(bytes, 'other.tgz'))).message, why)
})

test.run()
