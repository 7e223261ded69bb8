import { readdirSync, type Dirent } from 'node:fs'
import { join, relative } from 'node:path'

/** Folders that are looked into at most: a hint is not worth more. */
const most = 2000
const deepest = 5
const elsewhere = /^(?:\.|node_modules$|vendor$|dist$|charts$)/

/**
 * The folder with a Chart.yaml that is the fewest steps away, the first of equals, for a hint.
 * @param within where it is looked for
 * @returns relative to `within`; undefined where there is none
 */
export function nearestChart(folder: string, within: string): string | undefined {
  const found: string[] = []
  let waiting = [within]
  let seen = 0
  for (let depth = 0; depth <= deepest && waiting.length > 0; depth += 1) {
    const next: string[] = []
    for (const place of waiting.slice(0, most - seen)) {
      const entries = entriesOf(place)
      if (entries.some(({ name }) => name === 'Chart.yaml') && place !== folder) found.push(place)
      next.push(...entries.filter(entry => entry.isDirectory() && !elsewhere.test(entry.name)).map(({ name }) => join(place, name)).sort())
    }
    seen += waiting.length
    waiting = next
  }
  const steps = (place: string): number => relative(folder, place).split(/[/\\]/).length
  const [best] = found.sort((a, b) => steps(a) - steps(b) || (a < b ? -1 : 1))
  return best === undefined ? undefined : relative(within, best) || '.'
}

function entriesOf(place: string): readonly Dirent[] {
  try {
    return readdirSync(place, { withFileTypes: true })
  } catch {
    return []
  }
}
