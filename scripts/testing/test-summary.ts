import { stripVTControlCharacters } from 'node:util'

/** What uvu says at the end of one file, and the skips that its tests announced. */
export interface TestSummary {
  readonly passed: number
  readonly failed: number
  readonly skipped: number
  readonly skips: readonly AnnouncedSkip[]
}

export interface AnnouncedSkip {
  readonly name: string
  readonly reason: string
}

/** Reads the closing summary that uvu prints; undefined where the file ended before its tests did. */
export function testSummary(output: string): TestSummary | undefined {
  const text = stripVTControlCharacters(output)
  const closing = [...text.matchAll(/^ {2}Total: +(\d+)\n {2}Passed: +(\d+)\n {2}Skipped: +(\d+)$/gm)].at(-1)
  if (!closing) return undefined
  const [total = 0, passed = 0, skipped = 0] = closing.slice(1).map(Number)
  const skips = [...text.matchAll(/^skip: (.+?): (.+)$/gm)].map(([, name = '', reason = '']) => ({ name, reason }))
  return { passed, failed: total - passed, skipped, skips }
}
