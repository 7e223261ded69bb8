import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { removeTree } from '../../clients/remove-tree.ts'
import type { World } from '../../contracts/workshop.ts'
import { openTap, type OpenedTap, type OpenTapOptions, type Tap } from './open-tap.ts'

/** Looks at a tap from a temporary folder that is gone after. */
export async function withTap<T>(tap: Tap, world: Pick<World, 'exec' | 'signal' | 'place'>, options: Omit<OpenTapOptions, 'folder'>, use: (opened: OpenedTap) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'slipway-tap-'))
  try {
    return await use(await openTap(tap, world, { ...options, folder }))
  } finally {
    await removeTree(folder)
  }
}
