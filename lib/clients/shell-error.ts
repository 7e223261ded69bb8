import { ReleaseError } from '../values/errors.ts'

interface Failure {
  readonly exitCode: number | null
  readonly signal: string | null
  readonly stdall: string
}

/** What zx throws when a command of `$` fails, as the error that users see; everything else stays what it is. */
export function shellError(error: unknown): unknown {
  if (!isFailure(error)) return error
  const how = error.signal === null ? `it ended with exit code ${error.exitCode}` : `${error.signal} ended it`
  return new ReleaseError(`Cannot run a command of $: ${how}`, { code: 'COMMAND', output: error.stdall, cause: error })
}

function isFailure(error: unknown): error is Failure {
  return typeof error === 'object' && error !== null && 'stdall' in error && 'exitCode' in error
}
