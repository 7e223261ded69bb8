import type { Binary } from './binary.ts'
import type { Version } from './version.ts'

/** What a binary's outline tells of its version. */
export function binaryVersion({ semver, stamp, date }: Version): Pick<Binary, 'version' | 'stamp' | 'date'> {
  return { version: semver, ...stamp === semver ? {} : { stamp }, date }
}
