import { nextPatch } from './version-snapshot.ts'
import type { VersionTag } from './version-tag.ts'

/** How the tree and the clone are, as far as it matters to a version. */
export interface TreeState {
  /** --snapshot was said. */
  readonly asked: boolean
  /** Tracked files that differ from the commit. */
  readonly changed: readonly string[]
  /** Files that git does not know and the build reads. */
  readonly untracked: readonly string[]
  readonly shallow: boolean
}

/**
 * Why a release is a snapshot, each reason with what ends it; nothing where it is none.
 * @param missing a tag that the commit could have; absent where it has one
 */
export function snapshotReason(state: TreeState, missing?: string): string | undefined {
  const { asked, changed, untracked, shallow } = state
  const untagged = shallow
    ? 'the clone is shallow and brought no version tag for its commit (git fetch --tags --unshallow)'
    : `the commit has no version tag (git tag ${missing})`
  const texts = [
    asked && '--snapshot asks for one',
    changed.length > 0 && `${listed(changed)} changed (commit that, or undo it)`,
    untracked.length > 0 && `${listed(untracked)} read by the build and unknown to git (git add ${untracked[0]})`,
    missing !== undefined && untagged,
  ]
  return texts.filter(text => text !== false).join('; ') || undefined
}

/** A tag for the version that may come next, in the form of the last one. */
export function suggestedTag(prefix: string, last: VersionTag | undefined): string {
  if (!last) return `${prefix}v0.1.0`
  const letter = last.tag.slice(prefix.length).startsWith('v') ? 'v' : ''
  return `${prefix}${letter}${last.prerelease === '' ? nextPatch(last.base) : last.base}`
}

function listed([first = '', ...others]: readonly string[]): string {
  if (others.length === 0) return `${first} is`
  return `${first} and ${others.length === 1 ? 'another file' : `${others.length} other files`} are`
}
