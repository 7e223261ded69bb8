import { duel } from '../duel.ts'
import type { Ring } from '../ring.ts'
import type { Row } from '../row.ts'

/** Nothing is compiled yet: an empty GOCACHE and an empty cache of ours; the modules are there. */
export async function cold({ slipway, bare, goreleaser, runs, log }: Ring): Promise<readonly Row[]> {
  return duel({
    work: 'cold Go cache', rounds: runs ?? 1, log,
    ours: { name: 'slipway', ready: slipway.forget, run: slipway.release },
    rivals: [
      { name: 'bare', ready: bare.forget, run: bare.release, bound: 0.83 },
      ...goreleaser ? [{ name: 'goreleaser', ready: goreleaser.forget, run: goreleaser.release }] : [],
    ],
  })
}
