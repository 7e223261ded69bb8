import { ReleaseError } from '../../../values/errors.ts'
import { parseYaml } from '../../yaml.ts'
import { chartError, type ChartFinding } from './finding.ts'

/** Reads YAML; what is wrong with it is a finding with its line. */
export function readYaml(text: string, file: string): { readonly value: unknown, readonly findings: readonly ChartFinding[] } {
  try {
    return { value: parseYaml(text.replace(/^\uFEFF/, ''), file), findings: [] }
  } catch (error) {
    if (!(error instanceof ReleaseError)) throw error
    const why = error.message.replace(`Cannot read ${file}: `, '')
    const [place = '', line] = /^line (\d+), column \d+: /.exec(why) ?? []
    const told = { ...line !== undefined && { line: Number(line) }, ...error.hint !== undefined && { hint: error.hint } }
    return { value: undefined, findings: [chartError(file, why.slice(place.length), told)] }
  }
}
