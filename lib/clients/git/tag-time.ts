import type { Exec } from '../../contracts/exec.ts'
import { runGit } from './run-git.ts'

/** When a tag was made, in seconds since 1970: a light one has its commit's time. */
export async function tagTime(exec: Exec, folder: string, tag: string): Promise<number> {
  return Number((await runGit(exec, folder, ['for-each-ref', '--format=%(creatordate:unix)', `refs/tags/${tag}`])).trim())
}
