import type { Digest } from '../values/descriptor.ts'

/** Whether it is a SHA-256 digest in its one form: OCI image specification 1.1, "descriptor", "digests". */
export function isDigest(text: string): text is Digest {
  return /^sha256:[0-9a-f]{64}$/.test(text)
}

/** What keeps a text from being a digest that can be checked here, as the end of a sentence; nothing where it is one. */
export function digestProblem(text: string): string | undefined {
  if (isDigest(text)) return undefined
  const [, algorithm, digits] = /^([a-z0-9]+(?:[+._-][a-z0-9]+)*):(.*)$/is.exec(text) ?? []
  if (algorithm === undefined || digits === undefined) return `${shown(text)} is no digest`
  if (algorithm !== 'sha256') return `digests of ${algorithm} are not supported, only those of sha256`
  if (!/^[0-9a-f]*$/i.test(digits)) return `${shown(text)} is no digest: its digits are not hexadecimal`
  if (digits.length !== 64) return `the digest has ${digits.length} digits in place of 64`
  return 'the digits of a digest are written in lower case'
}

/** What somebody else sent may be of any length. */
function shown(text: string): string {
  return JSON.stringify(text.length > 100 ? `${text.slice(0, 100)}...` : text)
}
