import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'
import { type Declare, unless } from './unless.ts'

/**
 * Declares a test that runs only where all these programs are on PATH; elsewhere it is a visible skip.
 * @example needs('faketime')('another clock gives the same bytes', async () => {})
 */
export function needs(...programs: readonly string[]): Declare {
  return unless(missing(...programs))
}

/** Why what needs these programs cannot be done, if so; for `unless`. */
export function missing(...programs: readonly string[]): string | undefined {
  const lacking = programs.filter(program => !onPath(program))
  return lacking.length === 0 ? undefined : `needs ${lacking.join(', ')}`
}

function onPath(program: string): boolean {
  return (process.env['PATH'] ?? '').split(delimiter).some(folder => {
    try {
      accessSync(join(folder, program), constants.X_OK)
      return true
    } catch {
      return false
    }
  })
}
