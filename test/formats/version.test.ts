import fc from 'fast-check'
import compare from 'semver/functions/compare.js'
import valid from 'semver/functions/valid.js'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { chooseTag, namedTag } from '../../lib/formats/version-choice.ts'
import { tagPrefix } from '../../lib/formats/version-prefix.ts'
import { previousTag } from '../../lib/formats/version-previous.ts'
import { snapshotReason, suggestedTag } from '../../lib/formats/version-reason.ts'
import { snapshotVersion } from '../../lib/formats/version-snapshot.ts'
import { highestTag, versionTag } from '../../lib/formats/version-tag.ts'
import type { VersionTag } from '../../lib/formats/version-tag.ts'
import { versionTags } from '../../lib/formats/version-tags.ts'

const commit = '0123456789abcdef0123456789abcdef01234567'
const time = Date.UTC(2026, 10, 21, 8, 51) / 1000

function tagsOf(...names: readonly string[]): readonly VersionTag[] {
  return versionTags(names, '').versions
}

const number = fc.nat({ max: 30 })
const base = fc.tuple(number, number, number).map(parts => parts.join('.'))
const identifier = fc.oneof(number.map(String), fc.stringMatching(/^[0-9]{0,3}[A-Za-z-][0-9A-Za-z-]{0,3}$/))
const candidate = fc.tuple(base, fc.array(identifier, { minLength: 1, maxLength: 3 }))
  .map(([numbers, identifiers]) => `${numbers}-${identifiers.join('.')}`)
const semver = fc.oneof(base, candidate)
const hex = fc.stringMatching(/^[0-9a-f]{40}$/)
const moment = fc.integer({ min: 0, max: 4_000_000_000 })

test('reads tags with and without v, prefix, candidate and build', () => {
  assert.equal(versionTag('0.0.2-rc.1'), { tag: '0.0.2-rc.1', semver: '0.0.2-rc.1', base: '0.0.2', prerelease: 'rc.1' })
  assert.equal(versionTag('api/v1.2.3+b.7', 'api/'),
    { tag: 'api/v1.2.3+b.7', semver: '1.2.3+b.7', base: '1.2.3', prerelease: '' })
  const others = ['1.2', 'v01.2.3', 'version-1.2.3', 'V1.2.3', '=1.2.3', 'vv1.2.3', 'v1.2.3-', 'v1.2.3-01', 'edge', '']
  assert.equal(others.filter(other => versionTag(other)), [])
  assert.is(versionTag('v1.2.3', 'api/'), undefined)
})

test('reads every semantic version, whatever stands before it', () => {
  fc.assert(fc.property(semver, fc.constantFrom('', 'v', 'api/', 'api/v', 'release-'), (version, before) => {
    assert.is(versionTag(`${before}${version}`, before.replace(/v$/, ''))?.semver, version)
  }))
})

test('takes prefixes as people write them', () => {
  const forms = {
    '': '', 'v': '', 'api': 'api/', 'api/': 'api/', 'api/v': 'api/', 'release-': 'release-', 'dev': 'dev/',
  }
  for (const [given, prefix] of Object.entries(forms)) assert.is(tagPrefix(given), prefix)
})

test('leaves tags of other projects alone, and names those that are no version', () => {
  const tags = ['v1.0.0', 'nightly', 'api/v2.0.0', 'api/nightly', 'api/client/v3.0.0', 'edge']
  const { versions, ignored } = versionTags(tags, '')
  assert.equal([versions.map(each => each.semver), ignored], [['1.0.0'], ['edge', 'nightly']])
  const api = versionTags(tags, 'api/')
  assert.equal([api.versions.map(each => each.semver), api.ignored], [['2.0.0'], ['api/nightly']])
})

test('chooses the wanted tag, else the stable one, else the highest', () => {
  const table: readonly [tags: readonly string[], wanted: string | undefined, chosen: string | undefined][] = [
    [['v1.2.3-rc.1', 'v1.2.3'], undefined, 'v1.2.3'],
    [['v1.2.3-rc.1', 'v1.2.3'], 'v1.2.3-rc.1', 'v1.2.3-rc.1'],
    [['v1.2.3-rc.1', 'v1.2.3'], 'v9.9.9', 'v1.2.3'],
    [['v2.0.0-rc.1', 'v1.2.3'], undefined, 'v1.2.3'],
    [['v1.2.3-rc.9', 'v1.2.3-rc.10'], undefined, 'v1.2.3-rc.10'],
    [['v1.2.3', '1.2.3'], undefined, 'v1.2.3'],
    [['1.2.3', 'v1.2.3'], '1.2.3', '1.2.3'],
    [['v1.2.3+1', 'v1.2.3+2'], undefined, 'v1.2.3+2'],
    [[], 'v1.2.3', undefined],
  ]
  for (const [tags, wanted, chosen] of table) assert.is(chooseTag(tagsOf(...tags), wanted)?.tag, chosen)
})

test('chooses the same whatever the order', () => {
  fc.assert(fc.property(fc.uniqueArray(semver, { maxLength: 5 }), versions => {
    const tags = versions.flatMap(version => [version, `v${version}`])
    assert.is(chooseTag(tagsOf(...tags))?.tag, chooseTag(tagsOf(...[...tags].reverse()))?.tag)
  }))
})

test('finds a tag by its name or its version', () => {
  const tags = versionTags(['api/v1.2.3', 'api/1.2.3', 'api/v1.2.3-rc.1'], 'api/').versions
  const find = (name: string): string | undefined => namedTag(tags, name, 'api/')?.tag
  const names = ['1.2.3', 'v1.2.3', 'api/1.2.3', 'api/v1.2.3', '1.2.3-rc.1', '1.2.4', 'x']
  assert.equal(names.map(find),
    ['api/v1.2.3', 'api/v1.2.3', 'api/1.2.3', 'api/v1.2.3', 'api/v1.2.3-rc.1', undefined, undefined])
})

test('finds the previous version by kind', () => {
  const tags = tagsOf('v1.0.0', 'v1.1.0-rc.1', 'v1.1.0-rc.2', 'v1.1.0', '1.1.0', 'v1.2.0-rc.1', 'v2.0.0')
  const before = (tag: string): string | undefined => previousTag(tagsOf(tag)[0] as VersionTag, tags)?.tag
  assert.equal(['v1.0.0', 'v1.1.0-rc.1', 'v1.1.0-rc.2', 'v1.1.0', 'v1.2.0-rc.1', 'v1.2.0', 'v2.0.0'].map(before),
    [undefined, 'v1.0.0', 'v1.1.0-rc.1', 'v1.0.0', 'v1.1.0', 'v1.1.0', 'v1.1.0'])
})

test('names snapshots after what came before', () => {
  const after = (tag?: string): string =>
    snapshotVersion({ commit, time, ...tag !== undefined && { last: tagsOf(tag)[0] as VersionTag } })
  assert.is(after(), '0.0.0-0.20261121085100.g0123456789ab')
  assert.is(after('v1.2.3'), '1.2.4-0.20261121085100.g0123456789ab')
  assert.is(after('v1.2.3+build'), '1.2.4-0.20261121085100.g0123456789ab')
  assert.is(after('v1.2.3-rc.1'), '1.2.3-rc.1.0.20261121085100.g0123456789ab')
  const tree = `0${'1'.repeat(63)}`
  assert.is(snapshotVersion({ commit, time, tree }), '0.0.0-0.20261121085100.g0123456789ab.d011111111111')
})

test('sorts snapshots after the last version and before any that can come next', () => {
  const perhaps = fc.option(hex, { nil: undefined })
  fc.assert(fc.property(semver, semver, hex, moment, perhaps, (one, other, id, when, tree) => {
    fc.pre(compare(one, other) !== 0)
    const [last = '', next = ''] = [one, other].sort(compare)
    const snapshot = snapshotVersion({
      commit: id, time: when, last: versionTag(last) as VersionTag, ...tree !== undefined && { tree },
    })
    assert.is(valid(snapshot), snapshot)
    assert.is(compare(last, snapshot), -1, `${last} < ${snapshot}`)
    if (!followsAtOnce(last, next)) assert.is(compare(snapshot, next), -1, `${snapshot} < ${next}`)
  }), { numRuns: 2000 })
})

/** The version right after another one, and those below it: semver leaves no room before them. */
function followsAtOnce(last: string, next: string): boolean {
  const { base: numbers, prerelease } = versionTag(last) as VersionTag
  const patch = Number(numbers.split('.')[2]) + 1
  const first = prerelease === '' ? `${numbers.replace(/\d+$/, String(patch))}-0` : `${last}.0`
  return next === first || next.startsWith(`${first}.`)
}

test('sorts a snapshot before every version where there is none yet', () => {
  fc.assert(fc.property(semver, hex, moment, (next, id, when) => {
    fc.pre(!/^0\.0\.0-0(\.|$)/.test(next))
    assert.is(compare(snapshotVersion({ commit: id, time: when }), next), -1)
  }))
})

test('sorts snapshots of one version by time', () => {
  const moments = fc.uniqueArray(moment, { minLength: 2, maxLength: 2 })
  fc.assert(fc.property(semver, hex, hex, moments, (version, a, b, times) => {
    const last = versionTag(version) as VersionTag
    const [early = 0, late = 0] = times.sort((left, right) => left - right)
    const [first, second] = [{ commit: a, time: early, last }, { commit: b, time: late, last }].map(snapshotVersion)
    assert.is(compare(first ?? '', second ?? ''), -1)
  }))
})

test('finds the highest in version order, not in that of the alphabet', () => {
  assert.is(highestTag(tagsOf('v1.9.0', 'v1.10.0', 'v1.10.0-rc.1'))?.tag, 'v1.10.0')
})

test('says why, and how it ends', () => {
  const clean = { asked: false, changed: [], untracked: [], shallow: false }
  assert.is(snapshotReason(clean), undefined)
  assert.is(snapshotReason(clean, 'v1.2.4'), 'the commit has no version tag (git tag v1.2.4)')
  assert.match(snapshotReason({ ...clean, shallow: true }, 'v1.2.4') ?? '', 'git fetch --tags --unshallow')
  assert.match(snapshotReason({ ...clean, changed: ['a.go'] }) ?? '', /^a\.go is changed/)
  assert.match(snapshotReason({ ...clean, changed: ['a.go', 'b.go'] }) ?? '', /^a\.go and another file are changed/)
  assert.is(snapshotReason({ ...clean, asked: true, untracked: ['a', 'b', 'c'] }),
    '--snapshot asks for one; a and 2 other files are read by the build and unknown to git (git add a)')
})

test('suggests the next tag in the form of the last', () => {
  const [plain, letter, rc] = tagsOf('1.2.3', 'v1.2.3', 'v1.2.3-rc.1')
  const suggested = [undefined, plain, letter, rc].map(last => suggestedTag('', last))
  assert.equal(suggested, ['v0.1.0', '1.2.4', 'v1.2.4', 'v1.2.3'])
  assert.is(suggestedTag('api/', versionTag('api/v1.2.3', 'api/')), 'api/v1.2.4')
})

test.run()
