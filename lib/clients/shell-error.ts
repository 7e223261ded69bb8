import { ReleaseError } from '../values/errors.ts'

/** A command of `$` that failed, as zx tells of it when it ends. */
export interface FailedCommand {
  readonly command: string
  readonly exitCode: number | null
  readonly signal: string | null
  readonly milliseconds: number
}

interface Failure {
  readonly exitCode: number | null
  readonly signal: string | null
  readonly duration: number
  readonly stdall: string
  readonly cause: NodeJS.ErrnoException | null
}

/**
 * What zx throws when a command of `$` fails, as the error that users see; everything else stays what it is.
 * @param deed what cannot be done for it: `finish lint`
 * @param failed the commands that failed, as `shell` told of them: what zx throws does not say which it was
 */
export function shellError(deed: string, error: unknown, failed: readonly FailedCommand[]): unknown {
  if (!isFailure(error)) return error
  const { exitCode, signal, duration, stdall, cause } = error
  const own = failed.findLast(one => one.exitCode === exitCode && one.signal === signal && one.milliseconds === duration)
  const command = own === undefined ? 'a command of $' : short(own.command)
  if (cause?.syscall?.startsWith('spawn')) return notStarted(`Cannot ${deed}: ${command} did not start`, cause)
  const how = signal === null ? `${command} ended with exit code ${exitCode}` : `${signal} ended ${command}`
  return new ReleaseError(`Cannot ${deed}: ${how}`, { code: 'COMMAND', output: stdall, cause: error })
}

/** The system says the same of a missing program and of a missing folder. */
function notStarted(what: string, cause: NodeJS.ErrnoException): ReleaseError {
  return new ReleaseError(`${what}: ${cause.message}`, { code: 'COMMAND', cause, hint: 'Look whether the folder that it should run in is there.' })
}

/** A script of several lines is known by its first. */
function short(command: string): string {
  const [first = '', ...more] = command.trim().split('\n')
  return first.length > 100 || more.length > 0 ? `${first.slice(0, 100).trimEnd()} …` : first
}

function isFailure(error: unknown): error is Failure {
  return typeof error === 'object' && error !== null && 'stdall' in error && 'exitCode' in error
}
