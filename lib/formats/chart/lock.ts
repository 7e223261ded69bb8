import type { Digest } from '../../values/descriptor.ts'
import { digestOf } from '../../values/digest.ts'
import { ReleaseError } from '../../values/errors.ts'
import { parseYaml } from '../yaml.ts'
import type { ChartDependency } from './chart-metadata.ts'
import { chartDependencyFields } from './chart-yaml.ts'
import { dependencyValue } from './config-json.ts'
import { goJson } from './go-json.ts'
import { yamlFields, type Refuse } from './yaml-fields.ts'

/** What Chart.lock says: Helm's documentation, "Helm Dependency Build". */
export interface ChartLock {
  /** Of what Chart.yaml and Chart.lock say of dependencies together, not of any content. */
  readonly digest: string
  readonly dependencies: readonly ChartDependency[]
}

/**
 * Reads a Chart.lock.
 * @param file what errors call it
 * @throws ReleaseError (FILES)
 */
export function parseChartLock(text: string, file: string): ChartLock {
  const refuse: Refuse = (why, hint = 'Write it anew: helm dependency update') => new ReleaseError(`Cannot use ${file}: ${why}`, { code: 'FILES', hint })
  if (/^[<=>]{7}/m.test(text)) throw refuse('it has conflict markers of git')
  const read = yamlFields({ value: parseYaml(text, file), text, refuse }, ['generated', 'digest', 'dependencies'])
  // Two of one name are told apart by their alias, which does not stand here.
  const dependencies = chartDependencyFields(read, refuse, 'twice') ?? []
  const digest = read.text('digest')
  if (digest === undefined) throw refuse('it has no digest')
  return { digest, dependencies }
}

/**
 * The dependencies of Chart.yaml with the one version that Chart.lock has for each, in their order.
 * @throws ReleaseError (FILES) where Chart.lock was made of another Chart.yaml, as `helm dependency build` tells it
 */
export function lockedVersions(required: readonly ChartDependency[], lock: ChartLock, file: string): readonly ChartDependency[] {
  const named = required.map((dependency, index) => isAlias(dependency.repository) ? { ...dependency, repository: lock.dependencies[index]?.repository ?? '' } : dependency)
  if (lockDigest(named, lock.dependencies) === lock.digest) {
    return named.map((dependency, index) => ({ ...dependency, version: lock.dependencies[index]?.version ?? '' }))
  }
  throw new ReleaseError(`Cannot use ${file}: it is out of sync with Chart.yaml`, { code: 'FILES', hint: 'Write it anew, and commit it: helm dependency update' })
}

/** How a repository is called on the machine that made the lock; what it is called for all stands in Chart.lock. */
export function isAlias(repository: string): boolean {
  return repository.startsWith('@') || repository.startsWith('alias:')
}

/** The digest that helm writes into Chart.lock: of both lists as JSON. Source: helm's internal/resolver, HashReq. */
export function lockDigest(required: readonly ChartDependency[], locked: readonly ChartDependency[]): Digest {
  const list = (dependencies: readonly ChartDependency[]) => dependencies.length === 0 ? null : dependencies.map(dependencyValue)
  return digestOf(goJson([list(required), list(locked)]))
}
