import type { TreeFile } from '../../clients/git/bare-clone.ts'
import { ReleaseError } from '../../values/errors.ts'
import type { Release } from '../../values/release.ts'
import type { BranchMove } from './move-branch.ts'
import type { OpenedTap, TapState } from './open-tap.ts'
import { pathsOf, planChanges } from './plan-changes.ts'
import { takesPlace } from './takes-place.ts'
import { type TapArtifact, type TapRecord, recordPath, recordText } from './tap-record.ts'

/** An artifact whose files are objects of the clone already. */
export interface StagedArtifact extends TapArtifact {
  /** By the path in the tap's folder. */
  readonly objects: ReadonlyMap<string, TreeFile>
}

/** What the project's last release left in a tap. */
export function standingOf({ records }: Pick<TapState, 'records'>, { project }: Pick<Release, 'project'>): TapRecord | undefined {
  return records.find(record => record.project === project.name)
}

/** @throws ReleaseError (DESTINATION) where this version stands there with other bytes */
export function requireSame(standing: TapRecord | undefined, { version }: Release, artifacts: readonly Pick<TapArtifact, 'name' | 'digest'>[], where: string): void {
  if (standing?.version !== version.semver || version.snapshot) return
  for (const { name, digest } of artifacts) {
    const there = standing.artifacts.find(one => one.name === name)
    if (!there || there.digest === digest) continue
    throw new ReleaseError(`Cannot put ${name} into ${where}: ${version.semver} is there as ${there.digest}, not ${digest}`, {
      code: 'DESTINATION', hint: 'A version is published once: release a new one, or retract that one if nobody has used it.',
    })
  }
}

/**
 * What a release changes in the branch as it is; nothing where a version stands there that this one does not replace.
 * @throws ReleaseError (DESTINATION) where something is in the way, or this version is there with other bytes
 */
export async function releaseChange({ clone, tap, at }: OpenedTap, state: TapState, release: Release, staged: readonly StagedArtifact[]): Promise<BranchMove | undefined> {
  const { version, project } = release
  const where = tap.address.text
  const standing = standingOf(state, release)
  if (!takesPlace(version, standing?.version)) return undefined
  requireSame(standing, release, staged, where)
  const kept = keptOf(standing, release, staged)
  const artifacts = [...kept, ...staged].map(({ kind, name, digest, files }) => ({ kind, name, digest, files }))
  const record = recordText({ project: project.name, version: version.semver, commit: version.commit, artifacts })
  const object = (await clone.git(['hash-object', '-w', '--stdin'], { input: record })).trimEnd()
  const wanted = new Map([...pathsOf(kept).flatMap(path => filesAt(state, path, at(path))), ...staged.flatMap(({ objects }) => [...objects]), [recordPath(project.name), { mode: '100644', object }] as const])
  return {
    message: releaseMessage(`${project.name} ${version.semver}`, version.commit), time: releaseTime(release),
    changes: planChanges({ there: state.there, at, standing, others: state.records.filter(one => one !== standing), wanted, where }),
  }
}

/** A version may come in two publications: the second one leaves what the first one put there. */
function keptOf(standing: TapRecord | undefined, { version }: Release, staged: readonly TapArtifact[]): readonly TapArtifact[] {
  if (standing?.version !== version.semver || version.snapshot) return []
  return standing.artifacts.filter(({ name }) => staged.every(one => one.name !== name))
}

function filesAt({ there }: TapState, path: string, place: string): readonly (readonly [string, TreeFile])[] {
  const file = there.get(place)
  return file ? [[path, file]] : []
}

/** Says where a commit comes from: a trailer with the project's own commit. */
export function releaseMessage(subject: string, commit: string): string {
  return `${subject}\n\nSource-Commit: ${commit}\n`
}

/** Seconds since 1970. */
export function releaseTime({ version }: Pick<Release, 'version'>): number {
  return Date.parse(version.date) / 1000
}
