import type { LockedBase } from '../values/base.ts'
import type { Target } from '../values/target.ts'
import type { OciDescriptor } from './descriptor.ts'
import { choosePlatform, parsePlatform, platformOfTarget } from './platform.ts'

/** The manifest of a base that a program for a target can stand on; undefined where it has none. */
export function basePlatform({ platforms }: LockedBase, target: Target): OciDescriptor | undefined {
  const manifests = Object.entries(platforms).map(([text, descriptor]) => ({ ...descriptor, platform: parsePlatform(text) }))
  return choosePlatform(manifests, platformOfTarget(target))
}
