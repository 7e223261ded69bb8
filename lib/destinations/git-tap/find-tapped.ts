import type { Finding } from '../../contracts/destination.ts'
import type { World } from '../../contracts/workshop.ts'
import type { Outline } from '../../values/outline.ts'
import type { Tap } from './open-tap.ts'
import { readBack } from './read-back.ts'
import { isDemo, pathOf } from './tapped-files.ts'
import { withTap } from './with-tap.ts'

/**
 * What a tap has of an artifact, read from the files at the branch's head: a single file under its name, whoever put it there; of a
 * demo all the files that its release lists.
 */
export async function findTapped(tap: Tap, what: Outline, world: Pick<World, 'exec' | 'signal' | 'place'>): Promise<Finding> {
  return withTap(tap, world, {}, async opened => {
    const { there, records } = await opened.look()
    const listed = records.flatMap(({ version, artifacts }) => (version === (what.version ?? version) ? artifacts : [])).find(({ kind, name }) => kind === what.kind && name === what.name)
    const artifact = listed ?? (isDemo(what) ? undefined : { ...what, files: [{ path: pathOf(what), mode: 0o644, size: 0, digest: 'sha256:' as const }] })
    const digest = artifact && await readBack(opened.clone, artifact, path => there.get(opened.at(path)))
    return digest === undefined ? { state: 'absent' } : { state: 'public', digest }
  })
}
