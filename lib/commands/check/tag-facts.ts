import { commitAt, isContained } from '../../clients/git/ancestry.ts'
import { knownBranches, usualBranch, type Branch } from '../../clients/git/branches.ts'
import { remoteOf, remoteRefs, type RemoteRefs } from '../../clients/git/remote-refs.ts'
import { repositoryOf } from '../../clients/git/repository.ts'
import type { Version } from '../../values/version.ts'
import { gitExec } from '../git-exec.ts'
import { isNamed, namedBranches } from './release-branch.ts'
import type { Setting } from '../setting.ts'

/** How a version's tag stands to the branches that versions are on, here and where they are shared. */
export interface TagFacts {
  readonly tag: string
  readonly commit: string
  /** Names of release branches, as build.ts writes them. */
  readonly named: readonly string[]
  /** The release branches that there are, here and at the remote. */
  readonly branches: readonly Branch[]
  /** Whether the commit is on one of them, as far as is known here. */
  readonly isOn: boolean
  /** Branches of that name at the remote whose heads are not here. */
  readonly unfetched: readonly Branch[]
  /** Other branches that it is on. */
  readonly elsewhere: readonly string[]
  readonly shallow: boolean
  readonly remote?: TagRemote
}

export interface TagRemote {
  readonly name: string
  /** What git says where it does not answer. */
  readonly silent?: string
  /** The commit of the tag there. */
  readonly commit?: string
}

/** Milliseconds that a remote has to answer. */
const patience = 30_000

/** Reads all of it; the remote is asked once. @throws ReleaseError (GIT) */
export async function readTagFacts(setting: Pick<Setting, 'folder' | 'environment' | 'signal' | 'definition'>, { commit, tag }: Pick<Version, 'commit'> & { readonly tag: string }): Promise<TagFacts> {
  const { folder } = setting
  const exec = gitExec(setting)
  const name = await remoteOf(exec, folder, namedBranches(setting.definition)?.[0] ?? 'main')
  const [answer, known, { shallow }] = await Promise.all([name === undefined ? undefined : refsOf(setting, name), knownBranches(exec, folder, name), repositoryOf(exec, folder)])
  const refs = typeof answer === 'string' ? undefined : answer
  const named = namedBranches(setting.definition) ?? [await usualBranch(exec, folder, name, refs?.branches.keys())]
  const there = name === undefined ? [] : [...refs?.branches ?? []].map(([branch, head]): Branch => ({ name: branch, remote: name, commit: head }))
  // What the remote says now counts more than what it said when it was last fetched.
  const all = [...known.filter(one => one.remote === undefined || !refs), ...there]
  const branches = all.filter(one => isNamed(one.name, named))
  const here = await Promise.all(branches.map(async one => await commitAt(exec, folder, one.commit) !== undefined))
  const fetched = [...branches.filter((_, at) => here[at]), ...known.filter(one => isNamed(one.name, named))]
  const isOn = branches.some(one => one.commit === commit) || await someContain(fetched.map(one => one.commit), head => isContained(exec, folder, commit, head))
  const elsewhere = isOn ? [] : await otherBranches(known.filter(one => !isNamed(one.name, named)), head => isContained(exec, folder, commit, head))
  return {
    tag, commit, named, branches, isOn, shallow, elsewhere, unfetched: branches.filter((_, at) => !here[at]),
    ...name !== undefined && { remote: { name, ...typeof answer === 'string' && { silent: answer }, ...tagIn(refs, tag) } },
  }
}

function tagIn(refs: RemoteRefs | undefined, tag: string): Pick<TagRemote, 'commit'> {
  const found = refs?.tags.find(one => one.tag === tag)
  return found ? { commit: found.commit } : {}
}

/** A remote that says nothing for long says nothing. */
async function refsOf(setting: Pick<Setting, 'folder' | 'environment' | 'signal'>, remote: string): Promise<RemoteRefs | string> {
  const late = AbortSignal.timeout(patience)
  const environment = { GIT_SSH_COMMAND: 'ssh -o BatchMode=yes -o ConnectTimeout=15', ...setting.environment }
  try {
    return await remoteRefs(gitExec({ ...setting, environment, signal: AbortSignal.any([setting.signal, late]) }), setting.folder, remote)
  } catch (error) {
    if (setting.signal.aborted || !late.aborted) throw error
    return `fatal: it says nothing for ${patience / 1000} seconds`
  }
}

async function someContain(heads: readonly string[], contains: (head: string) => Promise<boolean>): Promise<boolean> {
  for (const head of new Set(heads)) if (await contains(head)) return true
  return false
}

const mostOthers = 3

async function otherBranches(branches: readonly Branch[], contains: (head: string) => Promise<boolean>): Promise<readonly string[]> {
  const found = new Set<string>()
  for (const { name, commit } of branches) if (found.size < mostOthers && await contains(commit)) found.add(name)
  return [...found]
}
