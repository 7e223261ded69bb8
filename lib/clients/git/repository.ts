import { resolve } from 'node:path'
import type { Exec } from '../../contracts/exec.ts'
import { runGit } from './run-git.ts'

export interface Repository {
  /** The folder of the tracked files, absolute, without symbolic links. */
  readonly root: string
  /** Where git keeps its own files: not always `.git`, in a worktree or a submodule. */
  readonly gitFolder: string
  /** Whether history was cut off when it was cloned. */
  readonly shallow: boolean
}

/** The repository, worktree or submodule that a folder is in. */
export async function repositoryOf(exec: Exec, folder: string): Promise<Repository> {
  const questions = ['--show-toplevel', '--absolute-git-dir', '--is-shallow-repository']
  const answer = await runGit(exec, folder, ['rev-parse', ...questions])
  const [root = '', gitFolder = '', shallow] = answer.split('\n')
  return { root: resolve(root), gitFolder: resolve(gitFolder), shallow: shallow === 'true' }
}

/** The root of the repository that a folder is in, absolute, without symbolic links. */
export async function repositoryRoot(exec: Exec, folder: string): Promise<string> {
  return (await repositoryOf(exec, folder)).root
}
