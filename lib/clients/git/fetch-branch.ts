import type { BareClone } from './bare-clone.ts'
import type { Remote } from './remote.ts'

/**
 * Fetches a branch's head, with its history where that is asked for. Tags and submodules stay where they are.
 * @returns its id; undefined where there is no such branch, or nothing at all
 * @throws ReleaseError (CREDENTIALS, DESTINATION, NETWORK, GIT) where it cannot be read
 */
export async function fetchBranch(remote: Remote, clone: BareClone, branch: string, { history = false }: { readonly history?: boolean } = {}): Promise<string | undefined> {
  // The largest number is no limit: "git clone", --depth; a clone that was shallow before is whole then.
  const depth = `--depth=${history ? 0x7fffffff : 1}`
  const finished = await remote.run(clone, [
    'fetch', '--quiet', '--force', '--no-tags', '--no-recurse-submodules', '--no-write-fetch-head', depth,
    '--', remote.url, `+refs/heads/${branch}:${fetched}`,
  ])
  if (finished.exitCode === 0) return (await clone.git(['rev-parse', '--verify', `${fetched}^{commit}`])).trimEnd()
  if (/couldn't find remote ref/i.test(finished.stderr)) return undefined
  throw remote.failure(finished, 'read')
}

const fetched = 'refs/slipway/fetched'
