import { stripVTControlCharacters } from 'node:util'

// East Asian wide characters and pictographs take two columns of a terminal: Unicode Standard Annex 11, roughly.
const wide = /[\u1100-\u115F\u2E80-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60\uFFE0-\uFFE6]|\p{Extended_Pictographic}/u

/** One line of text that takes no more columns of a terminal than there are. */
export function fit(text: string, columns: number): string {
  const characters = Array.from(stripVTControlCharacters(text).replaceAll(/\p{Cc}/gu, ' '))
  const widths = characters.map(character => wide.test(character) ? 2 : 1)
  if (widths.reduce((sum, width) => sum + width, 0) <= columns) return characters.join('')
  let used = 1
  const kept = characters.filter((_, index) => {
    used += widths[index] ?? 1
    return used <= columns
  })
  return `${kept.join('').trimEnd()}…`
}
