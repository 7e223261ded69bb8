import type { Exec } from '../../contracts/exec.ts'
import { runGit } from './run-git.ts'

export interface Head {
  /** The full commit id. */
  readonly commit: string
  /** The commit's time, in seconds since 1970. */
  readonly time: number
  /** Every tag on it, annotated or not, in no particular order. */
  readonly tags: readonly string[]
}

/** @param commit the one that is checked out where it is absent */
export async function headOf(exec: Exec, folder: string, commit?: string): Promise<Head> {
  // The decoration is the one form in which every git follows a tag of a tag to its commit.
  const decorate = ['--decorate=full', '--decorate-refs=refs/tags/*']
  const answer = await runGit(exec, folder, ['log', '-1', '--format=%H%x00%ct%x00%D', ...decorate, ...commit === undefined ? [] : [commit]])
  const [id = '', time = '', decoration = ''] = answer.trimEnd().split('\0')
  const tags = decoration.split(', ').flatMap(text => /^tag: refs\/tags\/(.+)$/.exec(text)?.[1] ?? [])
  return { commit: id, time: Number(time), tags }
}
