import { join } from 'node:path'
import type { ChartFile } from '../../formats/chart/chart-file.ts'
import { chartIdentity } from '../../formats/chart/chart-identity.ts'
import { unpackChart } from '../../formats/chart/unpack.ts'

/** A chart that lies in another one's charts/. */
export interface VendoredChart {
  readonly name: string
  readonly version: string
  /** `charts/common` or `charts/common-1.2.3.tgz`. */
  readonly path: string
  readonly folder: boolean
  /** Of the package, or of a folder's Chart.yaml. */
  readonly bytes: Uint8Array
}

/**
 * The charts in charts/, as helm finds them: folders with a Chart.yaml, and packages.
 * @param place where the chart is, for errors
 * @throws ReleaseError (FILES, CONTENT) for one that cannot be read
 */
export async function vendoredCharts(files: readonly ChartFile[], place: string): Promise<readonly VendoredChart[]> {
  const found = files.map(async ({ path, bytes }): Promise<readonly VendoredChart[]> => {
    const [, entry = '', rest] = /^charts\/([^/]+)(?:\/(.+))?$/.exec(path) ?? []
    if (entry === '' || /^[_.]/.test(entry)) return []
    const packed = rest === undefined && entry.endsWith('.tgz')
    if (!packed && rest !== 'Chart.yaml') return []
    const file = join(place, path)
    const text = packed ? (await unpackChart(bytes, file)).find(one => one.path === 'Chart.yaml')?.bytes ?? bytes : bytes
    const { name, version } = chartIdentity(text, packed ? `Chart.yaml in ${file}` : file)
    return [{ name, version, path: `charts/${entry}`, folder: !packed, bytes }]
  })
  return (await Promise.all(found)).flat()
}
