import { stat } from 'node:fs/promises'
import { ReleaseError } from '../values/errors.ts'
import type { Finished } from '../contracts/exec.ts'

export interface Command {
  readonly program: string
  readonly args: readonly string[]
  readonly cwd: string
}

/** A program ran and failed: its own output says why. */
export function commandError(command: Command, finished: Finished, output: string): ReleaseError {
  const how = finished.signal === null ? `it ended with exit code ${finished.exitCode}` : `${finished.signal} ended it`
  return new ReleaseError(`Cannot run ${named(command)}: ${how}`, { code: 'COMMAND', output })
}

/** A program was ended because the run was. */
export function stopped(command: Command): ReleaseError {
  return new ReleaseError(`Cannot finish ${named(command)}: the run was stopped`, { code: 'CANCELLED' })
}

/** A program never ran: the system says ENOENT of a missing program and of a missing folder alike. */
export async function notStarted(command: Command, error: NodeJS.ErrnoException): Promise<ReleaseError> {
  const { program, cwd } = command
  if (!await isFolder(cwd)) {
    const why = 'there is no such folder'
    return new ReleaseError(`Cannot run ${program} in ${cwd}: ${why}`, { code: 'COMMAND', cause: error })
  }
  if (error.code !== 'ENOENT') {
    return new ReleaseError(`Cannot run ${program}: ${error.message}`, { code: 'COMMAND', cause: error })
  }
  const path = /[/\\]/.test(program)
  return new ReleaseError(`Cannot run ${program}: ${path ? 'there is no such file' : 'it is not on the PATH'}`, {
    code: 'COMMAND', cause: error, hint: path ? 'Check the path.' : `Install ${program}, or add its folder to PATH.`,
  })
}

/** The program with its subcommand: `go build`. */
function named({ program, args }: Command): string {
  const [first] = args
  return first !== undefined && /^[a-z][\w-]*$/i.test(first) ? `${program} ${first}` : program
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(found => found.isDirectory(), () => false)
}
