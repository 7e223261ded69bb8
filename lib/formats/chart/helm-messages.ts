import { chartError, type ChartFinding } from './lint/finding.ts'

/** `gateway/templates/service.yaml:12:20`, with or without line and column. */
const places = /(?:[\w.-]+\/)((?:charts\/[^\s/:()]+\/)*templates\/[^\s:()"]+)(?::(\d+)(?::\d+)?)?/g

/** What `helm template` says on its standard error, as findings. */
export function renderFindings(output: string): readonly ChartFinding[] {
  const text = errorOf(output)
  const values = [...text.matchAll(/^- at '\/?(.*?)': (.*)$/gm)].map(([, path = '', why = '']) =>
    chartError('values.yaml', `${path.replaceAll('/', '.') || 'it'} is not what values.schema.json asks for: ${why}`))
  return values.length > 0 ? values : [helmFinding(output)]
}

/** One error of helm's, with the innermost template that it names. */
export function helmFinding(output: string): ChartFinding {
  const text = errorOf(output)
  const named = [...text.matchAll(places)]
  const inner = named.findLast(([, , line]) => line !== undefined) ?? named.at(-1)
  if (!inner) return chartError('Chart.yaml', oneLine(text))
  const [place, file = '', line] = inner
  const after = text.slice(inner.index + place.length)
  const message = oneLine(after.replace(/^[):\s]+/, '').replace(/^executing ".*?" at /s, 'at '))
  return chartError(file, message === '' ? oneLine(text) : message, line === undefined ? {} : { line: Number(line) })
}

/** What `helm lint` prints: `[ERROR] templates/service.yaml: why`, which may go on over lines. */
export function lintFindings(output: string, chart: string): readonly ChartFinding[] {
  return output.split(/^(?=\[[A-Z]+\] )/m).flatMap(part => {
    const [, level, file = '', why = ''] = /^\[(ERROR|WARNING)\] (\S*?): (.*)/s.exec(part) ?? []
    if (level === undefined) return []
    const message = why.replace(/\n\n[\s\S]*$/, '')
    const [schema] = file === 'values.yaml' ? renderFindings(message) : []
    if (schema?.message.includes('values.schema.json')) return renderFindings(message)
    if (file === 'templates/' && /[\w.-]+\/templates\//.test(message)) return [helmFinding(message)]
    return [chartError(fileOf(file, chart), oneLine(message))]
  })
}

/** What is wrong with dependencies is said of the chart's folder. */
function fileOf(file: string, chart: string): string {
  return file === '' || file.endsWith(chart) || file.startsWith('/') ? 'Chart.yaml' : file.replace(/\/$/, '')
}

function errorOf(output: string): string {
  const at = output.search(/^Error: /m)
  return output.slice(at < 0 ? 0 : at + 'Error: '.length).replace(/\n\nUse --debug flag[\s\S]*$/, '').trim()
}

function oneLine(text: string): string {
  return text.replaceAll(/\s*\n\s*/g, ' ').trim()
}
