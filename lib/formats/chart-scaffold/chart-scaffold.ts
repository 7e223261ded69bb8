import { accessTemplates } from './access-templates.ts'
import { chartYaml } from './chart-yaml.ts'
import { ciValues } from './ci-values.ts'
import { configTemplate } from './config-template.ts'
import { deploymentTemplate } from './deployment-template.ts'
import { helmignore } from './helmignore.ts'
import { helpersTemplate } from './helpers-template.ts'
import { notesTemplate } from './notes-template.ts'
import type { ChartScaffoldOptions, ChartText } from './options.ts'
import { readme } from './readme.ts'
import { scalingTemplates } from './scaling-templates.ts'
import { serviceTemplates } from './service-templates.ts'
import { testTemplate } from './test-template.ts'
import { valuesSchema } from './values-schema.ts'
import { valuesYaml } from './values-yaml.ts'

/** A Helm chart for a program that serves HTTP, to be kept by hand from then on. Its files are sorted by path. */
export function chartScaffold(options: ChartScaffoldOptions): readonly ChartText[] {
  const values = valuesYaml(options)
  const files = [
    chartYaml(options), helmignore, values, valuesSchema(options), readme(options, values.text),
    helpersTemplate(options.name), deploymentTemplate(options), configTemplate(options), testTemplate(options), notesTemplate(options),
    ...serviceTemplates(options), ...scalingTemplates(options), ...accessTemplates(options), ...ciValues(options),
  ]
  return files.sort((a, b) => a.path < b.path ? -1 : 1)
}
