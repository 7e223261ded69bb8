/** Something that is wrong with a chart, or that its author should know. */
export interface ChartFinding {
  /** An error keeps the chart from being released; a warning is only told. */
  readonly severity: 'error' | 'warning'
  /** Relative to the chart's folder: `templates/service.yaml`. */
  readonly file: string
  /** Counted from 1. */
  readonly line?: number
  readonly message: string
  readonly hint?: string
}

type More = Pick<ChartFinding, 'line' | 'hint'>

export function chartError(file: string, message: string, more: More = {}): ChartFinding {
  return { severity: 'error', file, message, ...more }
}

export function chartWarning(file: string, message: string, more: More = {}): ChartFinding {
  return { severity: 'warning', file, message, ...more }
}

/** `templates/service.yaml:12: it says so. Do this.` */
export function findingText({ file, line, message, hint }: ChartFinding): string {
  return `${file}${line === undefined ? '' : `:${line}`}: ${message}${hint === undefined ? '' : `. ${hint}`}`
}

/** By file, line and message, each once. */
export function sortFindings(findings: readonly ChartFinding[]): readonly ChartFinding[] {
  const known = new Map(findings.map(finding => [JSON.stringify([finding.file, finding.line ?? 0, finding.message]), finding]))
  return [...known.values()].sort((left, right) =>
    order(left.file, right.file) || (left.line ?? 0) - (right.line ?? 0) || order(left.message, right.message))
}

function order(left: string, right: string): number {
  if (left === right) return 0
  return left < right ? -1 : 1
}
