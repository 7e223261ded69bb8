import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { packEntry, unpackEntry, type CacheEntry } from '../../lib/oci/cache-entry.ts'
import type { Digest } from '../../lib/values/descriptor.ts'
import { digestOf, digestOfValue } from '../../lib/values/digest.ts'
import { thrown } from '../support/thrown.ts'

const key = digestOfValue('a key')
const small = Buffer.from('small')
const entry: CacheEntry = {
  key, value: { mediaType: 'text/plain', digest: digestOf('large'), size: 5 },
  blobs: [{ digest: digestOf('large'), size: 5 }, { digest: digestOf(small), size: 5, data: small }],
}
const packed = (one: CacheEntry = entry): Uint8Array => packEntry(one)?.manifest.bytes ?? Buffer.alloc(0)
const unpack = (bytes: Uint8Array, wanted: Digest = key): CacheEntry =>
  unpackEntry(bytes, { mediaType: 'application/vnd.oci.image.manifest.v1+json', digest: digestOf(bytes), size: bytes.length }, wanted, 'registry.example/cache')

test('an entry comes back as it was', () => {
  const { blobs, ...rest } = unpack(packed())
  assert.equal(rest, { key, value: entry.value })
  assert.equal(blobs.map(({ data, ...blob }) => [blob, data && Buffer.from(data).toString()]), [
    [{ digest: digestOf('large'), size: 5 }, undefined], [{ digest: digestOf(small), size: 5 }, 'small'],
  ])
})

test('the same entry has the same bytes', () => {
  assert.equal(packed(), packed({ blobs: entry.blobs, value: { size: 5, digest: digestOf('large'), mediaType: 'text/plain' }, key }))
})

test('an entry without blobs still lists something, as manifests have to', () => {
  const bytes = packed({ key, value: 'read', blobs: [] })
  assert.is((JSON.parse(Buffer.from(bytes).toString()) as { layers: readonly unknown[] }).layers.length, 1)
  assert.equal(unpack(bytes), { key, value: 'read', blobs: [] })
})

test('more than a manifest can hold is no entry', () => {
  assert.is(packEntry({ key, value: 'x'.repeat(4 << 20), blobs: [] }), undefined)
})

interface Changed {
  artifactType: string
  readonly config: { data?: string }
  readonly layers: readonly { data?: string }[]
}

test('what belongs to another key, was changed, or is something else, is refused', () => {
  const changed = (act: (manifest: Changed) => void): Uint8Array => {
    const manifest = JSON.parse(Buffer.from(packed()).toString()) as Changed
    act(manifest)
    return Buffer.from(JSON.stringify(manifest))
  }
  const wrong: readonly (() => unknown)[] = [
    () => unpack(packed(), digestOfValue('another key')),
    () => unpack(changed(manifest => { manifest.artifactType = 'application/vnd.example' })),
    () => unpack(changed(manifest => { manifest.config.data = Buffer.from('{}').toString('base64') })),
    () => unpack(changed(manifest => { delete manifest.config.data })),
    () => unpack(changed(manifest => { for (const layer of manifest.layers) if (layer.data) layer.data = Buffer.from('smalt').toString('base64') })),
    () => unpack(Buffer.from('{"schemaVersion":2,"manifests":[]}')),
    () => unpack(Buffer.from('<html>')),
  ]
  for (const act of wrong) {
    const { code, message } = thrown(act)
    assert.is(code, 'CONTENT')
    assert.match(message, /^Cannot use what registry\.example\/cache has for sha256:[0-9a-f]{12}: /)
  }
})

test.run()
