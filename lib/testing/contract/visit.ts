import type { Destination, Session, Staged } from '../../contracts/destination.ts'
import type { Artifact } from '../../values/artifact.ts'
import { ReleaseError } from '../../values/errors.ts'
import type { RunWorld } from './run-world.ts'
import type { Said } from './said.ts'

export interface VisitOptions {
  /** Stages all artifacts at once, and the last one first. */
  readonly together?: boolean
  /** Told of each call of the destination that has ended: `stage gateway.tar.gz`. What it throws ends the run. */
  readonly after?: (call: string, count: number) => void | Promise<void>
  /** Ends the run as a kill does: nothing is let go of. */
  readonly abandoned?: boolean
  /** In place of the commit. */
  readonly instead?: () => Promise<void>
  /** After the commit, with the same session. */
  readonly afterwards?: (session: Session<never>) => Promise<void>
}

export interface Visiting<A extends Artifact> {
  readonly destination: Destination<A>
  readonly artifacts: readonly A[]
  readonly run: RunWorld
  readonly said: Said
}

/** The last call before the commit. */
export const readAgain = 'reading back once more'

/**
 * One run's visit to a destination, as `publish()` makes it: each artifact is staged and read back, all are read back once more, then
 * they become public.
 */
export async function visit<A extends Artifact>({ destination, artifacts, run, said }: Visiting<A>, { together = false, after, abandoned = false, instead, afterwards }: VisitOptions = {}): Promise<void> {
  const { world } = run
  let count = 0
  const call = async <T>(name: string, act: () => Promise<T>): Promise<T> => {
    const value = await act()
    if (name !== 'open') said.hear(name, value)
    await after?.(name, count += 1)
    return value
  }
  let session: Session<A> | undefined
  try {
    const opened = await call('open', async () => session = await destination.open(world.release, world))
    const stage = async (artifact: A): Promise<Staged> => {
      const staged = await call(`stage ${artifact.name}`, () => opened.stage(artifact, world))
      await call(`verify ${artifact.name}`, () => readBack(destination.name, opened, staged))
      return staged
    }
    const staged: Staged[] = []
    if (together) staged.push(...(await Promise.all([...artifacts].reverse().map(stage))).reverse())
    else for (const artifact of artifacts) staged.push(await stage(artifact))
    await call(readAgain, async () => { for (const one of staged) await readBack(destination.name, opened, one) })
    await call('commit', () => instead?.() ?? opened.commit({ release: world.release, staged, binaries: [], partial: false }, world))
    await afterwards?.(opened)
  } catch (error) {
    said.hear('an error', error)
    throw error
  } finally {
    if (!abandoned) await end(session, run)
  }
}

async function end(session: Session<never> | undefined, run: RunWorld): Promise<void> {
  await session?.close?.()
  await run.end()
}

async function readBack(destination: string, session: Pick<Session<never>, 'verify'>, staged: Staged): Promise<void> {
  const { name, digest } = staged.artifact
  const found = await session.verify(staged)
  if (found.digest === digest) return
  throw new ReleaseError(`Cannot publish ${name} at ${destination}: reading it back gives ${found.digest ?? 'nothing'}, not ${digest}`, { code: 'DESTINATION', hint: 'Run it again.' })
}
