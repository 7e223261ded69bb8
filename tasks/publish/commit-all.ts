import type { Session, Staged } from '../../lib/contracts/destination.ts'
import type { World } from '../../lib/contracts/workshop.ts'
import type { Failures, Shipment } from '../../lib/graph/shipment.ts'
import { placesFor } from '../../lib/oci/copy/places.ts'
import type { Artifact } from '../../lib/values/artifact.ts'
import type { Binary } from '../../lib/values/binary.ts'
import { ReleaseError } from '../../lib/values/errors.ts'
import { namedBy } from './commit-order.ts'

/** Artifacts of a destination that are read back at once. */
const atOnce = 4

/** What lies staged at one destination. */
export interface Wave {
  readonly shipment: Shipment
  readonly session: Session<Artifact>
  readonly staged: readonly Staged[]
}

export interface Committing {
  readonly waves: readonly Wave[]
  readonly failures: Failures
  readonly binaries: readonly Binary[]
}

/**
 * The second wave: everything is read back once more, then one destination after the other makes visible what it holds. What
 * names something at a destination that failed stays invisible.
 * @throws ReleaseError (DESTINATION) that says what is public and what is not
 */
export async function commitAll({ waves, failures, binaries }: Committing, world: World): Promise<void> {
  await Promise.all(waves.map(stillThere))
  const [done, held, proposed]: [string[], string[], string[]] = [[], [], []]
  const failed = new Map<string, Error>()
  for (const { shipment, session, staged } of waves) {
    const { name } = shipment.destination
    const named = [...namedBy(shipment)].some(one => failed.has(one) || held.includes(one))
    if (named || (failed.size > 0 && failures === 'hold back')) {
      held.push(name)
      continue
    }
    try {
      await session.commit({ release: world.release, staged, binaries, partial: world.partial }, world)
      if (shipment.destination.deferred === true) proposed.push(name)
      else done.push(name)
    } catch (error) {
      world.signal.throwIfAborted()
      failed.set(name, error as Error)
    }
  }
  world.report('published', { public: done, failed: [...failed.keys()], held, ...proposed.length > 0 && { proposed } })
  if (failed.size > 0) throw unfinished({ done, failed, held, proposed })
}

/** Somebody else's server may have dropped what nobody named for a while; a folder of this machine has not. */
async function stillThere({ shipment: { destination }, session, staged }: Wave): Promise<void> {
  if (destination.local === true) return
  const failure: { error?: unknown } = {}
  const places = placesFor(atOnce, () => { if ('error' in failure) throw failure.error })
  const look = async (one: Staged): Promise<void> => {
    const { digest } = await session.verify(one)
    if (digest !== one.artifact.digest) throw notStaged(destination.name, one.artifact, digest)
  }
  // After the first failure nothing more is asked, and nobody is left asking.
  await Promise.allSettled(staged.map(one => places(() => look(one).catch((error: unknown) => {
    failure.error ??= error
    throw error
  }))))
  if ('error' in failure) throw failure.error
}

export function notStaged(destination: string, { name, digest }: Artifact, found: string | undefined): ReleaseError {
  return new ReleaseError(`Cannot publish ${name} at ${destination}: reading it back gives ${found ?? 'nothing'}, not ${digest}`, {
    code: 'DESTINATION', hint: 'Run the release again; if it stays so, something between here and there changes the bytes.',
  })
}

interface Unfinished {
  readonly done: readonly string[]
  readonly failed: ReadonlyMap<string, Error>
  readonly held: readonly string[]
  readonly proposed: readonly string[]
}

/** One failure with nothing else about is told as it is. */
function unfinished({ done, failed, held, proposed }: Unfinished): Error {
  const [first, ...more] = failed.values()
  if (first && [more, done, held, proposed].every(({ length }) => length === 0)) return first
  const lines = [
    ...[...failed].map(([name, { message }]) => `  ${name}: failed: ${message}`),
    ...held.map(name => `  ${name}: held back, nothing is visible there`), ...done.map(name => `  ${name}: public`),
    ...proposed.map(name => `  ${name}: waits for somebody to agree`),
  ]
  const hints = [...failed.values()].flatMap(error => error instanceof ReleaseError && error.hint !== undefined ? [error.hint] : [])
  return new ReleaseError(['Cannot publish everywhere', ...lines].join('\n'), {
    code: 'DESTINATION', hint: `${hints.map(hint => `${hint} `).join('')}Then run it again: what is public already stays as it is.`, cause: first,
  })
}
