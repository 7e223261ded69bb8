import type { Row } from './row.ts'

const heads = ['work', 'rival', 'slipway', 'rival', 'ratio', 'bound', ''] as const

/** The rows as aligned text. A bound is printed beside its ratio and is nobody's failure: machines differ. */
export function table(rows: readonly Row[]): string {
  const cells = [heads, ...rows.map(cellsOf)]
  const widths = heads.map((_, column) => Math.max(...cells.map(line => (line[column] ?? '').length)))
  return cells.map(line => line.map((cell, column) =>
    column < 2 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)).join('  ').trimEnd()).join('\n')
}

function cellsOf({ work, rival, ours, theirs, unit, bound }: Row): readonly string[] {
  const ratio = ours / theirs
  const amount = (value: number): string => `${unit === 'MB' ? value.toFixed(0) : value.toFixed(2)} ${unit}`
  return [
    work, rival, amount(ours), amount(theirs), `${ratio.toFixed(2)}x`,
    bound === undefined ? '' : `<= ${bound.toFixed(2)}x`,
    bound === undefined ? '' : ratio <= bound ? 'within' : 'over',
  ]
}
