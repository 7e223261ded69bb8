import type { ChartScaffoldOptions, ChartText } from './options.ts'
import { scalar } from './scalar.ts'

/** The first release of Kubernetes that the templates' API versions are all in. */
const kubernetes = '>=1.25.0-0'

export function chartYaml({ name, description, home, sources = [], maintainers = [], keywords = [], annotations = {}, program }: ChartScaffoldOptions): ChartText {
  const lines = [
    'apiVersion: v2',
    `name: ${name}`,
    `description: ${scalar(description ?? `${program} on Kubernetes`)}`,
    'type: application',
    '# A release writes both, into the chart that it packages.',
    'version: 0.0.0',
    'appVersion: "0.0.0"',
    `kubeVersion: "${kubernetes}"`,
    ...home === undefined ? [] : [`home: ${scalar(home)}`],
    ...listed('sources', sources.map(scalar)),
    ...listed('maintainers', maintainers.map(one => Object.entries(one).map(([key, value]) => `${key}: ${scalar(value)}`).join('\n    '))),
    ...listed('keywords', keywords.map(scalar)),
    ...Object.keys(annotations).length === 0 ? [] : ['annotations:'],
    ...Object.entries(annotations).map(([key, value]) => `  ${key}: ${scalar(value)}`),
  ]
  return { path: 'Chart.yaml', text: `${lines.join('\n')}\n` }
}

function listed(key: string, items: readonly string[]): readonly string[] {
  return items.length === 0 ? [] : [`${key}:`, ...items.map(item => `  - ${item}`)]
}
