import type { Github } from '../../clients/github.ts'
import type { GithubAsset, GithubRelease } from '../../clients/github/answers.ts'
import type { Finding, Session, Shipped, Staged } from '../../contracts/destination.ts'
import type { World } from '../../contracts/workshop.ts'
import type { Artifact } from '../../values/artifact.ts'
import type { Digest } from '../../values/descriptor.ts'
import { ReleaseError } from '../../values/errors.ts'
import type { Release } from '../../values/release.ts'
import { ensureDraft } from './ensure-draft.ts'
import type { Here, ReleaseFile } from './options.ts'
import { placeAsset } from './place-asset.ts'
import { publishRelease } from './publish-release.ts'
import { requireTag } from './require-tag.ts'
import { retractRelease } from './retract-release.ts'

/** What is staged into. */
interface Stage {
  readonly release: GithubRelease
  readonly assets: readonly GithubAsset[]
}

/** One run's visit to a release. Nothing is asked or made there before the first file is staged. */
export function openRelease(here: Here, github: Github, { version }: Release): Session<ReleaseFile> {
  if (version.commit !== here.options.version.commit || version.semver !== here.options.version.semver) throw otherVersion(here, version.semver)
  let opening: Promise<Stage> | undefined
  const stage = (): Promise<Stage> => opening ??= begin(here, github)
  const placed = new Map<string, Placed>()
  const waiting = new Map<string, Digest>()
  let words: string | undefined
  return {
    stage: async (artifact, { content }) => {
      const { release, assets } = await stage()
      if (isWords(artifact)) {
        words = await textOf(content.open(artifact))
        return { artifact, url: release.uploadUrl.replace(/\/assets$/, '') }
      }
      const there = assets.find(({ name, state }) => name === artifact.name && state === 'uploaded')
      if (release.immutable && !there) throw frozen(artifact, here)
      // Everybody would see it at once.
      if (!release.draft && !there) waiting.set(artifact.name, artifact.digest)
      else {
        const place = (known: readonly GithubAsset[]): Promise<GithubAsset> => placeAsset(artifact, { here, github, release, content, known })
        placed.set(artifact.name, { asset: await place(assets), place })
      }
      return { artifact, url: `${release.uploadUrl.replace(/\/assets$/, '')}/${artifact.name}` }
    },
    // Words become visible with the files, and are not there before.
    verify: async ({ artifact: { name, kind, digest } }) => kind === 'release-notes' ? { state: 'staged', digest } : verified(name, { github, placed: placed.get(name), waiting, release: (await stage()).release }),
    commit: async (all, world) => {
      const shipped = { ...all, staged: all.staged.filter(({ artifact }) => !isWords(artifact)) }
      refusePart(shipped, here)
      const { release, assets } = await stage()
      noticeStrangers(assets, shipped, world)
      const late = inOrder(shipped.staged).filter(one => waiting.has(one.artifact.name))
      const known = late.length > 0 ? await github.assets(release.id) : []
      for (const { artifact } of late) {
        const asset = await placeAsset(artifact, { here, github, release, content: world.content, known })
        await requireSame(artifact, await github.digest(asset), here)
      }
      await requireAll(shipped, { here, github, release })
      await publishRelease(github, words === undefined ? here : { ...here, options: { ...here.options, notes: { ...here.options.notes, text: words } } }, release.id)
    },
    retract: what => retractRelease(github, here, what),
  }
}

/** What a release says of itself, as a step made it: no file of it. */
function isWords({ kind }: Artifact): boolean {
  return kind === 'release-notes'
}

async function textOf(bytes: AsyncIterable<Uint8Array>): Promise<string> {
  const parts: Uint8Array[] = []
  for await (const part of bytes) parts.push(part)
  return Buffer.concat(parts).toString()
}

async function begin(here: Here, github: Github): Promise<Stage> {
  await requireTag(github, here)
  const release = await ensureDraft(github, here)
  return { release, assets: await github.assets(release.id) }
}

interface Placed {
  readonly asset: GithubAsset
  /** Places it again. */
  place(known: readonly GithubAsset[]): Promise<GithubAsset>
}

interface Looking {
  readonly github: Github
  readonly placed: Placed | undefined
  readonly waiting: ReadonlyMap<string, Digest>
  readonly release: GithubRelease
}

/** Reads back what was uploaded. What waits for the commit is not there; its bytes are those that the artifact says, or sending them fails. */
async function verified(name: string, { github, placed, waiting, release }: Looking): Promise<Finding> {
  const digest = waiting.get(name)
  if (digest !== undefined || !placed) return { state: 'absent', ...(digest === undefined ? {} : { digest }) }
  // Another run at the same moment takes an upload that has not ended for one that was broken off, and sends the same again.
  const there = await github.asset(placed.asset.id) ?? await placed.place(await github.assets(release.id))
  if (there.state !== 'uploaded' || there.name !== name) return { state: 'absent' }
  return { state: release.draft ? 'staged' : 'public', digest: await github.digest(there) }
}

/** Checksums come last: what they name is there before them. */
function inOrder(staged: readonly Staged[]): readonly Staged[] {
  const isSums = ({ artifact }: Staged): boolean => artifact.kind === 'checksums'
  return [...staged.filter(one => !isSums(one)), ...staged.filter(isSums)]
}

/** Nothing becomes public that is not whole: another run, or a person, may have been there since. */
async function requireAll({ staged }: Shipped, { here, github, release }: { readonly here: Here, readonly github: Github, readonly release: GithubRelease }): Promise<void> {
  const there = new Map((await github.assets(release.id)).map(asset => [asset.name, asset]))
  for (const { artifact } of staged) {
    const asset = there.get(artifact.name)
    await requireSame(artifact, asset?.state !== 'uploaded' ? undefined : asset.digest ?? (asset.size === artifact.size ? artifact.digest : undefined), here)
  }
}

async function requireSame({ name, digest }: Artifact, there: Digest | undefined, here: Here): Promise<void> {
  if (there === digest) return
  throw new ReleaseError(`Cannot publish ${name} at ${here.name}: it is ${there ?? 'not whole'} there, not ${digest}`, {
    code: 'DESTINATION', hint: 'Run the release again when nothing else publishes there.',
  })
}

/** A person's files stay; those of an earlier try with other goals would too. */
function noticeStrangers(assets: readonly GithubAsset[], { staged }: Shipped, { notice }: Pick<World, 'notice'>): void {
  const own = new Set(staged.map(({ artifact }) => artifact.name))
  const others = assets.map(({ name }) => name).filter(name => !own.has(name)).sort()
  if (others.length > 0) notice(`The release has files that were there before and are not made by this run: ${others.join(', ')}`)
}

function refusePart({ partial, release: { version } }: Shipped, { name }: Here): void {
  if (!partial && !version.snapshot) return
  throw new ReleaseError(`Cannot publish ${partial ? 'a part of a release' : 'a snapshot'} at ${name}`, { code: 'USAGE', hint: 'Publish it to a directory.' })
}

function frozen({ name }: Artifact, here: Here): ReleaseError {
  return new ReleaseError(`Cannot publish ${name} at ${here.name}: the release ${here.tag} is public and immutable`, { code: 'DESTINATION', hint: 'Nothing can be added to it: publish the next version.' })
}

function otherVersion({ name, options: { version } }: Here, semver: string): ReleaseError {
  return new ReleaseError(`Cannot publish ${semver} at ${name}: githubRelease() was given the version ${version.semver}`, { code: 'USAGE', hint: 'Give it the version of the goals: goals: ({ version }) => ...' })
}
