import { realRegistries } from '../../../test/support/real-registries.ts'
import { duel } from '../duel.ts'
import type { Ring } from '../ring.ts'
import type { Row } from '../row.ts'

/**
 * A fresh machine with a cache in a registry of this machine, against one without: no cache of ours, an empty GOCACHE, the modules
 * there. Once for the release that the cache was filled with, and once with one line of the main package changed, so that Go's
 * part of it is all that helps. The fresh machine writes what it makes into the cache, as a runner does.
 */
export async function shared({ slipway, runs, log }: Ring): Promise<readonly Row[]> {
  const usable = realRegistries().find(({ reason }) => reason === undefined)
  if (!usable) {
    log('the shared cache is left out: there is no registry')
    return []
  }
  const registry = await usable.start()
  try {
    const cached = { BENCH_CACHE: `${registry.host}/bench/cache` }
    const rounds = runs ?? 1
    log('shared cache: another machine fills it')
    await slipway.project.touch(0)
    await slipway.forget()
    await slipway.releaseWith(cached)
    const fresh = async (turn: number): Promise<void> => {
      await slipway.project.touch(turn)
      await slipway.forget()
    }
    const changed = await duel({
      work: 'fresh machine, one line changed', rounds, log,
      ours: { name: 'with a shared cache', ready: turn => fresh(turn), run: () => slipway.releaseWith(cached) },
      rivals: [{ name: 'without', ready: turn => fresh(turn), run: slipway.release, bound: 0.2 }],
    })
    const same = await duel({
      work: 'fresh machine, nothing changed', rounds, log,
      ours: { name: 'with a shared cache', ready: () => fresh(0), run: () => slipway.releaseWith(cached) },
      rivals: [{ name: 'without', ready: () => fresh(0), run: slipway.release, bound: 0.2 }],
    })
    return [...changed, ...same]
  } finally {
    await registry.close()
  }
}
