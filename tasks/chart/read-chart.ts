import { join, resolve } from 'node:path'
import type { ChartDependencies } from '../../lib/clients/chart/dependencies.ts'
import type { ChartFolder } from '../../lib/clients/chart/folder.ts'
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
    const { readChartFolder } = await import('../../lib/clients/chart/folder.ts')
    const chart = readChartFolder(place, { within })
    if (!mayDepend(chart)) return { ...chart, packages: [] }
    const { chartDependencies } = await import('../../lib/clients/chart/dependencies.ts')
    return chartDependencies(chart, { folder: place, within, lockFile: join(root, 'slipway.lock') })
  })
}

/** Most charts depend on none, and a reader of YAML takes longer to load than all else of a release that has nothing to do. */
function mayDepend({ files }: ChartFolder): boolean {
  return files.some(({ path, bytes }) => path === 'requirements.yaml' || path === 'Chart.yaml' && /dependencies|\\/.test(Buffer.from(bytes).toString()))
}
