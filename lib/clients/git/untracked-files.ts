import type { Exec } from '../../contracts/exec.ts'
import { runGit } from './run-git.ts'

/** Files below a folder that git neither knows nor ignores, relative to it, with forward slashes. */
export async function untrackedFiles(exec: Exec, folder: string): Promise<readonly string[]> {
  return (await runGit(exec, folder, ['ls-files', '-z', '--others', '--exclude-standard'])).split('\0').filter(path => path !== '')
}
