import { isMapping } from '../../mapping.ts'
import type { CustomKind } from '../../kubernetes-kind-problem.ts'
import { manifestDocuments } from '../rendered-documents.ts'
import { chartError, type ChartFinding } from './finding.ts'
import type { OpenChart } from './open-chart.ts'

/** What lies in crds/ has to be definitions of custom resources, because Helm renders nothing there. */
export function lintCrds(chart: OpenChart): readonly ChartFinding[] {
  return documentsOf(chart).flatMap(({ file, value, problem }) => {
    if (problem) return [{ ...problem, hint: 'Files in crds/ are no templates: write plain YAML.' }]
    if (!isMapping(value)) return []
    if (value['kind'] === 'CustomResourceDefinition' && String(value['apiVersion']).startsWith('apiextensions.k8s.io/')) return []
    return [chartError(file, `it holds ${String(value['apiVersion'])} ${String(value['kind'])} in place of a CustomResourceDefinition of apiextensions.k8s.io`, {
      hint: 'Move it to templates/.',
    })]
  })
}

/** The kinds that a chart's crds/ define. */
export function customKinds(chart: OpenChart): readonly CustomKind[] {
  return documentsOf(chart).flatMap(({ value }) => {
    const spec = isMapping(value) ? value['spec'] : undefined
    const names = isMapping(spec) ? spec['names'] : undefined
    if (!isMapping(spec) || !isMapping(names)) return []
    return [{ group: String(spec['group']), kind: String(names['kind']) }]
  })
}

function documentsOf({ files, prefix }: OpenChart): ReturnType<typeof manifestDocuments> {
  const manifests = [...files].filter(([path]) => /^crds\/.*\.(ya?ml|json)$/i.test(path))
  return manifests.flatMap(([path, text]) => manifestDocuments(text, `${prefix}${path}`))
}
