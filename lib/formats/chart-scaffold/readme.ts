import type { ChartScaffoldOptions, ChartText } from './options.ts'
import { valuesTable } from './values-table.ts'

/** @param values the text of values.yaml, which the table is made of */
export function readme(options: ChartScaffoldOptions, values: string): ChartText {
  const { name, program, description = `${program} on Kubernetes`, repository, testArgs = [] } = options
  const test = testArgs.length === 0 ? '' : `
\`helm test ${name}\` asks the service whether it is healthy.
`
  const text = `# ${name}

${sentence(description)}

## Installation
The chart is an OCI artifact; \`helm install\` takes it from the registry.
\`\`\`
helm install ${name} oci://${chartRepository(repository, name)} --version VERSION
\`\`\`
${test}
## Images
A released chart names each image by its digest. \`image.distro\` says which of the distros runs:
\`\`\`
helm install ${name} oci://${chartRepository(repository, name)} --version VERSION --set image.distro=alpine
\`\`\`
The keys of \`image.distros\` are those that there are; \`helm show values\` prints them. \`image.tag\` or \`image.digest\` run another image than a
released one.

## Values
${valuesTable(values)}`
  return { path: 'README.md', text }
}

function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`
}

/** Helm wants the chart's name last: \`ghcr.io/example/charts/gateway\` beside the image \`ghcr.io/example/gateway\`. */
function chartRepository(repository: string, name: string): string {
  return `${repository.slice(0, repository.lastIndexOf('/'))}/charts/${name}`
}
