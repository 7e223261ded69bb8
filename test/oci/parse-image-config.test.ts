import fc from 'fast-check'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { ImageConfig } from '../../lib/oci/image-config.ts'
import { inheritConfig } from '../../lib/oci/inherit-config.ts'
import { parseImageConfig } from '../../lib/oci/parse-image-config.ts'
import { parsePlatform } from '../../lib/oci/platform.ts'
import { digestOf } from '../../lib/values/digest.ts'
import { ReleaseError } from '../../lib/values/errors.ts'

const full: ImageConfig = {
  created: '2020-01-01T00:00:00Z', author: 'somebody', architecture: 'arm', os: 'linux', variant: 'v6', 'os.version': '1', 'os.features': ['x'],
  config: {
    User: 'app', ExposedPorts: { '80/tcp': {} }, Env: ['A=b'], Entrypoint: ['/init'], Cmd: ['sh'], Volumes: { '/data': {} }, WorkingDir: '/', Labels: { a: 'b' },
    StopSignal: 'SIGQUIT', Shell: ['/bin/bash', '-c'], OnBuild: ['RUN x'], ArgsEscaped: true,
    Healthcheck: { Test: ['CMD', 'true'], Interval: 1e9, Timeout: 2e9, StartPeriod: 0, StartInterval: 1, Retries: 3 },
  },
  rootfs: { type: 'layers', diff_ids: [digestOf('base')] },
  history: [{ created: 'x', created_by: 'ADD x', author: 'me', comment: 'c' }, { created_by: 'CMD', empty_layer: true }],
}
const small = { architecture: 'arm', os: 'linux', rootfs: { type: 'layers', diff_ids: [] } }

test('all that is known of it is read', () => {
  assert.equal(parse(full), full)
})

test('what is null is absent, and what is unknown is left out', () => {
  const nothing = { Env: null, Cmd: null, Labels: null, Volumes: null, Healthcheck: null, OnBuild: null, Hostname: 'x', ArgsEscaped: false }
  assert.equal(parse({ ...small, config: nothing, history: null, container: 'x', docker_version: '1' }), { ...small, config: {} })
  assert.equal(parse({ ...small, config: null, rootfs: { type: 'layers', diff_ids: null } }), small)
})

const refused: readonly (readonly [value: object, why: string])[] = [
  [{ ...small, os: undefined }, 'it has no os'],
  [{ ...small, architecture: undefined }, 'it has no architecture'],
  [{}, 'it has no os'],
  [{ ...small, rootfs: undefined }, 'its rootfs has not the type layers'],
  [{ ...small, rootfs: { type: 'other' } }, 'its rootfs has not the type layers'],
  [{ ...small, rootfs: { type: 'layers', diff_ids: ['x'] } }, 'the diff_ids of its rootfs cannot be checked: "x" is no digest'],
  [{ ...small, config: { Env: 'A=b' } }, 'the field Env of its config is no list of texts'],
  [{ ...small, config: { Labels: { a: 1 } } }, 'the field Labels of its config is no object of texts'],
  [{ ...small, config: { Volumes: ['/data'] } }, 'the field Volumes of its config is no object of objects'],
  [{ ...small, config: { Healthcheck: { Retries: 'x' } } }, 'the field Retries of its health check is no whole number'],
  [{ ...small, config: 'x' }, 'its config is no object'],
  [{ ...small, history: 'x' }, 'its history is no list'],
  [{ ...small, history: ['x'] }, 'its history has something else than entries'],
]

for (const [value, why] of refused) {
  test(`${JSON.stringify(value)} is refused`, () => {
    assert.throws(() => parse(value), (error: unknown) => error instanceof ReleaseError && error.code === 'IMAGE'
      && error.message === `Cannot use the image configuration ${digestOf('it')}: ${why}`)
  })
}

test('whatever is sent can be built on, or is refused in words', () => {
  const wild = fc.jsonValue()
  fc.assert(fc.property(wild, wild, wild, wild, (any, config, history, check) => {
    for (const value of [any, { ...small, config }, { ...small, history }, { ...small, config: { Env: any, Cmd: history, Healthcheck: check } }]) {
      try {
        inheritConfig(parse(value), { platform: parsePlatform('linux/arm'), created: '', layers: [] })
      } catch (error) {
        assert.instance(error, ReleaseError)
      }
    }
  }))
})

function parse(value: unknown): ImageConfig {
  return parseImageConfig(Buffer.from(JSON.stringify(value)), { digest: digestOf('it') })
}

test.run()
