import { join } from 'node:path'
import { makeTag, pushTag } from '../clients/git/make-tag.ts'
import type { Exec } from '../contracts/exec.ts'
import type { Commit } from '../formats/commits-types.ts'
import { notedChanges, plainNotes } from '../formats/release-notes.ts'
import type { NotedChanges } from '../formats/release-notes-types.ts'
import { previousTag } from '../formats/version-previous.ts'
import type { VersionTag } from '../formats/version-tag.ts'
import { changelogGap, usualChangelog } from './changelog/file.ts'
import { confirm } from './confirm.ts'
import { gitExec } from './git-exec.ts'
import { readCutFacts, type CutFacts, type CutPlace } from './cut/facts.ts'
import { cutProblems } from './cut/problems.ts'
import { askedVersion, newCommits, wantedVersion } from './cut/wanted.ts'
import type { Setting } from './setting.ts'

export interface CutOptions extends CutPlace {
  /** The version that is cut: `1.2.3`, `1.3.0-rc.1`, with or without what stands before it in tags. */
  readonly version?: string
  /** In place of one: the next one of its kind. */
  readonly next?: string
  /** Sends the tag to the remote. */
  readonly push?: boolean
}

/** What is about to be tagged. */
interface Cut {
  readonly version: VersionTag
  readonly facts: CutFacts
  readonly previous?: string
  readonly commits: readonly Commit[]
  readonly changes: NotedChanges
}

/**
 * Tags the commit that is checked out as a version, once nothing speaks against it: it is the release branch's head or a merge
 * on it, with all that the development branch has; the remote has it; the tree is clean; the version is the next of its kind. Shows
 * what is in it and asks first.
 * @returns 0 where it is tagged, 1 where that was not agreed to
 * @throws ReleaseError (USAGE, GIT) or an AggregateError of all that speaks against it; nothing is tagged then
 */
export async function cut(setting: Setting, options: CutOptions): Promise<number> {
  const wish = askedVersion('cut', options)
  const { folder, options: { json = false, quiet = false, yes = false, dryRun = false } } = setting
  const exec = gitExec(setting)
  const facts = await readCutFacts(setting, exec, options)
  const wanted = await wantedVersion('cut', wish, { exec, folder, facts })
  const problems = cutProblems(wanted, facts, options.push ?? false)
  const [first, ...more] = problems
  if (first) throw more.length === 0 ? first : new AggregateError(problems, `Cannot cut ${wanted.tag}`)
  const made = await described(exec, folder, facts, wanted)
  if (!json && !(quiet && (yes || dryRun))) process.stdout.write(`${summary(made)}\n\n${plainNotes(made.changes)}\n${await gap(made, folder)}`)
  const agreed = !dryRun && await confirm(setting, `Tag ${short(facts.commit)} as ${wanted.tag}?`)
  if (agreed) await makeTag(exec, folder, { tag: wanted.tag, commit: facts.commit, message: `${wanted.tag}\n\n${plainNotes(made.changes)}` })
  const pushed = agreed && (options.push ?? false) && facts.remote !== undefined
  if (pushed) await pushTag(exec, folder, facts.remote.name, wanted.tag)
  if (json) process.stdout.write(`${JSON.stringify(asData(made, { tagged: agreed, pushed }), null, 2)}\n`)
  else if (!quiet) process.stdout.write(ending(made, { agreed, pushed, dryRun }))
  return agreed || dryRun ? 0 : 1
}

async function described(exec: Exec, folder: string, facts: CutFacts, version: VersionTag): Promise<Cut> {
  const previous = previousTag(version, facts.reachable)?.tag
  const commits = await newCommits({ exec, folder, facts }, previous)
  return { version, facts, commits, changes: notedChanges(commits, { version: version.semver, tag: version.tag, ...previous !== undefined && { previous } }), ...previous !== undefined && { previous } }
}

function summary({ version: { tag }, facts: { commit, branch }, previous, commits: { length } }: Cut): string {
  const since = previous === undefined ? 'the first version' : length === 0 ? `nothing new since ${previous}` : `${length === 1 ? 'one commit' : `${length} commits`} after ${previous}`
  return `${tag} would be ${short(commit)} of ${branch.name}: ${since}`
}

/** A changelog that somebody keeps by hand, or with `changelog --write`, is easily forgotten. */
async function gap({ version: { semver, prerelease } }: Cut, folder: string): Promise<string> {
  const found = prerelease === '' ? await changelogGap(join(folder, usualChangelog), semver) : undefined
  return found === undefined ? '' : `${found}\n\n`
}

interface Ended {
  readonly agreed: boolean
  readonly pushed: boolean
  readonly dryRun: boolean
}

function ending({ version: { tag }, facts: { commit, remote } }: Cut, { agreed, pushed, dryRun }: Ended): string {
  if (!agreed) return dryRun ? 'Nothing is tagged: this is a rehearsal.\n' : ''
  const next = pushed ? `Pushed it to ${remote?.name}.` : remote ? `Make it public: git push ${remote.name} ${tag}` : 'There is no remote to push it to.'
  return `Tagged ${short(commit)} as ${tag}.\n${next}\n`
}

function asData({ version, facts: { commit, branch, remote }, previous, commits, changes }: Cut, done: { readonly tagged: boolean; readonly pushed: boolean }): object {
  return {
    version: version.semver, tag: version.tag, commit, branch: branch.name, ...remote && { remote: remote.name }, ...previous !== undefined && { previous },
    commits: commits.length, changes: changes.groups, ...done,
  }
}

function short(commit: string): string {
  return commit.slice(0, 12)
}
