import { githubFailure } from '../../clients/github/failure.ts'
import type { Github } from '../../clients/github.ts'
import { largestSkew } from '../../clients/server-clock.ts'
import type { Lookout } from '../../contracts/workshop.ts'
import { asProblem } from '../../values/as-problem.ts'
import { ReleaseError } from '../../values/errors.ts'
import { knownDigest } from '../../values/known-digest.ts'
import type { Outline } from '../../values/outline.ts'
import type { Problem } from '../../values/problem.ts'
import { readableDuration } from '../../values/readable.ts'
import { isKept } from './asset-name.ts'
import { burnedTag } from './burned-tag.ts'
import type { Here } from './options.ts'
import { different } from './place-asset.ts'
import { releaseOfTag } from './release-of-tag.ts'
import { tagProblem } from './require-tag.ts'

/** Assets that a release may have; characters of notes; milliseconds that the clock of who signs with the time may differ. */
const [mostAssets, longestNotes, largestSkewOfApps] = [1000, 125_000, 60_000]

export interface Checking extends Pick<Lookout, 'now' | 'notice'> {
  readonly open: () => Promise<Github>
  /** All that is sent there. */
  readonly what: readonly Outline[]
}

/** What would make a release fail, told by asking GitHub without changing anything: all at once, as far as it can be asked. */
export async function checkRelease(here: Here, { open, what, now, notice }: Checking): Promise<readonly Problem[]> {
  const { name, options: { token, app, version } } = here
  const known = [...nameProblems(here, what), ...notesProblems(here)]
  if (!token && !app) return [...known, { where: name, code: 'CREDENTIALS', message: `Cannot publish at ${name}: there is no token`, hint: 'Give githubRelease() a token: process.env.GITHUB_TOKEN, in GitHub Actions the secret of that name.' }]
  const github = await open()
  const facts = await attempt(name, () => github.facts())
  if ('problem' in facts) return [...known, facts.problem]
  const asked = await Promise.all([
    problemsOf(name, async () => { await github.generateNotes(here.tag, version.commit).catch((error: unknown) => { throw rightless(error, here) }) }),
    // That a snapshot goes nowhere is said of all destinations at once.
    version.snapshot ? [] : problemsOf(name, async () => tagProblem(github, here)),
    problemsOf(name, async () => standingProblems(here, github, { what, notice })),
  ])
  return [...known, ...factProblems(here, facts.found, now()), ...asked.flat()]
}

async function attempt<T>(where: string, act: () => Promise<T>): Promise<{ readonly found: T } | { readonly problem: Problem }> {
  try {
    return { found: await act() }
  } catch (error) {
    return { problem: asProblem(where, error) }
  }
}

async function problemsOf(where: string, act: () => Promise<readonly ReleaseError[] | ReleaseError | void>): Promise<readonly Problem[]> {
  const result = await attempt(where, act)
  return 'problem' in result ? [result.problem] : [result.found ?? []].flat().map(error => asProblem(where, error))
}

/** GitHub tells who may read a repository and not write it that what takes writing is not there. */
function rightless(error: unknown, { options: { repository } }: Here): unknown {
  if (githubFailure(error)?.status !== 404) return error
  return new ReleaseError(`Cannot write releases of ${repository}: the token may read the repository, and not write it`, {
    code: 'CREDENTIALS', cause: error, hint: 'Give it the scope `repo` (`public_repo` for a public one), or "Contents: read and write"; in GitHub Actions `permissions: contents: write`.',
  })
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

function factProblems({ name, options: { repository, app } }: Here, { archived, clock, fullName }: Awaited<ReturnType<Github['facts']>>, now: number): readonly Problem[] {
  const skew = clock === undefined ? 0 : Math.abs(now - clock)
  return [
    ...archived ? [{ where: name, code: 'DESTINATION', message: `Cannot publish at ${name}: the repository is archived`, hint: 'Unarchive it in its settings.' } as const] : [],
    ...fullName.toLowerCase() === repository.toLowerCase() ? [] : [{ where: name, code: 'DESTINATION', message: `Cannot publish at ${name}: the repository is called ${fullName} now`, hint: 'Write that name in build.ts.' } as const],
    ...skew <= (app ? largestSkewOfApps : largestSkew) ? [] : [{ where: name, code: 'DESTINATION', message: `Cannot publish at ${name}: the clock of this machine is ${readableDuration(skew)} off GitHub's`, hint: `Set it right: ${app ? 'a GitHub App signs with the time' : 'tokens are valid for a time'}.` } as const],
  ]
}

/** A release that is there already, where nothing can be added to it, it has other bytes, or it would not be published. */
async function standingProblems({ name, tag, options: { draft } }: Here, github: Github, { what, notice }: Pick<Checking, 'what' | 'notice'>): Promise<readonly ReleaseError[]> {
  const found = await releaseOfTag(github, tag)
  if (!found || found.draft) return await github.attested(tag) === true ? [burnedTag({ name, tag })] : []
  if (draft) return [new ReleaseError(`Cannot make a draft of ${tag} at ${name}: the release is public`, { code: 'DESTINATION', hint: 'Leave out draft.' })]
  const files = what.filter(({ kind }) => kind !== 'release-notes')
  const there = new Map((await github.assets(found.id)).filter(({ state }) => state === 'uploaded').map(asset => [asset.name, asset] as const))
  const missing = files.map(outline => outline.name).filter(one => !there.has(one))
  const unknown = files.filter(file => there.has(file.name) && (knownDigest(file) === undefined || there.get(file.name)?.digest === undefined))
  if (unknown.length > 0) notice(`${tag} is public at ${name} and has ${listed(unknown)} already: nothing can take the place of that, so it goes on only where the same bytes are made`)
  return [
    ...found.immutable && missing.length > 0 ? [frozen({ name, tag }, missing)] : [],
    ...files.flatMap(file => {
      const [own, other] = [knownDigest(file), there.get(file.name)?.digest]
      return own === undefined || other === undefined || own === other ? [] : [different({ name: file.name, digest: own }, other, { name, tag })]
    }),
  ]
}

function frozen({ name, tag }: Pick<Here, 'name' | 'tag'>, missing: readonly string[]): ReleaseError {
  return new ReleaseError(`Cannot publish ${tag} at ${name}: the release is public and immutable, without ${missing.join(', ')}`, {
    code: 'DESTINATION', hint: 'Nothing can be added to it: publish the next version. Make releases as drafts, or let Slipway make them.',
  })
}

function listed([first, ...others]: readonly Outline[]): string {
  return `${first?.name ?? ''}${others.length === 0 ? '' : ` and ${others.length} more`}`
}
