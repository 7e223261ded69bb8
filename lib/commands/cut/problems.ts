import type { VersionTag } from '../../formats/version-tag.ts'
import { versionTags } from '../../formats/version-tags.ts'
import { ReleaseError } from '../../values/errors.ts'
import type { CutFacts } from './facts.ts'
import { misfitOf } from './version.ts'

type Problem = readonly [why: string, hint: string, code?: 'VERSION']

/** All that keeps a version from being cut, each with its remedy. */
export function cutProblems(version: VersionTag, facts: CutFacts, push: boolean): readonly ReleaseError[] {
  const found = [...commitProblems(facts), ...treeProblems(facts), ...remoteProblems(facts, push), ...versionProblems(version, facts)]
  return found.map(([why, hint, code = 'GIT' as const]) => new ReleaseError(`Cannot cut ${version.tag}: ${why}`, { code, hint }))
}

/** The versions that a new one has to be higher than. A branch with a number in its name is a line of its own. */
export function rivalsOf({ branch, reachable, tags, remote, prefix }: CutFacts): readonly VersionTag[] {
  if (/\d/.test(branch.name)) return reachable
  return versionTags([...new Set([...tags, ...remote?.tags ?? []].map(({ tag }) => tag))], prefix).versions
}

function commitProblems({ branch: { name, head, isOn, checkedOut, isHere }, commit, shallow, develop, nobody, remote }: CutFacts): readonly Problem[] {
  const problems: Problem[] = []
  if (shallow) problems.push(['the clone is shallow, so it does not tell what came before', 'Fetch the rest: git fetch --tags --unshallow'])
  if (head === undefined) {
    const fetch = remote?.state === undefined || remote.state === 'absent' ? 'Name the branch that releases come from: --branch master' : `Fetch it: git fetch ${remote.name} ${name}`
    problems.push([`there is no branch ${name} here`, fetch])
  } else if (isOn === false && !shallow) {
    problems.push([
      `${checkedOut ?? 'what is checked out'} is at ${short(commit)}, ${name} at ${short(head)}`,
      `Merge it and switch: git switch ${isHere ? name : `--track ${remote?.name ?? 'origin'}/${name}`} (or name the branch that releases come from: --branch)`,
    ])
  }
  if (develop?.state === 'absent') problems.push([`there is no branch ${develop.name}, neither here nor at a remote`, 'Correct --develop, or leave it out.'])
  if (develop?.state === 'not merged') {
    problems.push([`${develop.name} has commits that ${short(commit)} has not`, `Merge them: git switch ${name} && git merge --no-ff ${develop.name} (or cut without them: --no-develop)`])
  }
  if (nobody !== undefined) problems.push(['git does not know who tags', 'Tell it: git config user.name NAME && git config user.email ADDRESS'])
  return problems
}

function treeProblems({ changed, untracked }: CutFacts): readonly Problem[] {
  return [
    ...changed.length === 0 ? [] : [[`${listed(changed, 'is', 'are')} changed`, 'Commit that, or undo it: git restore --staged --worktree .'] as const],
    ...untracked.length === 0 ? [] : [[`${listed(untracked, 'is', 'are')} unknown to git`, 'Add and commit it, remove it, or list it in .gitignore.'] as const],
  ]
}

function remoteProblems({ remote, branch: { name, isOn, isHere }, tags }: CutFacts, push: boolean): readonly Problem[] {
  if (!remote) return push ? [['there is no remote to push it to', 'Add one: git remote add origin ADDRESS']] : []
  const { name: where, silent, state } = remote
  if (silent !== undefined) return [[`${where} does not answer: ${/^(?:fatal|error|ssh): (.*)$/m.exec(silent)?.[1] ?? silent.split('\n')[0]}`, 'Reach it, or cut without it: --no-remote']]
  const problems: Problem[] = []
  if (state === 'absent') problems.push([`${where} has no branch ${name}`, `Push it: git push ${where} ${name}`])
  if (state === 'ahead') problems.push([`${where} does not have all of ${name}`, `Push it: git push ${where} ${name}`])
  // A merge further back is whole, whatever came after it.
  if (state === 'behind' && isHere && isOn !== 'merge') problems.push([`${where} has commits on ${name} that are not here`, `Take them: git pull --ff-only ${where} ${name}`])
  if (state === 'apart') problems.push([`${name} here and at ${where} have each what the other has not`, `Bring them together: git pull --rebase=false ${where} ${name} && git push ${where} ${name}`])
  const here = new Map(tags.map(({ tag, commit }) => [tag, commit]))
  const missing = remote.tags.filter(({ tag }) => !here.has(tag))
  const moved = remote.tags.filter(({ tag, commit }) => here.has(tag) && here.get(tag) !== commit)
  if (missing.length > 0) problems.push([`${listed(missing.map(({ tag }) => tag), 'is', 'are')} at ${where} and not here`, `Fetch them: git fetch --tags ${where}`])
  for (const { tag, commit } of moved) problems.push([`${tag} is on ${short(here.get(tag) ?? '')} here and on ${short(commit)} at ${where}`, `Keep one of them; the one at ${where}: git fetch ${where} --force tag ${tag}`])
  return problems
}

function versionProblems(version: VersionTag, facts: CutFacts): readonly Problem[] {
  const { here, commit, tags, remote, prefix } = facts
  const stable = version.prerelease === ''
  const exists = [...tags, ...remote?.tags ?? []].find(({ tag }) => versionTags([tag], prefix).versions[0]?.semver === version.semver)
  if (exists) return [[`${exists.tag} is on ${short(exists.commit)} ${tags.includes(exists) ? 'already' : `at ${remote?.name} already`}`, 'Cut the next one: --next rc, patch, minor or major', 'VERSION']]
  const misfit = misfitOf(version, rivalsOf(facts))
  const same = here.find(({ prerelease, base }) => stable ? prerelease === '' : prerelease !== '' && base === version.base)
  return [
    ...misfit ? [[misfit.why, misfit.hint, 'VERSION'] as const] : [],
    ...same ? [[`${short(commit)} is ${same.tag} already`, stable ? 'Commit what is new first.' : 'Commit what is new first, or cut the stable version.', 'VERSION'] as const] : [],
  ]
}

function listed([first = '', ...others]: readonly string[], one: string, several: string): string {
  if (others.length === 0) return `${first} ${one}`
  return `${first} and ${others.length === 1 ? 'another' : `${others.length} others`} ${several}`
}

function short(commit: string): string {
  return commit.slice(0, 12)
}
