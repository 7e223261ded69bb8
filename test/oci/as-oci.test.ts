import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { asOci, asOciDescriptor } from '../../lib/oci/as-oci.ts'
import type { Manifest } from '../../lib/oci/manifest.ts'
import { mediaTypes } from '../../lib/oci/media-types.ts'
import { digestOf } from '../../lib/values/digest.ts'
import { ReleaseError } from '../../lib/values/errors.ts'

const blob = (mediaType: string): { mediaType: string; digest: ReturnType<typeof digestOf>; size: number } => ({ mediaType, digest: digestOf(mediaType), size: 1 })
const zstd = 'application/vnd.docker.image.rootfs.diff.tar.zstd'
const docker: Manifest = {
  schemaVersion: 2, mediaType: mediaTypes.dockerManifest, config: blob(mediaTypes.dockerConfig),
  layers: [blob(mediaTypes.dockerGzipLayer), blob(mediaTypes.dockerLayer), blob(zstd)], annotations: { a: 'b' },
}

test('a manifest of Docker\'s becomes one of OCI\'s, its blobs stay what they are', () => {
  const oci = asOci(docker)
  assert.is(oci.mediaType, mediaTypes.manifest)
  assert.equal(oci.config, { ...docker.config, mediaType: mediaTypes.config })
  assert.equal(oci.layers, [
    { ...docker.layers[0], mediaType: mediaTypes.gzipLayer }, { ...docker.layers[1], mediaType: mediaTypes.layer }, { ...docker.layers[2], mediaType: mediaTypes.zstdLayer },
  ])
  assert.equal(oci.annotations, { a: 'b' })
})

test('what is OCI\'s already, or nobody\'s, stays', () => {
  const oci = asOci(docker)
  assert.equal(asOci(oci), oci)
  const chart = { ...oci, config: blob('application/vnd.cncf.helm.config.v1+json'), layers: [blob('application/vnd.cncf.helm.chart.content.v1.tar+gzip')] }
  assert.equal(asOci(chart), chart)
  assert.is(asOci({ ...oci, mediaType: mediaTypes.manifest }).mediaType, mediaTypes.manifest)
})

test('a list of Docker\'s becomes an index of the same entries', () => {
  const manifests = [blob(mediaTypes.dockerManifest)]
  assert.equal(asOci({ schemaVersion: 2, mediaType: mediaTypes.dockerList, manifests }), { schemaVersion: 2, mediaType: mediaTypes.index, manifests })
})

const refused = [
  ['application/vnd.docker.image.rootfs.foreign.diff.tar.gzip', /^Cannot use the layer sha256:\w+: its license forbids to pass it on/],
  ['application/vnd.oci.image.layer.nondistributable.v1.tar+gzip', /^Cannot use the layer sha256:\w+: its license forbids to pass it on/],
  ['application/vnd.docker.plugin.v1+json', /^Cannot use sha256:\w+ in an OCI image: there is no OCI media type for/],
] as const

for (const [mediaType, message] of refused) {
  test(`${mediaType} is refused`, () => {
    for (const convert of [() => asOciDescriptor(blob(mediaType)), () => asOci({ ...docker, layers: [...docker.layers, blob(mediaType)] })]) {
      assert.throws(convert, (error: unknown) => error instanceof ReleaseError && error.code === 'IMAGE' && message.test(error.message) && error.message.includes(mediaType))
    }
  })
}

test.run()
