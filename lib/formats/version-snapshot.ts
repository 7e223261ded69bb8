import type { VersionTag } from './version-tag.ts'

export interface SnapshotOf {
  /** The highest version before it. */
  readonly last?: Pick<VersionTag, 'base' | 'prerelease'>
  readonly commit: string
  /** The commit's time, in seconds since 1970. */
  readonly time: number
  /** The digest, in hexadecimal, of what differs from the commit. */
  readonly tree?: string
}

const shown = 12

/**
 * A version that sorts after the last one and before whatever may come next: after 1.2.3 it is
 * `1.2.4-0.20261121085100.g0123456789ab`, after 1.2.3-rc.1 `1.2.3-rc.1.0.20261121085100.g0123456789ab`. Without any
 * version before, it is one of 0.0.0, which is below all that can come. The letters keep digests from being numbers,
 * which must not start with a zero.
 */
export function snapshotVersion({ last, commit, time, tree }: SnapshotOf): string {
  const stamp = new Date(time * 1000).toISOString().replaceAll(/\D/g, '').slice(0, 14)
  const changed = tree === undefined ? [] : [`d${tree.slice(0, shown)}`]
  const mark = ['0', stamp, `g${commit.slice(0, shown)}`, ...changed].join('.')
  if (!last) return `0.0.0-${mark}`
  if (last.prerelease !== '') return `${last.base}-${last.prerelease}.${mark}`
  return `${nextPatch(last.base)}-${mark}`
}

/** The version after a stable one, where nothing more is known of it. */
export function nextPatch(base: string): string {
  return base.replace(/\d+$/, patch => String(BigInt(patch) + 1n))
}
