import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

const execute = promisify(execFile)
const fixed = { GIT_CONFIG_NOSYSTEM: '1', GIT_CONFIG_GLOBAL: '/dev/null', LC_ALL: 'C' }

/** A bare repository on the disk, as a server works in it. */
export interface BareRepository {
  readonly folder: string
  /** Commits of branches and tags, by full name: `refs/heads/main`. */
  references(): Promise<ReadonlyMap<string, string>>
  /** Without a commit it goes. */
  move(reference: string, commit: string | undefined): Promise<void>
  /** Whether the first commit is the second one, or before it. */
  contains(commit: string, tip: string): Promise<boolean>
  /** How many commits the second one has that the first one does not have; undefined where they have nothing in common. */
  ahead(base: string, head: string): Promise<number | undefined>
  /** Takes in what a branch of another one has. */
  take(from: string, reference: string): Promise<void>
  /** @returns the new commit; undefined where both changed the same lines */
  merge(merging: Merging): Promise<string | undefined>
}

export interface Merging {
  readonly base: string
  readonly head: string
  readonly method: 'merge' | 'squash' | 'rebase'
  readonly message: string
  /** Who merges. */
  readonly login: string
}

export function bareRepository(folder: string): BareRepository {
  const git = async (args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<string> =>
    (await execute('git', ['-C', folder, ...args], { env: { PATH: process.env['PATH'], ...fixed, ...env } })).stdout.trimEnd()
  return {
    folder,
    references: async () => new Map((await git(['for-each-ref', '--format=%(refname) %(objectname) %(*objectname)', 'refs/heads', 'refs/tags']))
      .split('\n').filter(line => line !== '').map(line => line.split(' ')).map(([name = '', own = '', peeled = '']) => [name, peeled || own])),
    move: async (reference, commit) => { await git(commit === undefined ? ['update-ref', '-d', reference] : ['update-ref', reference, commit]) },
    contains: (commit, tip) => git(['merge-base', '--is-ancestor', commit, tip]).then(() => true, () => false),
    ahead: async (base, head) => git(['merge-base', base, head]).then(async () => Number(await git(['rev-list', '--count', `${base}..${head}`])), () => undefined),
    take: async (from, reference) => { await git(['fetch', '--quiet', '--no-tags', '--no-write-fetch-head', from, reference]) },
    merge: async ({ base, head, method, message, login }) => {
      const tree = (await git(['merge-tree', '--write-tree', base, head]).catch(() => '')).split('\n')[0]
      if (!tree) return undefined
      const who = { GIT_AUTHOR_NAME: login, GIT_AUTHOR_EMAIL: `${login}@users.noreply.example`, GIT_COMMITTER_NAME: 'GitHub', GIT_COMMITTER_EMAIL: 'noreply@github.example' }
      const text = method === 'rebase' ? await git(['show', '--no-patch', '--format=%B', head]) : message
      return git(['commit-tree', tree, '-p', base, ...method === 'merge' ? ['-p', head] : [], '-m', text], who)
    },
  }
}
