import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { misfitOf, nextVersion, type Next } from '../../../lib/commands/cut/version.ts'
import type { Growth } from '../../../lib/formats/commits.ts'
import { versionTag, type VersionTag } from '../../../lib/formats/version-tag.ts'

const versions = (text: string): readonly VersionTag[] => text.split(' ').flatMap(tag => versionTag(tag) ?? [])

const proposals: readonly (readonly [tags: string, next: Next, growth: Growth, expected: string])[] = [
  ['', 'rc', 'patch', '0.1.0-rc.1'], ['', 'rc', 'major', '0.1.0-rc.1'], ['', 'patch', 'patch', '0.0.1'], ['', 'minor', 'patch', '0.1.0'], ['', 'major', 'patch', '1.0.0'],
  ['v1.2.3', 'rc', 'patch', '1.2.4-rc.1'], ['v1.2.3', 'rc', 'minor', '1.3.0-rc.1'], ['v1.2.3', 'rc', 'major', '2.0.0-rc.1'],
  ['v0.2.3', 'rc', 'major', '0.3.0-rc.1'], ['v0.2.3', 'rc', 'minor', '0.3.0-rc.1'], ['v0.2.3', 'rc', 'patch', '0.2.4-rc.1'],
  ['v0.2.3', 'major', 'patch', '1.0.0'], ['v1.2.3', 'patch', 'major', '1.2.4'], ['v1.2.3', 'minor', 'patch', '1.3.0'], ['v1.2.3', 'major', 'patch', '2.0.0'],
  ['v1.2.3 v1.2.4-rc.1', 'rc', 'patch', '1.2.4-rc.2'], ['v1.2.3 v1.2.4-rc.1', 'patch', 'patch', '1.2.4'], ['v1.2.3 v1.3.0-rc.9 v1.3.0-rc.10', 'rc', 'patch', '1.3.0-rc.11'],
  // Something that breaks came in after the candidate; and the candidate is of more than was asked for.
  ['v1.2.3 v1.3.0-rc.2', 'rc', 'major', '2.0.0-rc.1'], ['v1.2.3 v2.0.0-rc.2', 'rc', 'minor', '2.0.0-rc.3'],
  ['v1.2.3 v1.2.3-rc.4', 'rc', 'minor', '1.3.0-rc.1'], ['v0.1.0-rc.1', 'rc', 'patch', '0.1.0-rc.2'], ['v0.5.0-rc.1', 'rc', 'patch', '0.5.0-rc.2'], ['v1.0.0 v1.1.0-beta.3', 'rc', 'minor', '1.1.0-rc.1'],
  ['1.9.0 1.10.0', 'minor', 'patch', '1.11.0'],
]
for (const [tags, next, growth, expected] of proposals) {
  test(`--next ${next} after ${tags || 'nothing'}, where commits ask for a ${growth} version, is ${expected}`, () => {
    assert.is(nextVersion(next, versions(tags), growth), expected)
  })
}

const misfits: readonly (readonly [tags: string, version: string, why: string | undefined])[] = [
  ['', 'v0.0.1', undefined], ['', 'v1.0.0-rc.1', undefined], ['', 'v1.0.0-rc.0', undefined], ['', 'v1.0.0-rc.2', 'there is no 1.0.0-rc.1 before it'], ['', 'v1.0.0-alpha', undefined],
  ['v1.2.3', 'v1.2.3', 'v1.2.3 is that version already'], ['v1.2.3', 'v1.2.3+b', 'v1.2.3 is that version already'], ['v1.2.3', 'v1.2.2', 'v1.2.3 is higher'], ['v1.10.0', 'v1.9.0', 'v1.10.0 is higher'],
  ['v1.2.3', 'v1.2.3-rc.1', 'v1.2.3 is higher'], ['v1.2.3', 'v1.5.0', undefined],
  ['v1.2.3 v1.3.0-rc.1', 'v1.2.4', undefined], ['v1.2.3 v1.3.0-rc.1', 'v1.2.4-rc.1', 'v1.3.0-rc.1 is higher'], ['v1.3.0-rc.1', 'v1.3.0', undefined],
  ['v1.3.0-rc.1', 'v1.3.0-rc.2', undefined], ['v1.3.0-rc.1', 'v1.3.0-rc.3', 'the last candidate is 1.3.0-rc.1'], ['v1.3.0-rc.2', 'v1.3.0-rc.1', 'v1.3.0-rc.2 is higher'], ['v1.3.0-rc.9', 'v1.3.0-rc.10', undefined],
  ['v1.3.0-beta.4', 'v1.3.0-rc.1', undefined], ['v1.3.0-beta.4', 'v1.3.0-rc.5', 'there is no 1.3.0-rc.4 before it'], ['v1.3.0-rc.0', 'v1.3.0-rc.1', undefined],
]
for (const [tags, version, why] of misfits) {
  test(`${version} after ${tags || 'nothing'}: ${why ?? 'fits'}`, () => {
    const misfit = misfitOf(versionTag(version) as VersionTag, versions(tags))
    assert.is(misfit?.why, why)
    if (misfit) assert.ok(misfit.hint.length > 10)
  })
}

test.run()
