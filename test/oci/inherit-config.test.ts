import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { ContainerConfig, ImageConfig } from '../../lib/oci/image-config.ts'
import { inheritConfig, type ConfigChange } from '../../lib/oci/inherit-config.ts'
import { jsonBytes } from '../../lib/oci/json-bytes.ts'
import { parseImageConfig } from '../../lib/oci/parse-image-config.ts'
import { parsePlatform } from '../../lib/oci/platform.ts'
import { digestOf } from '../../lib/values/digest.ts'
import { ReleaseError } from '../../lib/values/errors.ts'

const created = '2026-11-21T08:51:00Z'
const change: ConfigChange = { platform: parsePlatform('linux/arm/v7'), created, layers: [{ diffId: digestOf('ours'), createdBy: 'slipway' }] }

const base: ImageConfig = {
  created: '2020-01-01T00:00:00Z', author: 'somebody', architecture: 'arm', os: 'linux', variant: 'v6',
  config: {
    User: 'app', ExposedPorts: { '80/tcp': {}, '9/udp': {} }, Env: ['PATH=/bin', 'LANG=C', 'EMPTY=', 'BARE'], Entrypoint: ['/init', '--'], Cmd: ['sh'],
    Volumes: { '/data': {} }, WorkingDir: '/srv', StopSignal: 'SIGQUIT', Shell: ['/bin/bash', '-c'], OnBuild: ['RUN x'], ArgsEscaped: true,
    Healthcheck: { Test: ['CMD', 'true'], Interval: 1e9 }, Labels: { 'com.example.team': 'web', version: '24.04' },
  },
  rootfs: { type: 'layers', diff_ids: [digestOf('base')] },
  history: [{ created: '2020-01-01T00:00:00Z', created_by: 'ADD x' }, { created_by: 'CMD', empty_layer: true }],
}

test('what is not said is inherited', () => {
  const { config } = inheritConfig(base, change)
  const { OnBuild: _, ArgsEscaped: __, ...kept } = base.config ?? {}
  assert.equal(config, { ...kept, Labels: { 'com.example.team': 'web' } })
})

test('the image itself is ours', () => {
  const { created: time, author, architecture, os, variant, rootfs, history } = inheritConfig(base, change)
  assert.equal([time, author, architecture, os, variant], [created, undefined, 'arm', 'linux', 'v7'])
  assert.equal(rootfs, { type: 'layers', diff_ids: [digestOf('base'), digestOf('ours')] })
  assert.equal(history, [...base.history ?? [], { created, created_by: 'slipway' }])
  assert.is(inheritConfig(base, { ...change, author: 'us' }).author, 'us')
})

type Commands = Pick<ContainerConfig, 'Entrypoint' | 'Cmd'>
const commands: readonly (readonly [why: string, given: Pick<ConfigChange, 'entrypoint' | 'cmd'>, result: Commands])[] = [
  ['neither', {}, { Entrypoint: ['/init', '--'], Cmd: ['sh'] }],
  ['an entrypoint drops the command', { entrypoint: ['/app'] }, { Entrypoint: ['/app'] }],
  ['a command keeps the entrypoint', { cmd: ['-v'] }, { Entrypoint: ['/init', '--'], Cmd: ['-v'] }],
  ['both', { entrypoint: ['/app'], cmd: ['-v'] }, { Entrypoint: ['/app'], Cmd: ['-v'] }],
  ['an empty entrypoint is none', { entrypoint: [] }, {}],
  ['an empty entrypoint with a command', { entrypoint: [], cmd: ['sh'] }, { Cmd: ['sh'] }],
  ['an empty command is none', { cmd: [] }, { Entrypoint: ['/init', '--'] }],
]

for (const [why, given, result] of commands) {
  test(`entrypoint and command: ${why}`, () => {
    const { Entrypoint, Cmd } = inheritConfig(base, { ...change, ...given }).config ?? {}
    assert.equal({ Entrypoint, Cmd }, { Entrypoint: undefined, Cmd: undefined, ...result })
  })
}

test('settings are replaced where they are given', () => {
  const { config } = inheritConfig(base, {
    ...change, user: '65532:65532', workingDir: '/app/./x/', stopSignal: 'SIGTERM', healthcheck: { Test: ['NONE'] }, shell: ['/bin/sh', '-c'],
  })
  const { User, WorkingDir, StopSignal, Healthcheck, Shell } = config ?? {}
  assert.equal({ User, WorkingDir, StopSignal, Healthcheck, Shell },
    { User: '65532:65532', WorkingDir: '/app/x', StopSignal: 'SIGTERM', Healthcheck: { Test: ['NONE'] }, Shell: ['/bin/sh', '-c'] })
})

test('a working directory is taken from the base\'s, an empty user is root', () => {
  const { config } = inheritConfig(base, { ...change, user: '', workingDir: 'app/../web' })
  assert.equal([config?.User, config?.WorkingDir], [undefined, '/srv/web'])
})

test('ports, volumes and variables are added', () => {
  const { config } = inheritConfig(base, {
    ...change, ports: [8080, '53/UDP', '80'], volumes: ['/cache', '/data'], env: { ZED: '1', LANG: 'C.UTF-8', BARE: '', ALPHA: 'a=b' },
  })
  assert.equal(Object.entries(config?.ExposedPorts ?? {}), [['53/udp', {}], ['80/tcp', {}], ['8080/tcp', {}], ['9/udp', {}]])
  assert.equal(Object.keys(config?.Volumes ?? {}), ['/cache', '/data'])
  assert.equal(config?.Env, ['PATH=/bin', 'LANG=C.UTF-8', 'EMPTY=', 'BARE=', 'ALPHA=a=b', 'ZED=1'])
})

/** As `skopeo inspect` shows them of ubi9, ubi8 and ubuntu. */
const ofBases = {
  'architecture': 'x86_64', 'authoritative-source-url': 'registry.example', 'build-date': '2025-09-18T08:46:43Z', 'com.redhat.build-host': 'x',
  'com.redhat.component': 'ubi9-container', 'com.redhat.license_terms': 'https://x.example', 'cpe': 'cpe:/a:x', 'description': 'The base', 'distribution-scope': 'public',
  'io.buildah.version': '1.40.1', 'io.k8s.description': 'The base', 'io.k8s.display-name': 'Base', 'io.openshift.expose-services': '', 'io.openshift.tags': 'base rhel9',
  'maintainer': 'Red Hat, Inc.', 'name': 'ubi9/ubi', 'org.opencontainers.image.created': 'x', 'org.opencontainers.image.ref.name': 'ubuntu', 'org.opencontainers.image.version': '24.04',
  'org.label-schema.schema-version': '1.0', 'release': '1', 'summary': 'The base', 'url': 'https://x.example', 'vcs-ref': 'x', 'vcs-type': 'git', 'vendor': 'Red Hat, Inc.', 'version': '9.6',
  'License': 'x', 'Vendor': 'x', 'Build_Host': 'x', 'run': 'docker run',
}

test('what a base says of itself is not said of the image', () => {
  const { config } = inheritConfig({ ...base, config: { Labels: { ...ofBases, 'com.example.team': 'web', 'versions': 'x', 'com.example.b': 'theirs' } } }, {
    ...change, labels: { version: '1.2.3', 'org.opencontainers.image.version': '1.2.3', 'com.example.b': 'ours' },
  })
  assert.equal(Object.entries(config?.Labels ?? {}), [
    ['com.example.b', 'ours'], ['com.example.team', 'web'], ['org.opencontainers.image.version', '1.2.3'], ['version', '1.2.3'], ['versions', 'x'],
  ])
})

test('an image without a base has a path and a folder to start in', () => {
  const image = inheritConfig(undefined, { ...change, entrypoint: ['/app'] })
  assert.equal(image, {
    created, architecture: 'arm', os: 'linux', variant: 'v7',
    config: { Env: ['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'], Entrypoint: ['/app'], WorkingDir: '/' },
    rootfs: { type: 'layers', diff_ids: [digestOf('ours')] }, history: [{ created, created_by: 'slipway' }],
  })
})

test('a base without settings gives none', () => {
  const { config: _, ...bare } = base
  assert.equal(inheritConfig(bare, change).config, {})
})

const untold = { created: '2020-01-01T00:00:00Z', comment: 'a layer of the base image' }
const two = { type: 'layers', diff_ids: [digestOf('a'), digestOf('b')] } as const
const histories: readonly (readonly [why: string, history: ImageConfig['history'], result: ImageConfig['history']])[] = [
  ['none', undefined, [untold, untold]],
  ['an entry too few', [{ created_by: 'a' }, { created_by: 'x', empty_layer: true }], [{ created_by: 'a' }, { created_by: 'x', empty_layer: true }, untold]],
  ['an entry too many', [{ created_by: 'a' }, { created_by: 'b' }, { created_by: 'c' }], [untold, untold]],
]

for (const [why, history, result] of histories) {
  test(`a base whose history has ${why}`, () => {
    const { history: _, ...bare } = base
    const image = inheritConfig({ ...bare, ...history && { history }, rootfs: two }, change)
    assert.equal(image.history, [...result ?? [], { created, created_by: 'slipway' }])
    assert.is(image.history?.filter(entry => !entry.empty_layer).length, image.rootfs.diff_ids.length)
  })
}

test('the bytes do not depend on the order things are named in', () => {
  const one = inheritConfig(base, { ...change, env: { A: '1', B: '2' }, labels: { a: '1', b: '2' }, ports: [1, 2], volumes: ['/a', '/b'] })
  const other = inheritConfig(base, { ...change, env: { B: '2', A: '1' }, labels: { b: '2', a: '1' }, ports: [2, 1], volumes: ['/b', '/a'] })
  assert.equal(jsonBytes(one), jsonBytes(other))
  assert.equal(parseImageConfig(jsonBytes(one), { digest: digestOf('it') }), one)
})

const refused: readonly (readonly [given: Partial<ConfigChange>, message: string])[] = [
  [{ ports: [0] }, 'Cannot expose the port 0: it is none'],
  [{ ports: [65536] }, 'Cannot expose the port 65536: it is none'],
  [{ ports: [80.5] }, 'Cannot expose the port 80.5: it is none'],
  [{ ports: ['80/http'] }, 'Cannot expose the port "80/http": it is none'],
  [{ ports: ['80-90'] }, 'Cannot expose the port "80-90": it is none'],
  [{ volumes: ['data'] }, 'Cannot make "data" a volume: it is no absolute path below /'],
  [{ env: { 'A=B': '' } }, 'Cannot set the variable "A=B" in an image: its name cannot be used'],
  [{ env: { '': 'x' } }, 'Cannot set the variable "" in an image: its name cannot be used'],
  [{ env: { A: '\0' } }, 'Cannot set the variable "A" in an image: its value cannot be used'],
]

for (const [given, message] of refused) {
  test(message, () => {
    assert.throws(() => inheritConfig(base, { ...change, ...given }), (error: unknown) =>
      error instanceof ReleaseError && error.code === 'USAGE' && error.message === message && error.hint !== undefined)
  })
}

test.run()
