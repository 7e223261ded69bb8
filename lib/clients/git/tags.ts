import type { Exec } from '../../contracts/exec.ts'
import { runGit } from './run-git.ts'

export interface ReachableTag {
  readonly tag: string
  /** The full id of the commit it is on. */
  readonly commit: string
}

/**
 * The tags on the checked-out commit and on all before it, of which the name is the prefix and one more word; a shallow
 * clone does not know them all.
 */
export async function reachableTags(exec: Exec, folder: string, prefix = ''): Promise<readonly ReachableTag[]> {
  const format = '--format=%(refname)%00%(objectname)%00%(*objectname)'
  const answer = await runGit(exec, folder, ['for-each-ref', '--merged=HEAD', format, `refs/tags/${prefix}*`])
  return answer.split('\n').filter(line => line !== '').map(line => {
    const [name = '', object = '', peeled = ''] = line.split('\0')
    return { tag: name.slice('refs/tags/'.length), commit: peeled || object }
  })
}
