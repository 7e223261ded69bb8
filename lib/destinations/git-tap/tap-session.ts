import type { Session } from '../../contracts/destination.ts'
import type { World } from '../../contracts/workshop.ts'
import { ReleaseError } from '../../values/errors.ts'
import type { Release } from '../../values/release.ts'
import { requireBase } from './check-pull.ts'
import { requirePush } from './require-push.ts'
import { moveBranch } from './move-branch.ts'
import { openTap, type OpenedTap, type Tap, type TapState } from './open-tap.ts'
import { pullBranch } from './pull-place.ts'
import { gitMode, readBack } from './read-back.ts'
import { releaseChange, requireSame, standingOf, type StagedArtifact } from './release-change.ts'
import { retractTap } from './retract-tap.ts'
import { tappedFiles, type Tapped } from './tapped-files.ts'

interface Begun {
  readonly opened: OpenedTap
  /** The branch as it was when the first artifact came. */
  readonly state: TapState
}

/**
 * One release's visit to a tap. Files become git objects in a clone in a temporary folder, on top of the branch's head, which nobody
 * sees; a dry run of a push says that the branch may be moved. The commit is made and pushed when all is there.
 */
export function tapSession(tap: Tap, release: Release, world: World): Session<Tapped> {
  const staged = new Map<string, StagedArtifact>()
  const trees = new Map<string, string>()
  let begun: Promise<Begun> | undefined
  const begin = (): Promise<Begun> => begun ??= beginIn(tap, release, world)
  const stagedOf = (name: string): StagedArtifact => staged.get(name) ?? lost(tap, name)
  return {
    stage: async (artifact, { content }) => {
      const { opened: { clone, at, remote }, state } = await begin()
      requireSame(standingOf(state, release), release, [artifact], remote.where)
      const files = await tappedFiles(artifact, content)
      const ids = await clone.addFiles(await Promise.all(files.map(({ digest, size }) => content.file({ mediaType: 'application/octet-stream', digest, size }))))
      const objects = new Map(files.map(({ path, mode }, index) => [path, { mode: gitMode(mode), object: ids[index] ?? '' }] as const))
      trees.set(artifact.name, await clone.changeTree(undefined, [...objects].map(([path, file]) => ({ path: at(path), file }))))
      staged.set(artifact.name, { kind: artifact.kind, name: artifact.name, digest: artifact.digest, files, objects })
      return { artifact, url: `${remote.where} ${tap.pull ? pullBranch({ ...tap, pull: tap.pull }, release) : tap.branch}` }
    },
    verify: async ({ artifact: { name } }) => {
      const { opened: { clone, at } } = await begin()
      const there = await clone.listFiles(trees.get(name) ?? lost(tap, name))
      const digest = await readBack(clone, stagedOf(name), path => there.get(at(path)))
      return { state: 'staged', ...digest !== undefined && { digest } }
    },
    commit: async (shipped, { notice }) => {
      const { opened, state } = await begin()
      const artifacts = shipped.staged.map(({ artifact }) => stagedOf(artifact.name))
      refuseTwice(artifacts, tap.address.text)
      if (tap.pull) {
        await (await import('./propose-release.ts')).proposeRelease(opened, state, artifacts, tap.pull, world)
        return
      }
      await moveBranch(opened, state, async now => {
        const change = await releaseChange(opened, now, release, artifacts)
        if (!change) notice(`${tap.name} stays at ${standingOf(now, release)?.version}, which ${release.version.semver} does not replace.`)
        return change
      })
    },
    retract: (what, own) => (what.length === 0 ? Promise.resolve([]) : retractTap(tap, own)),
  }
}

async function beginIn(tap: Tap, release: Release, world: World): Promise<Begun> {
  const opened = await openTap(tap, world, { folder: await world.temporary() })
  const state = await opened.look()
  if (tap.pull) requireBase(tap, state)
  await requirePush(opened, state, tap.pull && pullBranch({ ...tap, pull: tap.pull }, release))
  return { opened, state }
}

/** Names that differ in case only are one name on the file systems of macOS and Windows. */
function refuseTwice(artifacts: readonly StagedArtifact[], where: string): void {
  const owners = new Map<string, string>()
  for (const { name, files } of artifacts) {
    for (const { path } of files) {
      const other = owners.get(path.toLowerCase())
      if (other !== undefined) throw new ReleaseError(`Cannot put ${name} into ${where}: ${other} has a file called ${path}, too`, { code: 'NAME', hint: 'Give one of them a tap with another folder.' })
      owners.set(path.toLowerCase(), name)
    }
  }
}

function lost({ name }: Tap, artifact: string): never {
  throw new ReleaseError(`Cannot publish ${artifact} at ${name}: it was never sent there`, { code: 'DESTINATION', hint: 'Run the release again.' })
}
