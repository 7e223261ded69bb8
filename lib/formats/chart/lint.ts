import type { ChartFile } from './chart-file.ts'
import { lintChartYaml } from './lint/chart-yaml.ts'
import { lintCrds } from './lint/crds.ts'
import { lintDependencies } from './lint/dependencies.ts'
import { type ChartFinding, sortFindings } from './lint/finding.ts'
import { eachChart, openChart } from './lint/open-chart.ts'
import { reachedValues } from './lint/reached-values.ts'
import { readTemplates } from './lint/read-templates.ts'
import { lintTemplates } from './lint/templates.ts'
import { lintMissingValues, lintPins } from './lint/values-paths.ts'
import { lintSchema, readValues } from './lint/values-yaml.ts'

export interface LintedChart {
  readonly files: readonly ChartFile[]
  /** Dotted paths in values.yaml that the release writes: `image.tag`. */
  readonly pins: readonly string[]
  /** What the release calls the chart, where it says so. */
  readonly name?: string
}

/**
 * What can be told of a chart from its files alone, without Helm: what `helm lint --strict` tells before it renders, and what
 * it lets pass. Sorted by file, line and message; empty where nothing is wrong.
 */
export async function lintChart({ files, pins, name }: LintedChart): Promise<readonly ChartFinding[]> {
  const chart = await openChart(files)
  const templates = readTemplates(chart)
  const reached = reachedValues(chart, templates)
  const { values, findings: unreadable } = readValues(chart)
  const broken = templates.findings.length > 0 || ![...chart.files.keys()].some(path => path.startsWith('templates/'))   // what they read is not known then
  return sortFindings([
    ...chart.findings, ...unreadable, ...lintChartYaml(chart, name), ...lintDependencies(chart),
    ...eachChart(chart).flatMap(lintCrds), ...lintTemplates(chart, templates),
    ...unreadable.length > 0 ? [] : await lintSchema(chart, values),
    ...broken ? [] : lintPins(pins.map(pin => pin.split('.')), reached),
    ...broken || unreadable.length > 0 ? [] : lintMissingValues(chart, values, reached),
  ])
}
