import { join, resolve } from 'node:path'
import type { ChartDependencies } from '../../lib/clients/chart-dependencies.ts'
import type { Observer } from '../../lib/contracts/workshop.ts'
import type { Source } from '../../lib/values/source.ts'

export interface ChartPlace {
  readonly source: Source
  /** Relative to the source's folder. */
  readonly folder: string
}

/** A chart as the project has it, with what it depends on; read once in a run. @throws ReleaseError (FILES, NAME, CONTENT), Skip */
export async function readChart({ source, folder }: ChartPlace, { place: { root }, once }: Pick<Observer, 'place' | 'once'>): Promise<ChartDependencies> {
  const place = resolve(source.place.folder, folder)
  const within = source.place.repository ?? source.place.folder
  return once(`chart ${place}`, async () => {
    const [{ readChartFolder }, { chartDependencies }] = await Promise.all([import('../../lib/clients/chart-folder.ts'), import('../../lib/clients/chart-dependencies.ts')])
    return chartDependencies(readChartFolder(place, { within }), { folder: place, within, lockFile: join(root, 'slipway.lock') })
  })
}
