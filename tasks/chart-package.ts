import { task } from '../lib/graph/task.ts'
import type { Step } from '../lib/graph/step.ts'
import type { Chart, ChartPackage } from '../lib/values/chart.ts'

const packageOfChart = task<{ chart: Chart }, ChartPackage>({
  name: 'chart package',
  revision: 1,
  silent: true,
  outline: ({ chart: { name, chart, version } }) => ({ kind: 'chart-package', name, chart, version }),
  work: async ({ chart }, { content }) => (await import('../lib/oci/chart-package.ts')).packageOf(chart, content),
})

/** A chart's package alone, `gateway-0.0.2.tgz`, for checksums and for those who take charts as files. */
export function chartPackage(chart: Chart | Step<Chart>): Step<ChartPackage> {
  return packageOfChart({ chart })
}
