import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { indexBytes } from '../../lib/oci/index-bytes.ts'
import { mediaTypes } from '../../lib/oci/media-types.ts'
import { parseManifest } from '../../lib/oci/parse-manifest.ts'
import { digestOf } from '../../lib/values/digest.ts'
import type { Target } from '../../lib/values/target.ts'

const image = (target: Target) => ({ target, mediaType: mediaTypes.manifest, digest: digestOf(target), size: 10 })

test('one entry for each platform, in the order given, as the specification writes it', () => {
  const { bytes, mediaType } = indexBytes([image('linux/arm/v7'), image('linux/amd64')], { b: '2', a: '1' })
  assert.is(mediaType, mediaTypes.index)
  assert.is(Buffer.from(bytes).toString(), '{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":['
    + `{"mediaType":"${mediaTypes.manifest}","digest":"${digestOf('linux/arm/v7')}","size":10,"platform":{"architecture":"arm","os":"linux","variant":"v7"}},`
    + `{"mediaType":"${mediaTypes.manifest}","digest":"${digestOf('linux/amd64')}","size":10,"platform":{"architecture":"amd64","os":"linux"}}],`
    + '"annotations":{"a":"1","b":"2"}}')
})

test('what it wrote is read, and without annotations there are none', () => {
  const { bytes, mediaType } = indexBytes([image('linux/s390x')], {})
  const read = parseManifest(bytes, { mediaType, digest: digestOf(bytes), size: bytes.length })
  assert.equal('manifests' in read && read.manifests, [{ mediaType: mediaTypes.manifest, digest: digestOf('linux/s390x'), size: 10, platform: { os: 'linux', architecture: 's390x' } }])
  assert.not.ok('annotations' in read)
})

test.run()
