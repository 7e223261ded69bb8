import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'
import { type Declare, unless } from './unless.ts'

/**
 * Declares a test that runs only where all these programs are on PATH; elsewhere it is a visible skip.
 * @example needs('faketime')('another clock gives the same bytes', async () => {})
 */
export function needs(...programs: readonly string[]): Declare {
  const missing = programs.filter(program => !onPath(program))
  return unless(missing.length === 0 ? undefined : `needs ${missing.join(', ')}`)
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
