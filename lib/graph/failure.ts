import { diskError } from '../values/disk-error.ts'
import { ReleaseError } from '../values/errors.ts'
import { titleOf, type Step } from './step.ts'

/** Whatever a step's work threw, as an error that names the step. */
export function failureOf(error: unknown, step: Step): Error {
  if (error instanceof ReleaseError) return error
  const message = error instanceof Error ? error.message : String(error)
  const disk = diskError(error, titleOf(step))
  return new ReleaseError(`Cannot make ${titleOf(step)}: ${message}`, {
    code: disk?.code ?? 'COMMAND', ...(disk?.hint === undefined ? {} : { hint: disk.hint }), cause: error,
  })
}
