import type { Sight } from './options.ts'

/** Differences that an error names. */
const most = 10

/** @throws Error that names what is too much (+), missing (-) and different (~) */
export function requireSight(seen: Sight, expected: Sight, when: string): void {
  const differences = differencesOf(seen, expected)
  if (differences.length === 0) return
  const more = differences.length > most ? [`and ${differences.length - most} more`] : []
  throw new Error(`${when}:\n${[...differences.slice(0, most), ...more].map(line => `  ${line}`).join('\n')}`)
}

export function isSight(seen: Sight, expected: Sight): boolean {
  return differencesOf(seen, expected).length === 0
}

function differencesOf(seen: Sight, expected: Sight): readonly string[] {
  return [...new Set([...Object.keys(seen), ...Object.keys(expected)])].sort().flatMap(key => {
    const [now, then] = [seen[key], expected[key]]
    if (now === then) return []
    if (then === undefined) return [`+ ${key}: ${now}`]
    return now === undefined ? [`- ${key}: ${then}`] : [`~ ${key}: ${now} in place of ${then}`]
  })
}
