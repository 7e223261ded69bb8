import type { Exec } from '../../contracts/exec.ts'
import { gitError } from './git-error.ts'

/** git takes no lock to refresh its index, and asks nobody for a password. */
const environment = { GIT_OPTIONAL_LOCKS: '0', GIT_TERMINAL_PROMPT: '0', LC_ALL: 'C' }

/** What a user's configuration could change of the output, or start on the way. */
const neutral = ['log.showSignature=false', 'core.fsmonitor=false', 'core.quotePath=false', 'color.ui=false']
  .flatMap(setting => ['-c', setting])

/**
 * Runs one git command in a folder that may lie anywhere in a repository, a worktree or a submodule.
 * @param input what it reads
 * @returns what it prints
 * @throws ReleaseError (GIT)
 */
export async function runGit(exec: Exec, folder: string, args: readonly string[], input?: string): Promise<string> {
  try {
    const { stdout } = await exec('git', [...neutral, ...args], {
      cwd: folder, env: environment, ...input !== undefined && { input },
    })
    return stdout
  } catch (error) {
    throw gitError(error, { folder, subcommand: args[0] ?? '' })
  }
}
