import { readYaml } from './lint/read-yaml.ts'
import type { ChartFinding } from './lint/finding.ts'

/** One document of a stream of YAML. */
export interface ManifestDocument {
  /** The template that it came from, relative to the chart's folder. */
  readonly file: string
  readonly text: string
  /** Undefined where it cannot be read, null where it is empty. */
  readonly value: unknown
  readonly problem?: ChartFinding
}

/**
 * Cuts a stream of YAML documents apart. Helm names the template of each in a comment, `# Source: gateway/templates/service.yaml`.
 * @param file where documents stand that have no such comment
 */
export function manifestDocuments(stream: string, file: string): readonly ManifestDocument[] {
  let place = file
  return stream.split(/^---(?=\s|$).*$/m).flatMap(text => {
    const [, source] = /^# Source: [^/\n]+\/(.+)$/m.exec(text) ?? []
    place = source?.trimEnd() ?? place
    if (text.split('\n').every(line => /^\s*(#|$)/.test(line))) return []
    const { value, findings: [problem] } = readYaml(text, place)
    return [{ file: place, text, value, ...problem && { problem } }]
  })
}
