import type { NetworkFailure } from '../contracts/network-failure.ts'
import { ReleaseError } from '../values/errors.ts'

export interface Attempt {
  readonly verb: 'reach' | 'read from'
  readonly url: URL
  /** Host and port. */
  readonly proxy?: string | undefined
}

interface Reason {
  readonly why: string
  readonly passing?: boolean
  readonly hint?: string
}

const cut: Reason = { why: 'the connection was cut', passing: true }
const noRoute: Reason = { why: 'there is no route to it', passing: true, hint: 'Check the network, and HTTPS_PROXY where there is a proxy.' }
const untrusted = (why: string): Reason => ({
  why: `its certificate is not trusted: ${why}`,
  hint: 'Name a file with the certificate of the authority that signed it in SSL_CERT_FILE.',
})

/** Node's and OpenSSL's words. */
const reasons: Readonly<Record<string, Reason>> = {
  ECONNREFUSED: { why: 'the connection is refused', passing: true, hint: 'Check that it runs there, and the port.' },
  ECONNRESET: cut,
  ECONNABORTED: cut,
  EPIPE: cut,
  ERR_STREAM_PREMATURE_CLOSE: cut,
  ENOTFOUND: { why: 'there is no such host', hint: 'Check the name, and HTTPS_PROXY where there is a proxy.' },
  EAI_AGAIN: { why: 'its name cannot be looked up just now', passing: true, hint: 'Check the network, and HTTPS_PROXY where there is a proxy.' },
  EHOSTUNREACH: noRoute,
  ENETUNREACH: noRoute,
  EHOSTDOWN: noRoute,
  ENETDOWN: noRoute,
  SELF_SIGNED_CERT_IN_CHAIN: untrusted('its authority is not known here'),
  DEPTH_ZERO_SELF_SIGNED_CERT: untrusted('it is signed by itself'),
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: untrusted('its authority is not known here'),
  UNABLE_TO_GET_ISSUER_CERT: untrusted('its authority is not known here'),
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: untrusted('its authority is not known here'),
  CERT_UNTRUSTED: untrusted('its authority is not known here'),
  CERT_HAS_EXPIRED: { why: 'its certificate has expired', hint: 'Renew it, or check the clock of this machine.' },
  CERT_NOT_YET_VALID: { why: 'its certificate is not valid yet', hint: 'Check the clock of this machine.' },
  ERR_TLS_CERT_ALTNAME_INVALID: { why: 'its certificate is for other names', hint: 'Use a name that the certificate has.' },
  ERR_SSL_WRONG_VERSION_NUMBER: { why: 'it does not answer in TLS', hint: 'Check the port; plain HTTP has to be asked for.' },
  ERR_SSL_PACKET_LENGTH_TOO_LONG: { why: 'it does not answer in TLS', hint: 'Check the port; plain HTTP has to be asked for.' },
  EPROTO: { why: 'it does not answer in TLS', hint: 'Check the port; plain HTTP has to be asked for.' },
}

/** Says of a connection that failed which host and port, and why. Never a URL's path, query or password. */
export function networkError(error: unknown, { verb, url, proxy }: Attempt): ReleaseError {
  const { code = '' } = (error ?? {}) as { readonly code?: string }
  const { why, passing = false, hint } = reasonOf(error, code)
  const port = url.port || (url.protocol === 'https:' ? '443' : '80')
  const cause: NetworkFailure = { code, passing }
  return new ReleaseError(`Cannot ${verb} ${url.hostname}:${port}${proxy === undefined ? '' : ` through the proxy ${proxy}`}: ${why}`, {
    code: 'NETWORK', cause, hint: hint ?? (passing ? 'Run the release again; what is done stays done.' : 'Check the network.'),
  })
}

function reasonOf(error: unknown, code: string): Reason {
  if (Object.hasOwn(reasons, code)) return reasons[code] ?? cut
  const words = error instanceof Error ? reasonIn(error.message) : String(error)
  if (code === 'ETIMEDOUT') return { why: words.startsWith('nothing') || words.startsWith('no ') ? words : 'it does not answer', passing: true }
  if (code === 'ERR_PROXY_GATEWAY') return { why: words, passing: true, hint: 'Check the network behind the proxy.' }
  if (code.startsWith('HPE_')) return { why: 'it does not answer in HTTP', hint: 'Check the port.' }
  if (/premature close|socket hang up|aborted|ended before/i.test(words)) return cut
  return { why: words }
}

/** node-fetch puts the whole URL before the reason. */
function reasonIn(message: string): string {
  return message.replace(/^(?:request to \S+ failed, reason|Invalid response body while trying to fetch \S+): /, '')
}
