import type { Commit, CommitType } from './commits-types.ts'
import type { ChangeKind } from './changelog.ts'
import type { ChangeGroup } from './release-notes-types.ts'

/** What users notice, what they have to act on first. */
const groups: Readonly<Partial<Record<CommitType, ChangeGroup>>> = {
  security: { title: 'Security', order: 20 }, feat: { title: 'Features', order: 30 }, fix: { title: 'Fixes', order: 40 }, perf: { title: 'Performance', order: 50 },
  deprecate: { title: 'Deprecated', order: 60 }, remove: { title: 'Removed', order: 70 }, deps: { title: 'Dependencies', order: 90 }, revert: { title: 'Reverts', order: 100 },
}
const breaking: ChangeGroup = { title: 'Breaking changes', order: 10 }
const plain: ChangeGroup = { title: 'Changes', order: 80 }

/** `Release v1.2.3`, `1.2.3`: it says nothing. */
const namesVersion = /^(?:(?:release|version|prepare|bump(?: version)?(?: to)?)\s+)?v?\d+\.\d+\.\d+(?:[-+][\w.+-]+)?$/i

/**
 * The heading that a commit stands under where nobody says otherwise. Left out is what no user notices: documentation, tests,
 * the build, style, chores, refactoring, dependencies of development.
 */
export function usualGroup(commit: Pick<Commit, 'type' | 'scope' | 'description' | 'breaking'>): ChangeGroup | undefined {
  const { type, scope = '', description } = commit
  if (commit.breaking) return breaking
  if (namesVersion.test(description)) return undefined
  if (/^security$/i.test(scope)) return groups.security
  if (/^(?:deps?|dependencies)-dev$/i.test(scope)) return undefined
  if (/^(?:deps?|dependencies)$/i.test(scope) || (type === undefined && /^Bump \S+ from \S+ to \S+/.test(description))) return groups.deps
  return type === undefined ? plain : groups[type]
}

const kinds: Readonly<Partial<Record<CommitType, ChangeKind>>> = {
  security: 'security', feat: 'added', fix: 'fixed', deprecate: 'deprecated', remove: 'removed',
}

/** What Keep a Changelog and Artifact Hub call it; undefined where the message does not say. */
export function kindOfCommit({ type, scope = '', breaking: breaks }: Pick<Commit, 'type' | 'scope' | 'breaking'>): ChangeKind | undefined {
  if (type === 'security' || /^security$/i.test(scope)) return 'security'
  if (breaks) return type === 'remove' ? 'removed' : 'changed'
  return type && kinds[type]
}
