import { ReleaseError } from '../../values/errors.ts'

/** The error for an executable file that is not what it should be: `Cannot read <what>: <why>`. */
export function unreadable(what: string, why: string, cause?: unknown): ReleaseError {
  return new ReleaseError(`Cannot read ${what}: ${why}`, {
    code: 'BINARY',
    hint: 'Give it an executable file that Go 1.18 or newer has linked, whole and not packed.',
    ...cause !== undefined && { cause },
  })
}
