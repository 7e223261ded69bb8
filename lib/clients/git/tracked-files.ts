import { join } from 'node:path'
import type { Exec } from '../../contracts/exec.ts'
import { runGit } from './run-git.ts'

/** Every file that git tracks below a folder, in submodules too, absolute. */
export async function trackedFiles(exec: Exec, folder: string): Promise<ReadonlySet<string>> {
  const answer = await runGit(exec, folder, ['ls-files', '-z', '--recurse-submodules'])
  return new Set(answer.split('\0').filter(path => path !== '').map(path => join(folder, path)))
}
