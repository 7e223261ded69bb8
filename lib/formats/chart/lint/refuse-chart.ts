import { ReleaseError } from '../../../values/errors.ts'
import { type ChartFinding, findingText } from './finding.ts'

/** Errors that are told before the rest is only counted. */
const most = 20

/**
 * One error for all that keeps a chart from being released; nothing where nothing does.
 * @param name what the chart is called
 * @throws ReleaseError (FILES)
 */
export function refuseChart(name: string, findings: readonly ChartFinding[]): void {
  const errors = findings.filter(({ severity }) => severity === 'error')
  const [first] = errors
  if (!first) return
  if (errors.length === 1) {
    const { hint, ...told } = first
    throw new ReleaseError(`Cannot release the chart ${name}: ${findingText(told)}`, { code: 'FILES', hint: hint ?? 'Correct the chart.' })
  }
  const lines = errors.slice(0, most).map(error => `  ${findingText(error)}`)
  const left = errors.length > most ? [`  and ${errors.length - most} more`] : []
  throw new ReleaseError([`Cannot release the chart ${name}: ${errors.length} things are wrong with it`, ...lines, ...left].join('\n'), {
    code: 'FILES', hint: 'Correct the chart.',
  })
}
