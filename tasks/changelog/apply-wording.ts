import type { Commit } from '../../lib/formats/commits-types.ts'
import type { ChangeGroup, ChangeLinks, Wording } from '../../lib/formats/release-notes-types.ts'
import { ReleaseError } from '../../lib/values/errors.ts'

/** Functions of build.ts whose answers are looked at before they are used. */
export function checkedWording({ group, line, links }: Wording, standard: ChangeLinks): Wording {
  return {
    ...group && { group: (commit, usual) => checkedGroup(asked('group', commit, () => group(commit, usual)), commit) },
    ...line && { line: (commit, usual) => text('line', commit, asked('line', commit, () => line(commit, usual))) },
    links: links ? { ...standard, ...links } : standard,
  }
}

function asked<T>(name: string, commit: Commit, ask: () => T): T {
  try {
    return ask()
  } catch (cause) {
    throw refusal(name, commit, `it failed: ${cause instanceof Error ? cause.message : String(cause)}`, cause)
  }
}

function checkedGroup(group: ChangeGroup | undefined, commit: Commit): ChangeGroup | undefined {
  if (group === undefined) return undefined
  if (text('group', commit, group.title).trim() === '' || !Number.isFinite(group.order)) {
    throw refusal('group', commit, 'it gave no title, or no order')
  }
  return group
}

function text(name: string, commit: Commit, value: unknown): string {
  if (typeof value === 'string') return value
  throw refusal(name, commit, `it gave ${value === undefined ? 'nothing' : `a ${typeof value}`} where a text is needed`)
}

function refusal(name: string, { id, subject }: Commit, why: string, cause?: unknown): ReleaseError {
  return new ReleaseError(`Cannot ask ${name}() of build.ts about commit ${id.slice(0, 12)} (${subject}): ${why}`, {
    code: 'USAGE', hint: 'Correct it: group gives { title, order } or undefined, line a text.', ...cause !== undefined && { cause },
  })
}
