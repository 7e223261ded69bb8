import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { bareGoBuild } from './bare.ts'
import type { Arena, Contestant } from './contestant.ts'
import { goreleaser } from './goreleaser.ts'
import { runProcess } from './process.ts'
import { slipway, type Slipway } from './slipway.ts'

/** Everyone who takes part, and what they are told. */
export interface Ring {
  readonly slipway: Slipway
  readonly bare: Contestant
  /** Absent with --no-goreleaser. */
  readonly goreleaser: Contestant | undefined
  /** Rounds that were asked for; each kind of work has its own number otherwise. */
  readonly runs: number | undefined
  readonly log: (line: string) => void
}

export interface RingOptions extends Arena {
  readonly runs: number | undefined
  readonly withGoreleaser: boolean
  readonly log: (line: string) => void
}

/** Gives each contestant a project and caches of its own, and fetches the modules that all share. */
export async function ring({ runs, withGoreleaser, log, ...arena }: RingOptions): Promise<Ring> {
  const place = async (name: string): Promise<Arena> => {
    const folder = join(arena.folder, name)
    await mkdir(folder, { recursive: true })
    return { ...arena, folder }
  }
  const bare = await bareGoBuild(await place('bare'))
  await runProcess({
    command: 'go', args: ['mod', 'download'], folder: bare.project.folder, environment: arena.environment, signal: arena.signal,
  })
  return {
    bare, runs, log, slipway: await slipway(await place('slipway')),
    goreleaser: withGoreleaser ? await goreleaser(await place('goreleaser')) : undefined,
  }
}

export function contestants({ bare, goreleaser, slipway }: Ring): readonly Contestant[] {
  return [bare, ...goreleaser ? [goreleaser] : [], slipway]
}
