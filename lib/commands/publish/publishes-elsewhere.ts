import { closureOf, type Step } from '../../graph/step.ts'
import { ReleaseError } from '../../values/errors.ts'
import type { Version } from '../../values/version.ts'

/** The steps that publish at destinations which are not local. */
export function publishesElsewhere(steps: readonly Step[]): readonly Step[] {
  return closureOf(steps).filter(step => step.outline.kind === 'record' && (step.outline as { local?: boolean }).local === false)
}

/** Snapshots and partial releases go to local destinations only. @returns an error (VERSION, USAGE) with the remedy for each that would not */
export function elsewhereProblems(steps: readonly Step[], { snapshot, because }: Version): readonly ReleaseError[] {
  return publishesElsewhere(steps).flatMap(({ outline, partial }) => {
    if (snapshot) {
      return [new ReleaseError(`Cannot publish a snapshot at ${outline.name}: ${because ?? 'the commit has no version tag'}`, {
        code: 'VERSION', hint: 'Commit everything and tag the commit (git tag v1.2.3), or publish to a directory.',
      })]
    }
    return partial ? [new ReleaseError(`Cannot publish a part of a release at ${outline.name}`, { code: 'USAGE', hint: 'Leave out --only, or publish to a directory.' })] : []
  })
}

/** @throws the first of those errors */
export function refuseElsewhere(steps: readonly Step[], version: Version): void {
  const [first] = elsewhereProblems(steps, version)
  if (first) throw first
}
