import { resolve } from 'node:path'
import type { Source } from '../lib/values/source.ts'

export interface SourceOptions {
  /** What it is read for. */
  readonly use?: string
  /** The project's folder; relative to the current one. */
  readonly folder: string
  /** The repository's root where it is not the project's folder: files of the project may stand beside it. */
  readonly repository?: string
  /** Folders inside that releases write, which are never read. */
  readonly outputs?: readonly string[]
}

/**
 * A folder that steps read from. Reading is each step's own business: a compile reads what `go list` names for its target
 * (untracked and ignored files, `replace`, go.work, vendor and embed included), an archive what its globs match.
 * What was read, by content, is part of the step's key; where the folder stands is not.
 */
export function source({ use = 'go', folder, repository, outputs = ['dist', 'dist.run.json', '.dist.slipway'] }: SourceOptions): Source {
  const root = resolve(folder)
  return {
    kind: 'source', use,
    place: { folder: root, ...(repository === undefined ? {} : { repository: resolve(repository) }), outputs: outputs.map(output => resolve(root, output)) },
  }
}
