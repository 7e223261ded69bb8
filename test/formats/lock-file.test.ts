import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { lockText, parseLock, type Lock } from '../../lib/formats/lock-file.ts'
import { ReleaseError } from '../../lib/values/errors.ts'

const digest = (digit: string): `sha256:${string}` => `sha256:${digit.repeat(64)}`
const manifest = { mediaType: 'application/vnd.oci.image.manifest.v1+json', digest: digest('2'), size: 20 }
const lock: Lock = {
  bases: {
    'gcr.io/distroless/static:nonroot': { mediaType: 'application/vnd.oci.image.index.v1+json', digest: digest('3'), size: 3, platforms: { 'linux/arm64': manifest } },
    'docker.io/library/alpine:3': {
      mediaType: 'application/vnd.oci.image.index.v1+json', digest: digest('1'), size: 10, created: '2026-11-01T00:00:00Z',
      platforms: { 'linux/arm/v7': manifest, 'linux/amd64': { ...manifest, digest: digest('4') } },
    },
  },
}

function refused(text: string): ReleaseError {
  try {
    parseLock(text, 'slipway.lock')
  } catch (error) {
    if (error instanceof ReleaseError) return error
    throw error
  }
  throw new Error('it was read')
}

test('what is written is read, and is sorted whatever the order it was found in', () => {
  const text = lockText(lock)
  assert.equal(parseLock(text, 'slipway.lock'), lock)
  const reversed = { bases: Object.fromEntries(Object.entries(lock.bases).reverse()) }
  assert.is(lockText(reversed), text)
  assert.ok(text.indexOf('docker.io') < text.indexOf('gcr.io'))
  assert.ok(text.indexOf('linux/amd64') < text.indexOf('linux/arm/v7'))
  assert.ok(text.endsWith('}\n'))
})

test('a platform of a base is a line of its own, so that a change of one is a change of few', () => {
  const changed = lockText({ bases: { ...lock.bases, 'gcr.io/distroless/static:nonroot': { ...lock.bases['gcr.io/distroless/static:nonroot'], digest: digest('9') } as Lock['bases'][string] } })
  const [before, after] = [lockText(lock).split('\n'), changed.split('\n')]
  assert.is(before.filter((line, index) => line !== after[index]).length, 1)
})

test('charts are sorted, and a lock without any does not speak of them', () => {
  const charts = {
    'oci://ghcr.io/x/b@1.0.0': { digest: digest('2'), size: 2 }, 'https://charts.example/a@1.0.0': { digest: digest('1'), size: 1, url: 'https://charts.example/a-1.0.0.tgz' },
  }
  const text = lockText({ ...lock, charts })
  assert.equal(parseLock(text, 'slipway.lock'), { ...lock, charts })
  assert.is(lockText({ ...lock, charts: Object.fromEntries(Object.entries(charts).reverse()) }), text)
  assert.ok(text.indexOf('charts.example') < text.indexOf('oci://'))
  assert.is(lockText({ ...lock, charts: {} }), lockText(lock))
  assert.not.ok(lockText(lock).includes('"charts"'))
})

const wrong: readonly (readonly [name: string, text: string, why: string])[] = [
  ['no JSON', 'bases: {}', 'it is no JSON'],
  ['a merge that stopped', '<<<<<<< HEAD\n{}\n', 'it has conflict markers of git'],
  ['another file', '{"name": "x"}', 'it does not say "slipway": 1'],
  ['a later form', '{"slipway": 2, "bases": {}}', 'it is of form 2, which this Slipway does not know'],
  ['no bases', '{"slipway": 1}', 'it has no bases'],
  ['null', 'null', 'it does not say "slipway": 1'],
  ['a digest that is none', JSON.stringify({ slipway: 1, bases: { 'a/b:1': { ...manifest, digest: 'sha256:12', platforms: {} } } }), 'what it says of a/b:1 is incomplete'],
  ['charts that are a list', '{"slipway": 1, "bases": {}, "charts": []}', 'its charts are no list by names'],
  ['a chart without a size', JSON.stringify({ slipway: 1, bases: {}, charts: { 'oci://a/b@1.0.0': { digest: digest('1') } } }), 'what it says of oci://a/b@1.0.0 is incomplete'],
  ['a platform without a size', JSON.stringify({ slipway: 1, bases: { 'a/b:1': { ...manifest, platforms: { 'linux/amd64': { digest: digest('1'), mediaType: 'x' } } } } }), 'what it says of a/b:1 is incomplete'],
]
for (const [name, text, why] of wrong) {
  test(`refused: ${name}`, () => {
    const error = refused(text)
    assert.is(error.message, `Cannot read slipway.lock: ${why}`)
    assert.match(error.hint ?? '', /build\.ts lock/)
  })
}

test.run()
