import type { Version } from './version.ts'

/** A version as what is made tells it: with `resolveVersion({ stamp: 'base' })` a candidate passes for the stable version. */
export function stamped(version: Version): Version {
  const { stamp, semver, prerelease } = version
  return { ...version, semver: stamp, prerelease: prerelease && stamp === semver }
}
