import { ReleaseError } from '../values/errors.ts'
import { readableBytes } from '../values/readable.ts'

/** Bytes that a document may have: OCI distribution specification 1.1, "pushing manifests", for manifests. */
export const documentLimit = 4 * 2 ** 20

/**
 * Reads a JSON object that somebody else sent, of 4 MiB at most.
 * @param what what it is called in errors: `the manifest sha256:...`
 * @throws ReleaseError (REGISTRY) where it is none
 */
export function parseJson(bytes: Uint8Array, what: string): Readonly<Record<string, unknown>> {
  const refuse = (why: string, cause?: unknown): ReleaseError => new ReleaseError(`Cannot read ${what}: ${why}`, {
    code: 'REGISTRY', hint: 'See what is sent from there: a proxy or a login page may stand before it.', cause,
  })
  if (bytes.length > documentLimit) throw refuse(`it has more than ${readableBytes(documentLimit)}`)
  if (bytes.length === 0) throw refuse('it is empty')
  const value = valueOf(bytes, refuse)
  if (!isObject(value)) throw refuse('it is no JSON object')
  return value
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function valueOf(bytes: Uint8Array, refuse: (why: string, cause?: unknown) => ReleaseError): unknown {
  let text = ''
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
    return JSON.parse(text)
  } catch (cause) {
    throw refuse(/^\s*</.test(text) ? 'it is an HTML page' : 'it is no JSON', cause)
  }
}
