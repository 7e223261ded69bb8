import { ReleaseError } from '../../values/errors.ts'
import type { BareClone } from './bare-clone.ts'
import type { Remote } from './remote.ts'
import { serverWords } from './remote-failure.ts'

export interface Push {
  readonly branch: string
  /** What the branch becomes; undefined takes it away. */
  readonly commit: string | undefined
  /** What it is taken to be; undefined where it is not there yet. */
  readonly expected: string | undefined
  /** Asks whether it would be allowed, and changes nothing. */
  readonly dryRun?: boolean
}

/** Somebody else was there first, whether git or the server noticed. */
const overtaken = /stale info|fetch first|non-fast-forward|failed to update ref|failed to lock|cannot lock ref|incorrect old value|reference already exists/i

/**
 * Moves a branch to a commit, or takes it away, if it still is what it is taken to be: a compare-and-swap on the server.
 * Source: https://git-scm.com/docs/git-push, "--force-with-lease" and "OUTPUT".
 * @returns `moved` where it is not: then nothing was changed
 * @throws ReleaseError (DESTINATION) where the server or a hook of it refuses, with their words, (CREDENTIALS, NETWORK, GIT) otherwise
 */
export async function pushBranch(remote: Remote, clone: BareClone, push: Push): Promise<'pushed' | 'moved'> {
  const { branch, commit, expected = '', dryRun = false } = push
  const reference = `refs/heads/${branch}`
  const finished = await remote.run(clone, [
    'push', '--porcelain', '--no-verify', '--no-follow-tags', '--no-signed', '--recurse-submodules=no', ...dryRun ? ['--dry-run'] : [],
    `--force-with-lease=${reference}:${expected}`, '--', remote.url, `${commit ?? ''}:${reference}`,
  ])
  if (finished.exitCode === 0) return 'pushed'
  const refused = /^!\t[^\t]*\t(.*)$/m.exec(finished.stdout)?.[1]
  if (refused === undefined) throw remote.failure(finished, 'push to')
  if (overtaken.test(refused)) return 'moved'
  throw refusal(remote, branch, refused, serverWords(finished.stderr))
}

function refusal({ where }: Remote, branch: string, refused: string, words: string): ReleaseError {
  const [, why = refused] = /\((.*)\)\s*$/.exec(refused) ?? []
  const first = words.split('\n')[0]?.replace(/^error: /, '')
  return new ReleaseError(`Cannot push to ${where}: it refuses to change ${branch}: ${why}${first ? `: ${first}` : ''}`, {
    code: 'DESTINATION', output: words || refused,
    hint: /checked out/.test(why) ? 'Name a bare repository, or a branch that nobody has checked out there.' : 'Allow it there for whoever pushes, or name another branch.',
  })
}
