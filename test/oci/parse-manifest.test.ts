import fc from 'fast-check'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { OciDescriptor } from '../../lib/oci/descriptor.ts'
import { mediaTypes } from '../../lib/oci/media-types.ts'
import { childrenOf, isIndex, manifestLimit, parseManifest } from '../../lib/oci/parse-manifest.ts'
import { digestOf } from '../../lib/values/digest.ts'
import { ReleaseError } from '../../lib/values/errors.ts'

const config = { mediaType: mediaTypes.config, digest: digestOf('config'), size: 7 }
const layer = { mediaType: mediaTypes.gzipLayer, digest: digestOf('layer'), size: 2 ** 40 }
const manifest = { schemaVersion: 2, mediaType: mediaTypes.manifest, config, layers: [layer] }
const entry = { mediaType: mediaTypes.manifest, digest: digestOf('manifest'), size: 500, platform: { architecture: 'arm', os: 'linux', variant: 'v7' } }
const index = { schemaVersion: 2, mediaType: mediaTypes.index, manifests: [entry] }

test('a manifest is read, with its children', () => {
  const found = parse({ ...manifest, artifactType: 'a/b', subject: entry, annotations: { a: 'b' } })
  assert.equal(found, { ...manifest, artifactType: 'a/b', subject: entry, annotations: { a: 'b' } })
  assert.not.ok(isIndex(found))
  assert.equal(childrenOf(found), [config, layer])
})

test('an index is read, with its children', () => {
  const found = parse(index, mediaTypes.index)
  assert.equal(found, index)
  assert.ok(isIndex(found))
  assert.equal(childrenOf(found), [entry])
})

test('Docker\'s forms are read', () => {
  assert.ok(isIndex(parse({ ...index, mediaType: mediaTypes.dockerList }, mediaTypes.dockerList)))
  assert.not.ok(isIndex(parse({ ...manifest, mediaType: mediaTypes.dockerManifest }, mediaTypes.dockerManifest)))
})

test('without a media type of its own it is what it was asked for as, or what it looks like', () => {
  const { mediaType: _, ...bare } = index
  assert.ok(isIndex(parse(bare, mediaTypes.index)))
  assert.ok(isIndex(parse(bare, 'application/json')))
  assert.not.ok(isIndex(parse({ ...manifest, mediaType: undefined }, 'application/json')))
})

test('what is null is absent, and what is unknown is left out', () => {
  const found = parse({ ...manifest, config: { ...config, annotations: null, urls: null, platform: null, more: 1 }, layers: null, subject: null, manifests: null, more: 1 })
  assert.equal(found, { ...manifest, layers: [] })
  assert.equal(parse({ ...index, manifests: null }, mediaTypes.index), { ...index, manifests: [] })
})

test('all of a descriptor is read', () => {
  const full: OciDescriptor = {
    ...entry, artifactType: 'a/b', annotations: { a: '' }, urls: ['https://host.example/x'], data: 'e30=',
    platform: { os: 'windows', architecture: 'amd64', 'os.version': '10', 'os.features': ['win32k'] },
  }
  assert.equal(childrenOf(parse({ ...index, manifests: [full] }, mediaTypes.index)), [full])
})

test('a platform that says nothing is unknown', () => {
  const [first] = childrenOf(parse({ ...index, manifests: [{ ...entry, platform: {} }] }, mediaTypes.index))
  assert.equal(first?.platform, { os: 'unknown', architecture: 'unknown' })
})

const refused: readonly (readonly [name: string, value: unknown, why: string, asked?: string])[] = [
  ['schema 1', { schemaVersion: 1, fsLayers: [], history: [] }, 'it has the form of Docker schema 1, which nothing writes since 2017'],
  ['schema 3', { ...manifest, schemaVersion: 3 }, 'its schemaVersion is 3, not 2'],
  ['no schema', { errors: [] }, 'it has no schemaVersion'],
  ['another media type', { ...manifest, mediaType: mediaTypes.dockerManifest }, `its media type is ${mediaTypes.dockerManifest}, but it was asked for as ${mediaTypes.manifest}`],
  ['an index that was asked for as a manifest', index, `its media type is ${mediaTypes.index}, but it was asked for as ${mediaTypes.manifest}`],
  ['a strange media type', { ...manifest, mediaType: 'application/json' }, 'its media type "application/json" is no image\'s'],
  ['a media type that is no text', { ...manifest, mediaType: 2 }, 'the field mediaType of the manifest is no text'],
  ['both', { ...manifest, manifests: [] }, 'it has both manifests and layers'],
  ['an index without manifests', { schemaVersion: 2 }, 'it has no list of manifests', mediaTypes.index],
  ['a manifest without config', { schemaVersion: 2, layers: [] }, 'it has no config'],
  ['a manifest without layers', { schemaVersion: 2, config }, 'it has no list of layers'],
  ['layers that are none', { ...manifest, layers: {} }, 'it has no list of layers'],
  ['a layer that is null', { ...manifest, layers: [layer, null] }, 'layer 2 is no descriptor'],
  ['no media type', { ...manifest, config: { ...config, mediaType: '' } }, 'its config has no media type'],
  ['no digest', { ...manifest, config: { ...config, digest: 1 } }, 'its config has no digest'],
  ['a short digest', { ...manifest, layers: [{ ...layer, digest: 'sha256:abc' }] }, 'layer 1 cannot be checked: the digest has 3 digits in place of 64'],
  ['a digest of a path', { ...manifest, layers: [{ ...layer, digest: 'sha256:../../x' }] }, 'layer 1 cannot be checked: "sha256:../../x" is no digest: its digits are not hexadecimal'],
  ['SHA-512', { ...manifest, layers: [{ ...layer, digest: `sha512:${'0'.repeat(128)}` }] }, 'layer 1 cannot be checked: digests of sha512 are not supported, only those of sha256'],
  ['a negative size', { ...manifest, config: { ...config, size: -1 } }, 'its config has no size in bytes, but -1'],
  ['half a byte', { ...manifest, config: { ...config, size: 0.5 } }, 'its config has no size in bytes, but 0.5'],
  ['a size as text', { ...manifest, config: { ...config, size: '7' } }, 'its config has no size in bytes, but "7"'],
  ['no size', { ...manifest, config: { ...config, size: undefined } }, 'its config has no size in bytes, but undefined'],
  ['annotations that are no texts', { ...manifest, annotations: { a: 1 } }, 'the field annotations of the manifest is no object of texts'],
  ['a subject that is none', { ...manifest, subject: 'x' }, 'its subject is no descriptor'],
  ['a platform that is none', { ...index, manifests: [{ ...entry, platform: 'linux/arm' }] }, 'the platform of manifest 1 is none', mediaTypes.index],
  ['an os that is none', { ...index, manifests: [{ ...entry, platform: { os: 1 } }] }, 'the field os of the platform of manifest 1 is no text', mediaTypes.index],
  ['too many layers', { ...manifest, layers: Array.from({ length: 10_001 }, () => layer) }, 'it has 10001 layers, more than 10000'],
]

for (const [name, value, why, asked] of refused) {
  test(`${name} is refused`, () => {
    const error = thrown(JSON.stringify(value), asked)
    assert.equal([error.code, error.message], ['IMAGE', `Cannot use the manifest ${digestOf('it')}: ${why}`])
    assert.ok(error.hint)
  })
}

const unreadable: readonly (readonly [name: string, bytes: string | Uint8Array, why: string])[] = [
  ['a page', '\n<!DOCTYPE html><html><title>Log in</title>', 'it is an HTML page'],
  ['nothing', '', 'it is empty'],
  ['half of one', JSON.stringify(manifest).slice(0, 50), 'it is no JSON'],
  ['a byte order mark', `\ufeff${JSON.stringify(manifest)}`, 'it is no JSON'],
  ['bytes that are no text', Uint8Array.of(0x7b, 0xff, 0x7d), 'it is no JSON'],
  ['a list', '[]', 'it is no JSON object'],
  ['null', 'null', 'it is no JSON object'],
  ['one of 4 MiB and a byte', ' '.repeat(manifestLimit + 1), 'it has more than 4.0 MiB'],
]

for (const [name, bytes, why] of unreadable) {
  test(`${name} is refused as unreadable`, () => {
    const error = thrown(bytes)
    assert.equal([error.code, error.message], ['REGISTRY', `Cannot read the manifest ${digestOf('it')}: ${why}`])
  })
}

test('whatever is sent is a manifest or refused in words', () => {
  const wild = fc.jsonValue()
  fc.assert(fc.property(wild, wild, wild, wild, wild, (any, layers, manifests, subject, annotations) => {
    for (const value of [any, { ...manifest, layers }, { ...index, manifests }, { ...manifest, subject, annotations, layers: [{ ...layer, platform: any }] }]) {
      try {
        childrenOf(parse(value, 'application/json'))
      } catch (error) {
        assert.instance(error, ReleaseError)
      }
    }
  }))
})

function parse(value: unknown, mediaType: string = mediaTypes.manifest): ReturnType<typeof parseManifest> {
  return parseText(JSON.stringify(value), mediaType)
}

function parseText(text: string | Uint8Array, mediaType: string): ReturnType<typeof parseManifest> {
  const bytes = Buffer.from(text)
  return parseManifest(bytes, { mediaType, digest: digestOf('it'), size: bytes.length })
}

function thrown(text: string | Uint8Array, mediaType: string = mediaTypes.manifest): ReleaseError {
  try {
    parseText(text, mediaType)
  } catch (error) {
    if (error instanceof ReleaseError) return error
  }
  throw new Error('it is taken')
}

test.run()
