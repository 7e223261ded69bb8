import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { clearDead } from '../../clients/clear-dead.ts'
import { processMark } from '../../clients/process-mark.ts'
import { removeTree } from '../../clients/remove-tree.ts'
import type { World } from '../../contracts/workshop.ts'
import { openTap, type OpenedTap, type OpenTapOptions, type Tap } from './open-tap.ts'

const working = 'slipway-tap-'

/** Looks at a tap from a temporary folder that is gone after. */
export async function withTap<T>(tap: Tap, world: Pick<World, 'exec' | 'signal' | 'place'>, options: Omit<OpenTapOptions, 'folder'>, use: (opened: OpenedTap) => Promise<T>): Promise<T> {
  await clearDead(tmpdir(), working).catch(() => undefined)   // what cannot be read now is in nobody's way
  const folder = await mkdtemp(join(tmpdir(), `${working}${processMark()}-`))
  try {
    return await use(await openTap(tap, world, { ...options, folder }))
  } finally {
    await removeTree(folder)
  }
}
