import type { Exec } from '../../contracts/exec.ts'
import { runGit } from './run-git.ts'
import { tryGit } from './try-git.ts'

/** A branch as this repository knows it. */
export interface Branch {
  readonly name: string
  /** Whose it is, as it was when it was last fetched; absent for one of this repository's own. */
  readonly remote?: string
  /** The full id of its head. */
  readonly commit: string
}

/** The branches of this repository, and those of a remote as they were last fetched. */
export async function knownBranches(exec: Exec, folder: string, remote: string | undefined): Promise<readonly Branch[]> {
  const places = ['refs/heads/', ...remote === undefined ? [] : [`refs/remotes/${remote}/`]]
  const answer = await runGit(exec, folder, ['for-each-ref', '--format=%(refname)%00%(objectname)%00%(symref)', ...places])
  return answer.split('\n').flatMap((line): readonly Branch[] => {
    const [reference = '', commit = '', leads = ''] = line.split('\0')
    const place = places.find(one => reference.startsWith(one))
    if (place === undefined || leads !== '') return []
    return [{ name: reference.slice(place.length), commit, ...place !== 'refs/heads/' && remote !== undefined && { remote } }]
  })
}

/**
 * What a repository calls its main branch: `main` where there is one, else what a clone began with, else `master` where there is one.
 * @param there names of the remote's branches beside those that are known here
 */
export async function usualBranch(exec: Exec, folder: string, remote = 'origin', there: Iterable<string> = []): Promise<string> {
  const names = new Set([...(await knownBranches(exec, folder, remote)).map(({ name }) => name), ...there])
  if (names.has('main')) return 'main'
  const { ok, stdout } = await tryGit(exec, folder, ['symbolic-ref', '--quiet', `refs/remotes/${remote}/HEAD`])
  const first = ok ? stdout.trim().slice(`refs/remotes/${remote}/`.length) : ''
  return first !== '' ? first : names.has('master') ? 'master' : 'main'
}
