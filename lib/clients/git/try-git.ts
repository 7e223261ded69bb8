import type { Exec } from '../../contracts/exec.ts'

export interface Tried {
  readonly ok: boolean
  readonly stdout: string
  /** What it said, in English. */
  readonly said: string
}

/** Runs git where it may say no. It asks nobody for a password. */
export async function tryGit(exec: Exec, folder: string, args: readonly string[], input?: string): Promise<Tried> {
  const { exitCode, stdout, stderr } = await exec('git', [...args], {
    cwd: folder, env: { GIT_TERMINAL_PROMPT: '0', LC_ALL: 'C' }, check: false, ...input !== undefined && { input },
  })
  return { ok: exitCode === 0, stdout, said: stderr.trim() }
}
