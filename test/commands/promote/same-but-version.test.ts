import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { sameButVersion } from '../../../lib/commands/promote/same-but-version.ts'
import { closureOf, type Step } from '../../../lib/graph/step.ts'
import { task } from '../../../lib/graph/task.ts'
import type { Artifact } from '../../../lib/values/artifact.ts'
import { digestOf } from '../../../lib/values/digest.ts'
import type { Version } from '../../../lib/values/version.ts'
import { releaseValue } from '../../support/release-value.ts'

interface Input {
  readonly name: string
  readonly said?: unknown
  readonly of?: readonly Artifact[]
}

const make = task<Input, Artifact<'toy'>>({
  name: 'toy', revision: 1, outline: ({ name }) => ({ kind: 'toy', name }), work: async () => ({ mediaType: 'text/plain', digest: digestOf(''), size: 0 }),
})
const stable: Version = { ...releaseValue().version, semver: '2.0.0', base: '2.0.0', stamp: '2.0.0', tag: 'v2.0.0', previous: 'v1.9.0' }
const candidate: Version = { ...stable, semver: '2.0.0-rc.10', stamp: '2.0.0-rc.10', tag: 'v2.0.0-rc.10', previous: 'v2.0.0-rc.1', prerelease: true }

type Compose = (version: Version) => readonly Step[]
const compared = (compose: Compose, to = stable) => {
  const { pairs, differing } = sameButVersion({ version: candidate, steps: closureOf(compose(candidate)) }, { version: to, steps: closureOf(compose(to)) })
  return { pairs: pairs.map(([one, other]) => `${one.outline.name} ${other.outline.name}`), differing }
}

test('names, data and what is made of them are the same but for the version', () => {
  const compose: Compose = version => {
    const part = make({ name: `a_${version.semver}`, said: { version, list: [version.tag, { [version.base]: version.stamp }] } })
    return [make({ name: 'whole', said: version.tag, of: [part] })]
  }
  assert.equal(compared(compose), { pairs: ['a_2.0.0-rc.10 a_2.0.0', 'whole whole'], differing: [] })
})

test('the version before may be another one, or none', () => {
  const compose: Compose = version => [make({
    name: 'notes', said: { since: version.previous, text: `${version.tag} after ${version.previous ?? 'nothing'}` }, ...version.previous !== undefined && { since: version.previous },
  })]
  assert.equal(compared(compose).differing, [])
  const { previous: _none, ...first } = stable
  const plain: Compose = version => [make({ name: 'notes', ...version.previous !== undefined && { since: version.previous, said: { since: version.previous } } })]
  assert.equal(compared(version => plain(version).slice(0, 1), first).differing, ['toy notes'], 'what it is put into is there or not')
  assert.equal(compared(version => [make({ name: 'notes', ...version.previous !== undefined && { since: version.previous } })], first).differing, [])
})

test('what depends on being a candidate is named, and what is made of it', () => {
  const compose: Compose = version => {
    const part = make({ name: `a_${version.semver}`, said: version.prerelease ? 'fast' : 'small' })
    return [make({ name: 'whole', of: [part] }), make({ name: 'other' }), ...version.prerelease ? [] : [make({ name: `only_${version.semver}` })]]
  }
  assert.equal(compared(compose), { pairs: ['other other'], differing: ['toy a_{version}', 'toy only_{version}', 'toy whole'] })
})

test('one that is made twice for the version, and once for the candidate, is found', () => {
  const compose: Compose = ({ base, semver }) => [...new Set([base, semver])].map(text => make({ name: `a_${text}` }))
  assert.equal(compared(compose), { pairs: ['a_2.0.0 a_2.0.0'], differing: ['toy a_{version}'] })
})

test.run()
