import type { Finding } from '../../contracts/destination.ts'
import type { Outline } from '../../values/outline.ts'
import type { OpenedTap, TapState } from './open-tap.ts'
import { readBack } from './read-back.ts'
import { takesPlace } from './takes-place.ts'
import { isDemo, pathOf } from './tapped-files.ts'
import type { TapArtifact, TapRecord } from './tap-record.ts'

/** What a branch has of an artifact. */
export async function findIn(opened: OpenedTap, state: TapState, what: Outline): Promise<Finding> {
  const found = state.records.map(record => ({ record, artifact: artifactIn(record, what) })).find(({ artifact }) => artifact !== undefined)
  if (found && found.record.version !== (what.version ?? found.record.version)) return elsewhere(what, found.record)
  const artifact = found?.artifact ?? (isDemo(what) ? undefined : { ...what, files: [{ path: pathOf(what), mode: 0o644, size: 0, digest: 'sha256:' as const }] })
  return artifact ? lying(opened, state, artifact) : { state: 'absent' }
}

/** What a release put there under this name, with its own version in it. */
function artifactIn({ version, artifacts }: TapRecord, what: Outline): TapArtifact | undefined {
  const name = what.version === undefined ? what.name : what.name.replaceAll(what.version, version)
  return artifacts.find(one => one.kind === what.kind && one.name === name)
}

async function lying({ clone, at }: OpenedTap, { there }: TapState, artifact: Parameters<typeof readBack>[1]): Promise<Finding> {
  const digest = await readBack(clone, artifact, path => there.get(at(path)))
  return digest === undefined ? { state: 'absent' } : { state: 'public', digest }
}

function elsewhere({ version = '' }: Outline, standing: TapRecord): Finding {
  return { state: 'absent', ...!takesPlace({ semver: version, snapshot: false }, standing.version) && { instead: standing.version } }
}
