import { foldersOf, pathsOf } from '../destinations/directory.ts'
import type { Emit } from '../graph/events.ts'
import { recallIn } from '../graph/recall.ts'
import type { Runtime } from '../runtime.ts'
import type { Release } from '../values/release.ts'
import { releaseEnvironment } from '../values/release-environment.ts'
import { frozen } from '../values/frozen.ts'
import { commonPlatforms, resolveTargets } from '../values/targets.ts'
import type { Setting } from './setting.ts'

/** A release and what was found beside it. */
export interface OpenRelease {
  readonly release: Release
  /** The variables that every program of it gets. */
  readonly variables: Readonly<Record<string, string>>
  /** The repository's root, absolute. */
  readonly repository: string
  /** Folders and files that releases write, absolute. */
  readonly outputs: readonly string[]
}

/**
 * Reads what a build.ts is a function of: project, version, toolchain, targets.
 * @param untracked files that git does not know and steps were seen to read, absolute: they make the version a snapshot
 * @param written folders and files that destinations write, absolute
 * @throws ReleaseError for whatever of it cannot be told; an AggregateError for several
 */
export async function openRelease(
  setting: Setting, runtime: Runtime, emit: Emit, untracked: readonly string[] = [], written: readonly string[] = [],
): Promise<OpenRelease> {
  const { definition, folder } = setting
  const outputs = [...new Set([...outputsOf(setting), ...written])]
  const [project, version, toolchain, repository] = await allOf([
    import('../project.ts').then(({ discover }) => discover(folder)),
    readVersion(setting, runtime, emit, outputs, untracked),
    import('../clients/go/toolchain.ts').then(({ readToolchain }) => readToolchain({
      exec: runtime.exec({}), environment: setting.environment, recall: recallIn(runtime.cache.records), ...(definition.go ? { program: definition.go } : {}),
    })),
    import('../clients/git.ts').then(({ repositoryRoot }) => repositoryRoot(runtime.exec({}), folder)),
  ])
  const { targets, absent } = resolveTargets(definition.targets ?? commonPlatforms, toolchain)
  return { release: { version, project: frozen(project), toolchain: frozen(toolchain), targets, absent }, variables: releaseEnvironment(version), repository, outputs }
}

async function readVersion(setting: Setting, runtime: Runtime, emit: Emit, outputs: readonly string[], untracked: readonly string[]) {
  const { options, definition, environment, folder } = setting
  const reading = definition.version ?? (await import('../../tasks/resolve-version.ts')).resolveVersion()
  return reading.read({
    folder, exec: runtime.exec({}), environment, outputs, untracked,
    notice: line => emit({ type: 'notice', line }),
    ...(options.version === undefined ? {} : { named: options.version }), ...(options.snapshot ? { snapshot: true } : {}), ...(setting.anywhere ? { anywhere: true } : {}),
  })
}

/**
 * What releases write, as far as it is taken for granted: it is never read, and never makes a tree dirty. With --out, what an
 * earlier run left without it neither.
 */
function outputsOf({ place }: Setting): readonly string[] {
  return [...pathsOf(foldersOf('dist', place)), ...pathsOf(foldersOf('dist', { root: place.root }))]
}

/** All results, or all problems at once. */
async function allOf<T extends readonly unknown[]>(promises: readonly [...{ [K in keyof T]: Promise<T[K]> }]): Promise<T> {
  const results: readonly PromiseSettledResult<unknown>[] = await Promise.allSettled(promises as readonly Promise<unknown>[])
  const errors = results.filter(result => result.status === 'rejected').map(({ reason }) => reason as Error)
  const distinct = errors.filter((error, index) => errors.findIndex(other => other.message === error.message) === index)
  const [first] = distinct
  if (first && distinct.length === 1) throw first
  if (first) throw new AggregateError(distinct, 'Cannot read the release')
  return results.map(result => (result as PromiseFulfilledResult<unknown>).value) as unknown as T
}
