import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { releaseEnvironment } from '../../lib/values/release-environment.ts'

const version = {
  stamp: '1.0.0', commit: 'c'.repeat(40), date: '2026-11-21T08:51:00Z', prerelease: false, snapshot: false, dirty: false,
}

test('names a stable version and its parts', () => {
  assert.equal(releaseEnvironment({ ...version, semver: '10.2.3', base: '10.2.3' }), {
    RELEASE_VERSION: '10.2.3', RELEASE_TAG: '10.2.3', MAJOR: '10', MINOR: '2', PATCH: '3', PRERELEASE: '',
    SOURCE_DATE_EPOCH: String(Date.UTC(2026, 10, 21, 8, 51) / 1000),
  })
})

test('writes what image tags allow', () => {
  const { RELEASE_VERSION, RELEASE_TAG, PRERELEASE } =
    releaseEnvironment({ ...version, semver: '0.0.2-rc-a.1+build-5.x', base: '0.0.2' })
  assert.equal([RELEASE_VERSION, RELEASE_TAG, PRERELEASE],
    ['0.0.2-rc-a.1+build-5.x', '0.0.2-rc-a.1_build-5.x', 'rc-a.1'])
  assert.is(releaseEnvironment({ ...version, semver: '1.0.0+a-b', base: '1.0.0' })['PRERELEASE'], '')
})

test.run()
