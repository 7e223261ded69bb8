import type { NetworkFailure } from '../../contracts/network-failure.ts'
import { ReleaseError } from '../../values/errors.ts'

/** The cause of a REGISTRY or CREDENTIALS error: what the registry answered. */
export interface RegistryFailure {
  readonly status: number
  /** What is wrong, as registries call it: `MANIFEST_BLOB_UNKNOWN`. */
  readonly codes?: readonly string[]
  /** Whether it may be over at the next try. */
  readonly passing: boolean
  /** Milliseconds that the registry wants to be left alone. */
  readonly wait?: number
}

/** Too many requests, and what servers say while they are restarted. */
export const passingStatuses: readonly number[] = [408, 429, 500, 502, 503, 504]

/** Whether another try may go better. */
export function isPassing(error: unknown): boolean {
  return error instanceof ReleaseError && (error.cause as Partial<RegistryFailure> | undefined)?.passing === true
}

/** Whether there is nobody to ask just now, though all is set as it should be: no such host, no connection, too busy. */
export function isAway(error: unknown): boolean {
  if (!(error instanceof ReleaseError) || !['NETWORK', 'REGISTRY'].includes(error.code)) return false
  return isPassing(error) || (error.cause as Partial<NetworkFailure> | undefined)?.code === 'ENOTFOUND'
}

/** What a registry answered, where an error is about its answer. */
export function statusOf(error: unknown): number | undefined {
  return error instanceof ReleaseError ? (error.cause as Partial<RegistryFailure> | undefined)?.status : undefined
}

/** Whether a registry refuses a manifest because it does not know of all that the manifest names. */
export function lacksParts(error: unknown): boolean {
  const codes = error instanceof ReleaseError ? (error.cause as Partial<RegistryFailure> | undefined)?.codes ?? [] : []
  return codes.some(code => ['MANIFEST_BLOB_UNKNOWN', 'BLOB_UNKNOWN'].includes(code))
}

/** How long a registry wants to be left alone. */
export function waitOf(error: unknown): number | undefined {
  return error instanceof ReleaseError ? (error.cause as Partial<RegistryFailure> | undefined)?.wait : undefined
}

/** The same error, as one that may be over at the next try. */
export function asPassing(error: unknown): unknown {
  if (!(error instanceof ReleaseError) || isPassing(error)) return error
  const { message, code, hint, cause } = error
  return new ReleaseError(message, { code, cause: { ...(cause as RegistryFailure | undefined), passing: true }, ...hint !== undefined && { hint } })
}
