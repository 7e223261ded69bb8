import { ReleaseError } from '../../values/errors.ts'
import { parseYaml } from '../yaml.ts'

export interface ChartIdentity {
  readonly name: string
  readonly version: string
}

/**
 * Name and version of somebody else's chart, whose Chart.yaml need not be as strict as one's own.
 * @param file what errors call it
 * @throws ReleaseError (FILES)
 */
export function chartIdentity(bytes: Uint8Array, file: string): ChartIdentity {
  const { name, version } = (parseYaml(Buffer.from(bytes).toString(), file) ?? {}) as { readonly name?: unknown; readonly version?: unknown }
  if (typeof name === 'string' && name !== '' && (typeof version === 'string' || typeof version === 'number')) return { name, version: String(version) }
  throw new ReleaseError(`Cannot use ${file}: it has no name or no version`, { code: 'FILES', hint: 'Take another version of this chart.' })
}
