import type { Emit } from '../../graph/events.ts'
import { ReleaseError } from '../../values/errors.ts'
import { largestSkew } from '../../clients/server-clock.ts'
import { readableDuration } from '../../values/readable.ts'
import type { Version } from '../../values/version.ts'
import type { Setting } from '../setting.ts'
import { readTagFacts, type TagFacts } from './tag-facts.ts'

export interface Tagged extends Version {
  readonly tag: string
}

export interface TagChecking {
  readonly setting: Pick<Setting, 'folder' | 'environment' | 'signal' | 'definition'>
  readonly emit: Emit
  /** Whether it is for everyone now: what nobody can tell is a problem then, and noticed else. */
  readonly publishing: boolean
}

/** What keeps a tagged commit from being published: it is on no branch that versions come from, or the tag is another one elsewhere. */
export async function tagProblems(version: Tagged, { setting, emit, publishing }: TagChecking): Promise<readonly ReleaseError[]> {
  const facts = await readTagFacts(setting, version)
  const said = silence(facts, setting.environment)
  if (said !== undefined) emit({ type: 'notice', line: said })
  const branch = branchProblem(facts)
  if (branch && !branch.known && !publishing) emit({ type: 'notice', line: `${branch.why[0]?.toUpperCase()}${branch.why.slice(1)}. ${branch.hint}` })
  const told = branch && (branch.known || publishing) ? [branch] : []
  return [...told, ...movedTag(facts)].map(({ why, hint }) => new ReleaseError(`Cannot publish ${version.tag}: ${why}`, { code: 'GIT', hint }))
}

/** A commit that is younger than now: all that is made of it would be, too. */
export function futureNotice({ date }: Pick<Version, 'date'>, now: number): string | undefined {
  const ahead = Date.parse(date) - now
  return ahead <= largestSkew ? undefined : `The commit is of ${date}, ${readableDuration(ahead)} after this machine's clock: that or the clock of who committed is wrong`
}

interface Trouble {
  readonly why: string
  readonly hint: string
}

/** `known`: whether it is certain. */
function branchProblem(facts: TagFacts): (Trouble & { readonly known: boolean }) | undefined {
  const { commit, branches, named, isOn, shallow, remote, unfetched, elsewhere } = facts
  if (isOn) return undefined
  const names = listed(named)
  const other = `name the branch that versions are on in build.ts: release: { branch: '${elsewhere[0] ?? 'master'}' }`
  const where = remote?.name ?? 'origin'
  const [branch = named[0] ?? 'main'] = (unfetched.length > 0 ? unfetched : branches).map(({ name }) => name)
  if (shallow) {
    return { known: false, why: `the clone is shallow, so nobody can tell whether ${short(commit)} is on ${names}`, hint: `Fetch the rest: git fetch --unshallow ${where} ${plain(branch)}; with actions/checkout, fetch-depth: 0.` }
  }
  if (branches.length === 0) {
    const asked = remote && remote.silent === undefined
    return {
      known: asked ?? false, why: `there is no branch ${names}${asked ? `, neither here nor at ${where}` : ' here'}, and ${short(commit)} has to be on it`,
      hint: asked || !remote ? upper(`${other}.`) : `Fetch it: git fetch ${where} ${plain(branch)}:refs/remotes/${where}/${plain(branch)}; or ${other}.`,
    }
  }
  const [first] = branches
  const alone = first && branches.every(one => one.name === first.name && one.commit === first.commit)
  if (unfetched.length > 0) {
    return { known: false, why: `${short(commit)} is not on ${names} as it is here, and ${unfetched[0]?.name} is at ${short(unfetched[0]?.commit ?? '')} at ${where}, which is not here`, hint: `Fetch it: git fetch ${where} ${unfetched[0]?.name}` }
  }
  return {
    known: true, why: `${short(commit)} is not on ${names}${alone ? `, which is at ${short(first.commit)}` : ''}${elsewhere.length > 0 ? `; it is on ${listed(elsewhere)}` : ''}`,
    hint: `Merge it into ${first?.name} and tag the next version there, or ${other}.`,
  }
}

function movedTag({ tag, commit, remote }: TagFacts): readonly Trouble[] {
  if (remote?.commit === undefined || remote.commit === commit) return []
  return [{ why: `it is on ${short(remote.commit)} at ${remote.name}, and on ${short(commit)} here`, hint: `A version is tagged once: tag the next one, or take the tag that is there: git fetch ${remote.name} --force tag ${tag}` }]
}

/** What a run that a tag has started does not have to ask: it was checked out from there just now. */
function silence({ tag, remote }: TagFacts, { GITHUB_REF, CI_COMMIT_TAG }: Setting['environment']): string | undefined {
  if (remote?.silent === undefined || GITHUB_REF === `refs/tags/${tag}` || CI_COMMIT_TAG === tag) return undefined
  return `${remote.name} does not answer, so nobody can tell whether ${tag} is the same there: ${/^(?:fatal|error|ssh): (.*)$/m.exec(remote.silent)?.[1] ?? remote.silent.split('\n')[0]}`
}

function listed(names: readonly string[]): string {
  return names.length < 2 ? names[0] ?? '' : `${names.slice(0, -1).join(', ')} or ${names.at(-1)}`
}

/** A name for a command line. */
function plain(name: string): string {
  return name.includes('*') ? 'main' : name
}

function upper(text: string): string {
  return `${text[0]?.toUpperCase()}${text.slice(1)}`
}

function short(commit: string): string {
  return commit.slice(0, 12)
}
