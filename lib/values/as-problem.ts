import { ReleaseError } from './errors.ts'
import type { Problem } from './problem.ts'

/** An error as a problem that was found before anything is made. @throws what is no ReleaseError, or says that the run was stopped */
export function asProblem(where: string, error: unknown): Problem {
  if (!(error instanceof ReleaseError) || error.code === 'CANCELLED') throw error
  const { message, hint, output = '', code } = error
  return { where, message: `${message}${output === '' ? '' : `. ${output}`}`, code, ...(hint === undefined ? {} : { hint }) }
}
