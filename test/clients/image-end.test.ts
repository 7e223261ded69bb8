import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { imageEnd, type ImageEnd } from '../../lib/clients/image-end.ts'
import { ReleaseError } from '../../lib/values/errors.ts'

const digest = `sha256:${'a'.repeat(64)}` as const
const inRegistry = (host: string, repository: string, tagOrDigest: string, more: object = {}): ImageEnd =>
  ({ kind: 'registry', reference: { host, repository, ...more }, tagOrDigest })

const ends: readonly (readonly [text: string, end: ImageEnd])[] = [
  ['alpine', inRegistry('docker.io', 'library/alpine', 'latest')],
  ['ghcr.io/o/app:1.2', inRegistry('ghcr.io', 'o/app', '1.2', { tag: '1.2' })],
  ['docker://ghcr.io/o/app:1.2', inRegistry('ghcr.io', 'o/app', '1.2', { tag: '1.2' })],
  ['docker:ghcr.io/o/app', inRegistry('ghcr.io', 'o/app', 'latest')],
  [`ghcr.io/o/app@${digest}`, inRegistry('ghcr.io', 'o/app', digest, { digest })],
  [`ghcr.io/o/app:1@${digest}`, inRegistry('ghcr.io', 'o/app', digest, { tag: '1', digest })],
  ['127.0.0.1:5000/app:1', inRegistry('127.0.0.1:5000', 'app', '1', { tag: '1' })],
  ['oci:5000/app', inRegistry('oci:5000', 'app', 'latest')],
  ['docker:5000/app:1', inRegistry('docker:5000', 'app', '1', { tag: '1' })],
  ['oci', inRegistry('docker.io', 'library/oci', 'latest')],
  ['oci:dist/images/app', { kind: 'layout', folder: 'dist/images/app' }],
  ['oci:dist/images/app:1.2.3-static', { kind: 'layout', folder: 'dist/images/app', tag: '1.2.3-static' }],
  ['oci:/a b/c:example.com/app:1', { kind: 'layout', folder: '/a b/c', tag: 'example.com/app:1' }],
  [`oci:dist/@scope/app@${digest}`, { kind: 'layout', folder: 'dist/@scope/app', digest }],
  ['oci:dist/@scope/app:1', { kind: 'layout', folder: 'dist/@scope/app', tag: '1' }],
  ['oci:C:\\images\\app:1', { kind: 'layout', folder: 'C:\\images\\app', tag: '1' }],
  ['oci:C:/images', { kind: 'layout', folder: 'C:/images' }],
  ['oci:.', { kind: 'layout', folder: '.' }],
  ['docker-archive:app.tar', { kind: 'archive', file: 'app.tar' }],
  ['docker-archive:app.tar:localhost:5000/app:1', { kind: 'archive', file: 'app.tar', name: 'localhost:5000/app:1' }],
  ['docker-archive:D:\\app.tar', { kind: 'archive', file: 'D:\\app.tar' }],
  ['docker-daemon:app:1', { kind: 'engine', name: 'app:1' }],
  ['docker-daemon:localhost:5000/app', { kind: 'engine', name: 'localhost:5000/app' }],
]
for (const [text, end] of ends) test(text, () => { assert.equal(imageEnd(text), end) })

const refused: readonly (readonly [text: string, code: string, message: RegExp])[] = [
  ['', 'USAGE', /it names no place of images$/],
  ['oci:', 'USAGE', /^Cannot copy "oci:": it names no place of images$/],
  ['oci::1', 'USAGE', /it names no place of images$/],
  ['docker-archive:', 'USAGE', /it names no place of images$/],
  ['docker-daemon:', 'USAGE', /it names no place of images$/],
  ['docker://', 'USAGE', /it names no place of images$/],
  ['https://ghcr.io/o/app', 'NAME', /it is a URL$/],
  ['ghcr.io/O/app', 'NAME', /upper-case/],
  ['oci:dist@sha256:abc', 'NAME', /^Cannot copy "oci:dist@sha256:abc": /],
  ['OCI:dist', 'NAME', /./],
]
for (const [text, code, message] of refused) {
  test(`refused: ${JSON.stringify(text)}`, () => {
    try {
      imageEnd(text)
    } catch (error) {
      assert.instance(error, ReleaseError)
      assert.is((error as ReleaseError).code, code)
      assert.match((error as ReleaseError).message, message)
      assert.ok((error as ReleaseError).hint)
      return
    }
    assert.unreachable()
  })
}

test.run()
