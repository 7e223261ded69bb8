import fc from 'fast-check'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { imageTags } from '../../lib/formats/image-tags.ts'
import { tagProblem } from '../../lib/formats/tag-problem.ts'
import { ReleaseError } from '../../lib/values/errors.ts'

interface Case {
  readonly why: string
  readonly version: string
  readonly distro?: string
  readonly published?: readonly string[]
  readonly immutable: string
  readonly moving: string
}

/** The default distro is alpine. */
const cases: readonly Case[] = [
  { why: 'the first stable version', version: '1.2.3', immutable: '1.2.3-alpine 1.2.3', moving: 'latest-alpine latest' },
  { why: 'another distro', version: '1.2.3', distro: 'ubuntu', immutable: '1.2.3-ubuntu', moving: 'latest-ubuntu' },
  { why: 'a newer version', version: '1.10.0', published: ['1.2.0', '1.9.9'], immutable: '1.10.0-alpine 1.10.0', moving: 'latest-alpine latest' },
  { why: 'the same version again', version: '1.2.3', published: ['1.2.3', '1.2.2'], immutable: '1.2.3-alpine 1.2.3', moving: 'latest-alpine latest' },
  { why: 'a patch of an older line', version: '1.2.4', published: ['1.2.3', '2.0.0'], immutable: '1.2.4-alpine 1.2.4', moving: '' },
  { why: 'a patch of an older line for another distro', version: '1.2.4', distro: 'ubi', published: ['2.0.0'], immutable: '1.2.4-ubi', moving: '' },
  { why: 'a stable version below a candidate', version: '1.2.3', published: ['2.0.0-rc.1', '1.2.3-rc.9'], immutable: '1.2.3-alpine 1.2.3', moving: 'latest-alpine latest' },
  { why: 'a candidate', version: '2.0.0-rc.1', published: ['1.2.3'], immutable: '2.0.0-rc.1-alpine', moving: '' },
  { why: 'the first candidate', version: '0.0.2-rc.1', distro: 'distroless', immutable: '0.0.2-rc.1-distroless', moving: '' },
  { why: 'a snapshot', version: '1.2.4-0.20261121085100.g0123456789ab', immutable: '1.2.4-0.20261121085100.g0123456789ab-alpine', moving: '' },
  { why: 'build metadata', version: '1.2.3+b.7', published: ['1.2.3+b.6'], immutable: '1.2.3_b.7-alpine 1.2.3_b.7', moving: 'latest-alpine latest' },
  { why: 'older build metadata', version: '1.2.3+b.7', published: ['1.2.3+b.8'], immutable: '1.2.3_b.7-alpine 1.2.3_b.7', moving: '' },
  { why: 'what is no version beside it', version: '1.2.3', published: ['nightly', 'v1.2.2', '', '9'], immutable: '1.2.3-alpine 1.2.3', moving: 'latest-alpine latest' },
  { why: 'numbers, not texts, are compared', version: '1.9.0', published: ['1.10.0'], immutable: '1.9.0-alpine 1.9.0', moving: '' },
]

for (const { why, version, distro = 'alpine', published = [], immutable, moving } of cases) {
  test(why, () => {
    const tags = imageTags({ version, distro, defaultDistro: 'alpine', published })
    assert.equal([tags.immutable.join(' '), tags.moving.join(' ')], [immutable, moving])
  })
}

const refused: readonly (readonly [version: string, distro: string, message: string])[] = [
  ['1.2', 'alpine', 'Cannot tag an image as "1.2": it is no semantic version'],
  ['1.2.3', '', 'Cannot tag an image as "1.2.3": no distro is named'],
  ['1.2.3', 'my distro', 'Cannot tag an image as "1.2.3-my distro": the tag "1.2.3-my distro" has a " " in it'],
  ['1.2.3', 'a/b', 'Cannot tag an image as "1.2.3-a/b": the tag "1.2.3-a/b" has a "/" in it'],
  [`1.2.3-${'x'.repeat(120)}`, 'alpine', `Cannot tag an image as "1.2.3-${'x'.repeat(120)}-alpine": the tag has 133 characters, more than 128`],
]

for (const [version, distro, message] of refused) {
  test(message.slice(0, 60), () => {
    try {
      imageTags({ version, distro, defaultDistro: 'alpine', published: [] })
    } catch (error) {
      assert.instance(error, ReleaseError)
      assert.equal([(error as ReleaseError).code, (error as ReleaseError).message], ['NAME', message])
      return
    }
    assert.unreachable()
  })
}

const number = fc.nat({ max: 3 })
const stable = fc.tuple(number, number, number).map(parts => parts.join('.'))
const any = fc.oneof(stable, stable.map(version => `${version}-rc.1`))

test('of versions published in any order, latest ends at the highest stable one', () => {
  fc.assert(fc.property(fc.uniqueArray(any, { minLength: 1, maxLength: 8 }), versions => {
    const tags = new Map<string, string>()
    versions.forEach((version, index) => {
      const { immutable, moving } = imageTags({ version, distro: 'alpine', defaultDistro: 'alpine', published: versions.slice(0, index) })
      for (const tag of immutable) {
        assert.not.ok(tags.has(tag))
        assert.is(tagProblem(tag), undefined)
      }
      for (const tag of [...immutable, ...moving]) tags.set(tag, version)
    })
    const highest = versions.filter(version => !version.includes('-')).sort((a, b) => a < b ? -1 : 1).at(-1)
    assert.equal([tags.get('latest'), tags.get('latest-alpine')], [highest, highest])
  }))
})

test.run()
