/** Rows as text, each column as wide as its widest cell; columns that are empty everywhere are left out. */
export function table(rows: readonly (readonly string[])[]): string {
  const count = Math.max(0, ...rows.map(row => row.length))
  const columns = [...Array(count).keys()].filter(column => rows.some((row, index) => (index > 0 || rows.length === 1) && row[column]))
  const widths = columns.map(column => Math.max(...rows.map(row => row[column]?.length ?? 0)))
  return rows.map(row => `${columns.map((column, index) => (row[column] ?? '').padEnd(widths[index] ?? 0)).join('  ').trimEnd()}\n`).join('')
}
