import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { imageAnnotations } from '../../lib/oci/image-annotations.ts'

test('what is known is said under OCI\'s names, sorted', () => {
  const annotations = imageAnnotations({
    version: '1.2.3', title: 'gateway', description: 'A gateway', revision: '0123', created: '2026-11-21T08:51:00Z',
    source: 'git@host.example:example/gateway.git', url: 'https://gateway.example', documentation: 'https://docs.example', licenses: 'MIT', vendor: 'Example',
    'base.name': 'docker.io/library/alpine:3', 'base.digest': 'sha256:00',
  })
  assert.equal(Object.entries(annotations), [
    ['org.opencontainers.image.base.digest', 'sha256:00'],
    ['org.opencontainers.image.base.name', 'docker.io/library/alpine:3'],
    ['org.opencontainers.image.created', '2026-11-21T08:51:00Z'],
    ['org.opencontainers.image.description', 'A gateway'],
    ['org.opencontainers.image.documentation', 'https://docs.example'],
    ['org.opencontainers.image.licenses', 'MIT'],
    ['org.opencontainers.image.revision', '0123'],
    ['org.opencontainers.image.source', 'https://host.example/example/gateway'],
    ['org.opencontainers.image.title', 'gateway'],
    ['org.opencontainers.image.url', 'https://gateway.example'],
    ['org.opencontainers.image.vendor', 'Example'],
    ['org.opencontainers.image.version', '1.2.3'],
  ])
})

test('what is not known is left out', () => {
  assert.equal(imageAnnotations({}), {})
  assert.equal(imageAnnotations({ title: undefined, vendor: '', source: '/srv/git/gateway.git' }), {})
})

test.run()
