import type { Exec } from '../../contracts/exec.ts'
import { runGit } from './run-git.ts'
import { tryGit } from './try-git.ts'

/** The id of the commit that a full name of a reference leads to, or an id; undefined where it is not here. */
export async function commitAt(exec: Exec, folder: string, name: string): Promise<string | undefined> {
  const { ok, stdout } = await tryGit(exec, folder, ['rev-parse', '--verify', '--quiet', `${name}^{commit}`])
  return ok ? stdout.trim() : undefined
}

/** Whether a commit is another one, or before it. One that is not here is before none. */
export async function isContained(exec: Exec, folder: string, commit: string, inside: string): Promise<boolean> {
  return commit === inside || (await tryGit(exec, folder, ['merge-base', '--is-ancestor', commit, inside])).ok
}

/** Whether a commit is a merge on the line of first parents that ends at another. */
export async function isMergeOn(exec: Exec, folder: string, commit: string, head: string): Promise<boolean> {
  const [, ...parents] = (await runGit(exec, folder, ['rev-list', '--parents', '--max-count=1', commit])).trim().split(' ')
  if (parents.length < 2) return false
  // The line down to the commit's own parent: it is on the line where it is the last of it.
  const line = await runGit(exec, folder, ['rev-list', '--first-parent', head, `^${parents[0]}`])
  return line.trim().split('\n').at(-1) === commit
}

/** The branch that is checked out; undefined where a commit is. */
export async function currentBranch(exec: Exec, folder: string): Promise<string | undefined> {
  const { ok, stdout } = await tryGit(exec, folder, ['symbolic-ref', '--quiet', '--short', 'HEAD'])
  return ok ? stdout.trim() : undefined
}
