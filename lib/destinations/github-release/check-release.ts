import type { Github } from '../../clients/github.ts'
import { asProblem } from '../../values/as-problem.ts'
import { ReleaseError } from '../../values/errors.ts'
import type { Outline } from '../../values/outline.ts'
import type { Problem } from '../../values/problem.ts'
import { readableDuration } from '../../values/readable.ts'
import { isKept } from './asset-name.ts'
import type { Here } from './options.ts'
import { releaseOfTag } from './release-of-tag.ts'
import { tagProblem } from './require-tag.ts'

/** Assets that a release may have; characters of notes; milliseconds that clocks may differ. */
const [mostAssets, longestNotes, largestSkew] = [1000, 125_000, 300_000]

/** What would make a release fail, told by asking GitHub without changing anything: all at once, as far as it can be asked. */
export async function checkRelease(here: Here, open: () => Promise<Github>, what: readonly Outline[]): Promise<readonly Problem[]> {
  const { name, options: { token, app, version } } = here
  const known = [...nameProblems(here, what), ...notesProblems(here)]
  if (!token && !app) return [...known, { where: name, code: 'CREDENTIALS', message: `Cannot publish at ${name}: there is no token`, hint: 'Give githubRelease() a token: process.env.GITHUB_TOKEN, in GitHub Actions the secret of that name.' }]
  const github = await open()
  const facts = await attempt(name, () => github.facts())
  if ('problem' in facts) return [...known, facts.problem]
  const asked = await Promise.all([
    problemsOf(name, async () => { await github.generateNotes(here.tag, version.commit) }),
    problemsOf(name, async () => tagProblem(github, here)),
    problemsOf(name, async () => standingProblem(here, github, what)),
  ])
  return [...known, ...factProblems(here, facts.found), ...asked.flat()]
}

async function attempt<T>(where: string, act: () => Promise<T>): Promise<{ readonly found: T } | { readonly problem: Problem }> {
  try {
    return { found: await act() }
  } catch (error) {
    return { problem: asProblem(where, error) }
  }
}

async function problemsOf(where: string, act: () => Promise<ReleaseError | void>): Promise<readonly Problem[]> {
  const result = await attempt(where, act)
  if ('problem' in result) return [result.problem]
  return result.found ? [asProblem(where, result.found)] : []
}

function nameProblems({ name, tag }: Here, what: readonly Outline[]): readonly Problem[] {
  const changed = what.filter(outline => !isKept(outline.name)).map(outline => JSON.stringify(outline.name))
  return [
    ...changed.length > 0 ? [{ where: name, code: 'NAME', message: `Cannot publish ${changed.join(', ')} at ${name}: GitHub would change ${changed.length > 1 ? 'these names' : 'this name'}`, hint: 'Use letters, digits, - _ + @ and single dots inside; a ~ becomes a dot there.' } as const] : [],
    ...what.length > mostAssets ? [{ where: name, code: 'DESTINATION', message: `Cannot publish ${what.length} files as ${tag} at ${name}: a release has ${mostAssets} at most`, hint: 'Publish fewer, or put some together in archives.' } as const] : [],
  ]
}

function notesProblems({ name, options: { notes = {} } }: Here): readonly Problem[] {
  const length = [notes.header, typeof notes.text === 'string' ? notes.text : '', notes.footer].reduce((sum, part = '') => sum + part.length, 0)
  return length <= longestNotes ? [] : [{ where: name, code: 'DESTINATION', message: `Cannot publish at ${name}: the notes have ${length} characters, and GitHub takes ${longestNotes}`, hint: 'Shorten them, and name the rest by a link.' }]
}

function factProblems({ name, options: { repository } }: Here, { archived, clock, fullName }: Awaited<ReturnType<Github['facts']>>): readonly Problem[] {
  const skew = clock === undefined ? 0 : Math.abs(Date.now() - clock)
  return [
    ...archived ? [{ where: name, code: 'DESTINATION', message: `Cannot publish at ${name}: the repository is archived`, hint: 'Unarchive it in its settings.' } as const] : [],
    ...fullName.toLowerCase() === repository.toLowerCase() ? [] : [{ where: name, code: 'DESTINATION', message: `Cannot publish at ${name}: the repository is called ${fullName} now`, hint: 'Write that name in build.ts.' } as const],
    ...skew <= largestSkew ? [] : [{ where: name, code: 'DESTINATION', message: `Cannot publish at ${name}: the clock of this machine is ${readableDuration(skew)} off GitHub's`, hint: 'Set it right: tokens are valid for a time.' } as const],
  ]
}

/** A release that is there already, where nothing can be added to it, or it would not be published. */
async function standingProblem({ name, tag, options: { draft } }: Here, github: Github, what: readonly Outline[]): Promise<ReleaseError | undefined> {
  const found = await releaseOfTag(github, tag)
  if (!found || found.draft) return undefined
  if (draft) return new ReleaseError(`Cannot make a draft of ${tag} at ${name}: the release is public`, { code: 'DESTINATION', hint: 'Leave out draft.' })
  if (!found.immutable) return undefined
  const there = new Set((await github.assets(found.id)).map(asset => asset.name))
  const missing = what.map(outline => outline.name).filter(one => !there.has(one))
  if (missing.length === 0) return undefined
  return new ReleaseError(`Cannot publish ${tag} at ${name}: the release is public and immutable, without ${missing.join(', ')}`, {
    code: 'DESTINATION', hint: 'Nothing can be added to it: publish the next version. Make releases as drafts, or let Slipway make them.',
  })
}
