import { relative, resolve } from 'node:path'
import type { Place } from '../../lib/contracts/workshop.ts'
import type { ChartPlace } from './read-chart.ts'

/** A chart's folder as errors call it: relative to the folder of build.ts where it lies below that. */
export function chartPlaceName({ source, folder }: ChartPlace, { root }: Pick<Place, 'root'>): string {
  const place = resolve(source.place.folder, folder)
  const path = relative(root, place)
  return path === '' || path.startsWith('..') ? place : path.replaceAll('\\', '/')
}
