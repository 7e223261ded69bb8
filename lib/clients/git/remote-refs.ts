import type { Exec } from '../../contracts/exec.ts'
import type { Tag } from './tags.ts'
import { tryGit } from './try-git.ts'

/** What a remote repository has, asked just now. */
export interface RemoteRefs {
  /** Commit ids by the branches' names. */
  readonly branches: ReadonlyMap<string, string>
  readonly tags: readonly Tag[]
}

/** The remote that a branch comes from: what git is configured to, else `origin`, else the only one. */
export async function remoteOf(exec: Exec, folder: string, branch: string): Promise<string | undefined> {
  const [configured, listed] = await Promise.all([tryGit(exec, folder, ['config', '--get', `branch.${branch}.remote`]), tryGit(exec, folder, ['remote'])])
  const remotes = listed.stdout.split('\n').filter(name => name !== '')
  const named = configured.stdout.trim()
  if (remotes.includes(named)) return named
  return remotes.includes('origin') || remotes.length !== 1 ? remotes.find(name => name === 'origin') : remotes[0]
}

/** @returns what git said, where the remote does not answer */
export async function remoteRefs(exec: Exec, folder: string, remote: string): Promise<RemoteRefs | string> {
  const { ok, stdout, said } = await tryGit(exec, folder, ['ls-remote', '--heads', '--tags', '--', remote])
  if (!ok) return said
  const [branches, tags] = [new Map<string, string>(), new Map<string, string>()]
  for (const line of stdout.split('\n')) {
    const [, commit = '', kind, name = '', peeled] = /^([\da-f]{40,64})\trefs\/(heads|tags)\/(.+?)(\^\{\})?$/.exec(line) ?? []
    // What an annotated tag stands on comes after the tag.
    if (kind === 'heads') branches.set(name, commit)
    else if (kind === 'tags' && (peeled || !tags.has(name))) tags.set(name, commit)
  }
  return { branches, tags: [...tags].map(([tag, commit]) => ({ tag, commit })) }
}
