import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { basesOf, referencesOf } from '../../../lib/commands/lock/bases.ts'
import type { Setting } from '../../../lib/commands/setting.ts'
import { lockText, type Lock } from '../../../lib/formats/lock-file.ts'
import type { BuildDefinition } from '../../../lib/goals.ts'
import type { Base } from '../../../lib/values/base.ts'
import { digestOf } from '../../../lib/values/digest.ts'
import { releaseValue } from '../../support/release-value.ts'
import { thrown } from '../../support/thrown.ts'

interface Context {
  root: string
  base(distro: string, definition: Partial<BuildDefinition>, environment?: Setting['environment']): Base
}

const test = suite<Context>('bases')
const { toolchain } = releaseValue()

test.before.each(async context => {
  context.root = await mkdtemp(join(tmpdir(), 'bases-'))
  context.base = (distro, definition, environment = {}) => basesOf(settingOf(context.root, definition, environment), toolchain, context.root)(distro)
})
test.after.each(({ root }) => rm(root, { recursive: true, force: true }))

function settingOf(root: string, definition: Partial<BuildDefinition>, environment: Setting['environment']): Setting {
  return {
    file: join(root, 'build.ts'), definition: { goals: () => ({}), ...definition }, options: { cache: true, publish: true }, goals: [], folder: root,
    place: { root }, environment, signal: new AbortController().signal, exitCode: () => 130,
  }
}

const manifest = { mediaType: 'application/vnd.oci.image.manifest.v1+json', digest: digestOf('x'), size: 1 }
const lock: Lock = { bases: { 'docker.io/library/alpine:3': { ...manifest, platforms: { 'linux/amd64': manifest } } } }
const bases = { alpine: 'alpine:3', ubi: 'registry.example/ubi9:latest' }

test('references are written in full; without tag and digest the tag is latest', () => {
  const of = (text: string): string | undefined => referencesOf({ goals: () => ({}), bases: { one: text } })['one']
  const digest = `sha256:${'a'.repeat(64)}`
  assert.is(of('alpine'), 'docker.io/library/alpine:latest')
  assert.is(of('ghcr.io/o/app:1'), 'ghcr.io/o/app:1')
  assert.is(of(`ghcr.io/o/app@${digest}`), `ghcr.io/o/app@${digest}`)
})

test('what the lock pins, and what it does not', async ({ root, base }) => {
  await writeFile(join(root, 'slipway.lock'), lockText(lock))
  const alpine = base('alpine', { bases })
  assert.equal([alpine.from, alpine.from === 'registry' && alpine.digest], ['registry', manifest.digest])
  const ubi = base('ubi', { bases })
  assert.equal([ubi.from, ubi.from === 'nowhere' && ubi.reason], ['nowhere', 'registry.example/ubi9:latest is not locked: npx tsx build.ts lock'])
})

test('without a lock nothing is pinned, and static needs none', ({ base }) => {
  assert.is(base('alpine', { bases }).from, 'nowhere')
  const own = base('static', {})
  assert.equal([own.from, own.from === 'parts' && own.certificates], ['parts', `Node.js ${process.versions.node}`])
})

test('a distro that is not named, with what may have been meant', ({ base }) => {
  const near = thrown(() => base('alpin', { bases }))
  assert.equal([near.code, near.message], ['USAGE', 'Cannot use the base alpin: build.ts names none'])
  assert.is(near.hint, 'Did you mean alpine? Add it: bases: { alpin: \'registry/repository:tag\' }.')
  assert.match(thrown(() => base('statik', {})).hint ?? '', /^Did you mean static\?/)
  assert.match(thrown(() => base('debian', { bases })).hint ?? '', /^Add it: bases: \{ debian:/)
  for (const name of ['toString', '__proto__', 'constructor']) assert.is(thrown(() => base(name, { bases })).code, 'USAGE')
})

test('a reference that is none, and a distro that no tag can carry', ({ base }) => {
  assert.match(thrown(() => base('one', { bases: { one: 'https://docker.io/alpine' } })).message, /^Cannot use the image reference .*: it is a URL$/)
  for (const distro of ['Alpine', 'al pine', '-alpine', 'a/b', '']) {
    const { code, message } = thrown(() => base('static', { bases: { [distro]: 'alpine' } }))
    assert.equal([code, message], ['USAGE', `Cannot use the distro ${JSON.stringify(distro)}: tags carry it`])
  }
})

test('certificates of one\'s own are named by their digest; a file that is not there is an error', async ({ root, base }) => {
  await writeFile(join(root, 'own.pem'), 'a certificate')
  const own = base('static', { certificates: 'own.pem' })
  assert.equal([own.from === 'parts' && own.certificates, own.place.certificates], [digestOf('a certificate'), join(root, 'own.pem')])
  const { code, message, hint } = thrown(() => base('static', { certificates: 'none.pem' }))
  assert.is(code, 'FILES')
  assert.ok(message.startsWith(`Cannot read the certificates ${join(root, 'none.pem')}: ENOENT`), message)
  assert.match(hint ?? '', /certificates in build\.ts/)
})

test('mirrors of build.ts and of the variable, which come first', ({ base }) => {
  const { place } = base('alpine', { bases, mirrors: { 'docker.io': ['one.example', 'two.example'], 'gcr.io': 'three.example' } }, { SLIPWAY_MIRRORS: 'docker.io=127.0.0.1:5000' })
  assert.equal(place.mirrors, { 'docker.io': ['127.0.0.1:5000', 'one.example', 'two.example'], 'gcr.io': ['three.example'] })
  assert.is(thrown(() => base('alpine', { bases }, { SLIPWAY_MIRRORS: 'docker.io' })).code, 'USAGE')
})

test('a lock that cannot be read says so where it is needed', async ({ root, base }) => {
  await writeFile(join(root, 'slipway.lock'), '<<<<<<< HEAD\n')
  assert.is(base('static', {}).from, 'parts')
  assert.match(thrown(() => base('alpine', { bases })).message, /conflict markers of git$/)
})

test.run()
