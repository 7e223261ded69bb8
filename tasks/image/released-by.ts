import { closureOf } from '../../lib/graph/step.ts'
import { ReleaseError } from '../../lib/values/errors.ts'
import type { Project } from '../../lib/values/project.ts'
import type { Version } from '../../lib/values/version.ts'
import { stepsIn, type Binaries } from './binaries-of.ts'

export interface ReleasedBy {
  readonly binaries: Binaries
  readonly version?: Version
  readonly project?: Project
}

/** What is released: as it was given, else what the steps behind the binaries were given. @throws ReleaseError (USAGE) */
export function releasedBy({ version, project, binaries }: ReleasedBy): { readonly version: Version; readonly project: Project } {
  const inputs = closureOf(stepsIn(binaries)).toReversed().map(({ input }) => input as { readonly version?: Version; readonly project?: Project })
  const found = { version: version ?? inputs.find(input => input.version?.semver)?.version, project: project ?? inputs.find(input => input.project?.module)?.project }
  if (found.version && found.project) return { version: found.version, project: found.project }
  throw new ReleaseError(`Cannot make an image: its binaries do not say which ${found.version ? 'project' : 'version'} they belong to`, {
    code: 'USAGE', hint: `Add ${found.version ? 'project' : 'version'} to buildImage().`,
  })
}
