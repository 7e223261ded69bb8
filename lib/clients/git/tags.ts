import type { Exec } from '../../contracts/exec.ts'
import { runGit } from './run-git.ts'

export interface Tag {
  readonly tag: string
  /** The full id of the commit it is on. */
  readonly commit: string
}

/**
 * The tags on a commit, the checked-out one where none is named, and on all before it, of which the name is the prefix and one more word; a shallow
 * clone does not know them all.
 */
export async function reachableTags(exec: Exec, folder: string, prefix = '', commit = 'HEAD'): Promise<readonly Tag[]> {
  return listed(exec, folder, [`--merged=${commit}`, `refs/tags/${prefix}*`])
}

/** Those of the tags that exist, on whatever commit. */
export async function existingTags(exec: Exec, folder: string, names: readonly string[]): Promise<readonly Tag[]> {
  return listed(exec, folder, names.map(name => `refs/tags/${name}`))
}

async function listed(exec: Exec, folder: string, choice: readonly string[]): Promise<readonly Tag[]> {
  const format = '--format=%(refname)%00%(objectname)%00%(*objectname)'
  const answer = await runGit(exec, folder, ['for-each-ref', format, ...choice])
  return answer.split('\n').filter(line => line !== '').map(line => {
    const [name = '', object = '', peeled = ''] = line.split('\0')
    return { tag: name.slice('refs/tags/'.length), commit: peeled || object }
  })
}
