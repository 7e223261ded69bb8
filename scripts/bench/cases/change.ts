import type { Contestant } from '../contestant.ts'
import { duel, type Runner } from '../duel.ts'
import { contestants, type Ring } from '../ring.ts'
import type { Row } from '../row.ts'

/** One line of the main package is another since the last release: one package is compiled and everything is linked. */
export async function change(ring: Ring): Promise<readonly Row[]> {
  for (const each of contestants(ring)) {
    ring.log(`one line changed: ${each.name} warms up`)
    await each.release()
  }
  const changed = (contestant: Contestant): Runner =>
    ({ name: contestant.name, ready: contestant.project.touch, run: contestant.release })
  return duel({
    work: 'one line changed', rounds: ring.runs ?? 3, log: ring.log, ours: changed(ring.slipway),
    rivals: [
      { ...changed(ring.bare), bound: 1 },
      ...ring.goreleaser ? [{ ...changed(ring.goreleaser), bound: 0.5 }] : [],
    ],
  })
}
