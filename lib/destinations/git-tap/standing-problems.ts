import type { TreeFile } from '../../clients/git/bare-clone.ts'
import type { Lookout } from '../../contracts/workshop.ts'
import type { Artifact } from '../../values/artifact.ts'
import { asProblem } from '../../values/as-problem.ts'
import { knownDigest } from '../../values/known-digest.ts'
import type { Outline } from '../../values/outline.ts'
import type { Problem } from '../../values/problem.ts'
import type { OpenedTap, TapState } from './open-tap.ts'
import { planChanges } from './plan-changes.ts'
import { requireSame, standingOf } from './release-change.ts'
import { takesPlace } from './takes-place.ts'
import { isDemo, pathOf, tappedFiles } from './tapped-files.ts'

export interface Standing extends Pick<Lookout, 'content' | 'release' | 'notice'> {
  readonly state: TapState
  /** All that is sent there. */
  readonly what: readonly Outline[]
}

/**
 * What stands in a branch that keeps a release from going there: the same version with other bytes, another project's file under one
 * of its names, something that is no file. Of a demo that is not made yet the files are not known.
 */
export async function standingProblems({ tap, at }: OpenedTap, { state, what, content, release, notice }: Standing): Promise<readonly Problem[]> {
  const { name, address: { text: where } } = tap
  const standing = standingOf(state, release)
  if (!takesPlace(release.version, standing?.version)) return []
  const unknown = standing?.version === release.version.semver ? what.filter(one => knownDigest(one) === undefined && standing.artifacts.some(({ name: there }) => there === one.name)) : []
  if (unknown.length > 0) notice(`${name} has ${release.version.semver} with ${unknown.map(one => one.name).join(', ')} already: a version is published once, so it goes on only where the same bytes are made`)
  const others = state.records.filter(one => one !== standing)
  const found = await Promise.all(what.map(async (outline): Promise<readonly Problem[]> => {
    try {
      const digest = knownDigest(outline)
      if (digest !== undefined) requireSame(standing, release, [{ name: outline.name, digest }], where)
      const paths = digest !== undefined ? (await tappedFiles(outline as Artifact, content)).map(({ path }) => path) : isDemo(outline) ? [] : [pathOf(outline)]
      planChanges({ there: state.there, at, standing, others, wanted: new Map(paths.map(path => [path, newFile] as const)), where })
      return []
    } catch (error) {
      return [asProblem(name, error)]
    }
  }))
  return found.flat()
}

/** A file whose bytes do not matter. */
const newFile: TreeFile = { mode: '100644', object: '' }
