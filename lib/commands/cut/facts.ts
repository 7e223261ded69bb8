import { changedFiles, headOf, modulePrefix, reachableTags, repositoryOf, treeChanges, type Tag } from '../../clients/git.ts'
import { commitAt, currentBranch, isContained, isMergeOn } from '../../clients/git/ancestry.ts'
import { usualBranch } from '../../clients/git/branches.ts'
import { remoteOf, remoteRefs, type RemoteRefs } from '../../clients/git/remote-refs.ts'
import { existingTags } from '../../clients/git/tags.ts'
import { tryGit } from '../../clients/git/try-git.ts'
import { untrackedFiles } from '../../clients/git/untracked-files.ts'
import type { Exec } from '../../contracts/exec.ts'
import type { VersionReading } from '../../contracts/reading.ts'
import { foldersOf, pathsOf } from '../../destinations/directory.ts'
import { tagPrefix } from '../../formats/version-prefix.ts'
import { versionTags } from '../../formats/version-tags.ts'
import type { VersionTag } from '../../formats/version-tag.ts'
import { cutBranch, namedBranches } from '../check/release-branch.ts'
import type { Setting } from '../setting.ts'

/** Where a version is cut from, as far as it is told. */
export interface CutPlace {
  /** Default: the first one that build.ts names, or the one of its branches that is checked out; else `main`, or `master` where that is what there is. */
  readonly branch?: string
  /** Where work goes before it is merged; `false` for nowhere. Default: what build.ts says, else develop, development or dev, where there is one. */
  readonly develop?: string | false
  /** Default: what the branch comes from. `false` for none. */
  readonly remote?: string | false
  /** What stands before versions in tags. Default: as a release reads it. */
  readonly prefix?: string
}

/** How the repository is. */
export interface CutFacts {
  readonly prefix: string
  /** The commit that is checked out. */
  readonly commit: string
  /** The versions on it. */
  readonly here: readonly VersionTag[]
  /** The versions on it and before it. */
  readonly reachable: readonly VersionTag[]
  /** Every version tag of this repository. */
  readonly tags: readonly Tag[]
  readonly branch: {
    readonly name: string
    /** Of the branch here, or at the remote where there is none here. */
    readonly head?: string
    readonly isHere: boolean
    /** Whether the commit is its head, or a merge on its line. */
    readonly isOn: 'head' | 'merge' | false
    /** The branch that is checked out. */
    readonly checkedOut?: string
  }
  readonly develop?: { readonly name: string; readonly state: 'merged' | 'not merged' | 'absent' }
  readonly remote?: CutRemote
  readonly shallow: boolean
  /** Tracked files that differ from the commit. */
  readonly changed: readonly string[]
  /** Files of the project that git neither knows nor ignores. */
  readonly untracked: readonly string[]
  /** What git says where it does not know who tags. */
  readonly nobody?: string
}

export interface CutRemote {
  readonly name: string
  /** What git says where it does not answer. */
  readonly silent?: string
  /** How the branch there stands to the one here: `behind` is the one here. */
  readonly state?: 'same' | 'behind' | 'ahead' | 'apart' | 'absent'
  /** Version tags there. */
  readonly tags: readonly Tag[]
}

/** Reads all that a cut depends on. @throws ReleaseError (GIT) */
export async function readCutFacts({ folder, place, definition, environment }: Setting, exec: Exec, options: CutPlace): Promise<CutFacts> {
  const given = { ...definition.release?.develop !== undefined && { develop: definition.release.develop }, ...options }
  const name = given.branch ?? cutBranch(namedBranches(definition) ?? [await usualBranch(exec, folder)], await currentBranch(exec, folder))
  const prefix = await prefixOf(definition.version, given, { folder, exec, environment })
  const [head, { root, shallow }, reached, all, tree, checkedOut, ident, remote] = await Promise.all([
    headOf(exec, folder), repositoryOf(exec, folder), reachableTags(exec, folder, prefix), existingTags(exec, folder, [`${prefix}*`]), changedFiles(exec, folder),
    currentBranch(exec, folder), tryGit(exec, folder, ['var', 'GIT_COMMITTER_IDENT']), given.remote === false ? undefined : given.remote ?? remoteOf(exec, folder, name),
  ])
  const refs = remote === undefined ? undefined : await remoteRefs(exec, folder, remote)
  const answer = typeof refs === 'string' ? undefined : refs
  const [local, outputs] = [await commitAt(exec, folder, `refs/heads/${name}`), pathsOf(foldersOf('dist', place))]
  const there = answer?.branches.get(name)
  const branchHead = local ?? (there === undefined ? undefined : await commitAt(exec, folder, there))
  const untracked = (await untrackedFiles(exec, folder)).filter(path => !outputs.some(output => isInside(`${folder}/${path}`, output)))
  const { changed } = await treeChanges(root, { changed: tree, untracked: [], outputs })
  const develop = shallow ? undefined : await developOf(exec, folder, head.commit, given, name, answer)
  return {
    prefix, commit: head.commit, shallow, changed, untracked, ...!ident.ok && { nobody: ident.said },
    here: versionTags(head.tags, prefix).versions, reachable: versionTags(reached.map(({ tag }) => tag), prefix).versions, tags: ofVersions(all, prefix),
    branch: {
      name, isHere: local !== undefined, ...branchHead !== undefined && { head: branchHead }, ...checkedOut !== undefined && { checkedOut },
      isOn: branchHead === undefined ? false : branchHead === head.commit ? 'head' : await isMergeOn(exec, folder, head.commit, branchHead) && 'merge',
    },
    ...develop && { develop },
    ...remote !== undefined && { remote: {
      name: remote, ...typeof refs === 'string' && { silent: refs }, tags: ofVersions(answer?.tags ?? [], prefix),
      ...answer && !shallow && { state: await stateOf(exec, folder, branchHead, there) },
    } },
  }
}

/** As build.ts says; else as the tags do that a release finds. */
async function prefixOf(version: VersionReading | undefined, { prefix }: CutPlace, { folder, exec, environment }: Pick<Setting, 'folder' | 'environment'> & { readonly exec: Exec }): Promise<string> {
  const said = prefix ?? version?.prefix
  if (said !== undefined) return tagPrefix(said)
  if (!version) return modulePrefix(exec, folder)
  const { tag, previous } = await version.read({ folder, exec, environment, outputs: [], untracked: [], notice: () => undefined })
  return (tag ?? previous)?.replace(/v?\d+\.\d+\.\d+.*$/, '') ?? modulePrefix(exec, folder)
}

function ofVersions(tags: readonly Tag[], prefix: string): readonly Tag[] {
  const own = new Set(versionTags(tags.map(({ tag }) => tag), prefix).versions.map(({ tag }) => tag))
  return tags.filter(({ tag }) => own.has(tag))
}

async function stateOf(exec: Exec, folder: string, here: string | undefined, there: string | undefined): Promise<NonNullable<CutRemote['state']>> {
  if (there === undefined) return 'absent'
  if (here === there) return 'same'
  if (here === undefined || await isContained(exec, folder, here, there)) return 'behind'
  if (await isContained(exec, folder, there, here)) return 'ahead'
  // What is not here may come after what is here, or beside it.
  return await commitAt(exec, folder, there) === undefined ? 'behind' : 'apart'
}

async function developOf(exec: Exec, folder: string, commit: string, given: CutPlace, release: string, refs: RemoteRefs | undefined): Promise<CutFacts['develop']> {
  if (given.develop === false) return undefined
  const names = given.develop === undefined ? ['develop', 'development', 'dev'].filter(name => name !== release) : [given.develop]
  for (const name of names) {
    const heads = [await commitAt(exec, folder, `refs/heads/${name}`), refs?.branches.get(name)].filter(head => head !== undefined)
    if (heads.length === 0) continue
    const merged = await Promise.all(heads.map(async head => isContained(exec, folder, head, commit)))
    return { name, state: merged.every(Boolean) ? 'merged' : 'not merged' }
  }
  return given.develop === undefined ? undefined : { name: given.develop, state: 'absent' }
}

function isInside(path: string, folder: string): boolean {
  return path === folder || path.startsWith(`${folder}/`)
}
