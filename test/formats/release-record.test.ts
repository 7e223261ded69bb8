import { readFileSync } from 'node:fs'
import { Ajv } from 'ajv'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { releaseRecord } from '../../lib/formats/release-record.ts'
import { digestOf } from '../../lib/values/digest.ts'
import type { Image } from '../../lib/values/image.ts'
import { releaseValue } from '../support/release-value.ts'

const schema = JSON.parse(readFileSync(new URL('../../docs/release.schema.json', import.meta.url), 'utf8')) as object
const validate = new Ajv({ strict: true, allErrors: true }).compile(schema)

const image = (distro: string, base: Image['base']): Image => ({
  kind: 'image', name: `gateway:1.2.3-${distro}`, repository: 'gateway', tag: `1.2.3-${distro}`, distro, isDefault: distro === 'static', version: '1.2.3',
  platforms: ['linux/amd64', 'linux/arm/v7'], absent: [{ target: 'linux/s390x', reason: 'docker.io/library/alpine:3 has no linux/s390x' }], base,
  mediaType: 'application/vnd.oci.image.index.v1+json', digest: digestOf(distro), size: 10,
})

interface Entry {
  readonly name: string
  readonly image?: Record<string, unknown>
}

const entriesOf = (record: unknown): readonly Entry[] => (record as { readonly artifacts: readonly Entry[] }).artifacts

function recordOf(...artifacts: readonly Image[]): Record<string, unknown> {
  return JSON.parse(releaseRecord({ release: releaseValue(), artifacts, binaries: [], partial: false })) as Record<string, unknown>
}

test('an image says what it stands on, for which platforms, and which its base does not have', () => {
  const record = recordOf(
    image('static', { name: 'static', parts: { zones: 'go1.26.8', certificates: 'Node.js 20.20.2' } }),
    image('alpine', { name: 'docker.io/library/alpine:3', digest: digestOf('base') }),
    image('ubi', { name: 'docker/Dockerfile.ubi', parts: { built: 'Docker Engine' } }),
  )
  assert.ok(validate(record), JSON.stringify(validate.errors))
  const [alpine, own] = entriesOf(record)
  assert.equal(alpine?.image, {
    repository: 'gateway', tag: '1.2.3-alpine', distro: 'alpine', platforms: ['linux/amd64', 'linux/arm/v7'],
    absent: [{ target: 'linux/s390x', reason: 'docker.io/library/alpine:3 has no linux/s390x' }],
    base: { name: 'docker.io/library/alpine:3', digest: digestOf('base') },
  })
  assert.is(JSON.stringify(own?.image?.['base']), '{"name":"static","parts":{"certificates":"Node.js 20.20.2","zones":"go1.26.8"}}')
})

const wrong: readonly (readonly [why: string, image: Record<string, unknown>])[] = [
  ['a tag that is none', { tag: 'a/b' }], ['a base without a name', { base: {} }], ['a base whose digest is none', { base: { name: 'x', digest: 'sha256:1' } }],
  ['a field that nobody knows', { host: 'here' }], ['a platform that is none', { platforms: ['linux'] }], ['parts that are no texts', { base: { name: 'x', parts: { a: 1 } } }],
]
for (const [why, change] of wrong) {
  test(`the schema refuses ${why}`, () => {
    const record = recordOf(image('alpine', { name: 'x' }))
    assert.ok(validate(record))
    const [entry] = entriesOf(record)
    assert.not.ok(validate({ ...record, artifacts: [{ ...entry, image: { ...entry?.image, ...change } }] }))
  })
}

test.run()
