import type { Workshop } from '../../lib/contracts/workshop.ts'
import { distroSets, pinPaths } from '../../lib/formats/chart/pins.ts'
import type { ReleasedChart } from '../../lib/formats/chart/released-chart.ts'
import type { ReleasedImage } from '../../lib/values/released-image.ts'
import { helmFor } from './find-helm.ts'
import { pinned, type OutlinedChart } from './packed-chart-input.ts'

type Judging = Pick<Workshop, 'place' | 'exec' | 'once' | 'temporary' | 'folder' | 'notice' | 'log'>

/** Tells what its author should know. @throws ReleaseError (FILES) for all that keeps a chart from being released */
export async function judge(input: OutlinedChart, images: readonly ReleasedImage[], { files }: ReleasedChart, workshop: Judging): Promise<void> {
  const [{ checkChart }, { refuseChart }, { findingText }, { chartPlaceName }] = await Promise.all([
    import('../../lib/clients/chart/check.ts'), import('../../lib/formats/chart/lint/refuse-chart.ts'), import('../../lib/formats/chart/lint/finding.ts'),
    import('./chart-place-name.ts'),
  ])
  const groups = pinned(input, images)
  const { findings: found } = await checkChart({
    exec: workshop.exec, folder: workshop.folder, files, name: input.name, pins: groups.flatMap(({ pin }) => pinPaths(pin)), released: images,
    allow: input.allow, sets: groups.flatMap(distroSets), helm: await helmFor(input.helm, workshop),
  })
  const folder = chartPlaceName(input, workshop.place)
  const findings = found.map(finding => ({ ...finding, file: `${folder}/${finding.file}` }))
  for (const finding of findings) if (finding.severity === 'warning') workshop.notice(`The chart ${input.name}: ${findingText(finding)}`)
  refuseChart(input.name, findings)
}
