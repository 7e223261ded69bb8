import { duel } from '../duel.ts'
import { contestants, type Ring } from '../ring.ts'
import type { Row } from '../row.ts'

/** Nothing changed since the last release; what is left is to start and to see that. */
export async function nothing(ring: Ring): Promise<readonly Row[]> {
  for (const each of contestants(ring)) {
    ring.log(`nothing changed: ${each.name} warms up`)
    await each.release()
  }
  const { slipway, bare, goreleaser } = ring
  return duel({
    work: 'nothing changed', rounds: ring.runs ?? 5, log: ring.log,
    ours: { name: 'slipway', run: slipway.release },
    rivals: [
      { name: 'empty script', run: slipway.startNothing, bound: 2 },
      { name: 'bare', run: bare.release },
      ...goreleaser ? [{ name: 'goreleaser', run: goreleaser.release }] : [],
    ],
  })
}
