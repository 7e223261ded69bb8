import fc from 'fast-check'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { jsonBytes } from '../../lib/oci/json-bytes.ts'

const textOf = (value: object): string => Buffer.from(jsonBytes(value)).toString()

test('a manifest has the order of the specification', () => {
  const config = { size: 1, digest: 'sha256:00', mediaType: 'a/b' }
  assert.is(textOf({ annotations: { size: '1', config: '2' }, subject: undefined, layers: [config], config, mediaType: 'c/d', schemaVersion: 2 }),
    '{"schemaVersion":2,"mediaType":"c/d","config":{"mediaType":"a/b","digest":"sha256:00","size":1},'
    + '"layers":[{"mediaType":"a/b","digest":"sha256:00","size":1}],"annotations":{"config":"2","size":"1"}}')
})

test('an index has it', () => {
  const platform = { variant: 'v7', os: 'linux', architecture: 'arm' }
  assert.is(textOf({ manifests: [{ platform, size: 1, mediaType: 'a/b', digest: 'sha256:00' }], schemaVersion: 2 }),
    '{"schemaVersion":2,"manifests":[{"mediaType":"a/b","digest":"sha256:00","size":1,"platform":{"architecture":"arm","os":"linux","variant":"v7"}}]}')
})

test('a configuration has it', () => {
  const config = { Labels: { b: '1', User: '2' }, Cmd: ['c'], Entrypoint: ['e'], Env: ['A=b'], User: 'me' }
  assert.is(textOf({ history: [{ empty_layer: true, created_by: 'x', created: 't' }], rootfs: { diff_ids: [], type: 'layers' }, config, os: 'linux', architecture: 'arm', created: 't' }),
    '{"created":"t","architecture":"arm","os":"linux","config":{"User":"me","Env":["A=b"],"Entrypoint":["e"],"Cmd":["c"],"Labels":{"User":"2","b":"1"}},'
    + '"rootfs":{"type":"layers","diff_ids":[]},"history":[{"created":"t","created_by":"x","empty_layer":true}]}')
})

test('equal values have equal bytes, and are read back', () => {
  const names = fc.constantFrom('size', 'digest', 'annotations', 'Labels', 'x', 'y', '1', '__proto__')
  const value = fc.dictionary(names, fc.oneof(fc.jsonValue({ maxDepth: 1 }), fc.dictionary(names, fc.string())), { noNullPrototype: true })
  fc.assert(fc.property(value, found => {
    const reversed = Object.fromEntries(Object.entries(found).reverse())
    assert.is(textOf(reversed), textOf(found))
    assert.equal(JSON.parse(textOf(found)), JSON.parse(JSON.stringify(found)))
  }))
})

test.run()
