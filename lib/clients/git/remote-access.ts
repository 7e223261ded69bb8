import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { rootCertificates } from 'node:tls'
import { isLoopback } from '../../oci/registry/loopback.ts'
import { ReleaseError } from '../../values/errors.ts'
import { secretHider } from '../../values/secret-forms.ts'
import type { RemoteAddress } from './remote-address.ts'

export interface RemoteCredential {
  readonly token?: string | undefined
  /** Most servers take any name with a token. Default: `x-access-token`, as GitHub calls it. */
  readonly username?: string | undefined
}

export interface RemoteAccess {
  readonly settings: readonly string[]
  /** Only for what talks to the server: the token is in it. */
  readonly env: Readonly<Record<string, string>>
  /** A text without the token, however it is written. */
  hide(text: string): string
}

type Environment = Readonly<Record<string, string | undefined>>

/**
 * How git reaches another repository. The token is told by a credential helper that reads it from the environment, and that git asks
 * for this one origin only: a redirect to another host gets nothing, and neither command lines, addresses nor files have it.
 * Source: https://git-scm.com/docs/gitcredentials, "CUSTOM HELPERS" and "CREDENTIAL CONTEXTS".
 * @param folder where a file of certificates may be written
 * @throws ReleaseError (CREDENTIALS) for a token of more than one line, (NETWORK) for certificates that cannot be read
 */
export async function remoteAccess(address: RemoteAddress, credential: RemoteCredential, { environment, folder }: { readonly environment: Environment; readonly folder: string }): Promise<RemoteAccess> {
  const { token = '', username = 'x-access-token' } = credential
  if (/[\0\r\n]/.test(token + username)) throw new ReleaseError('Cannot use the token of a tap: it is more than one line', { code: 'CREDENTIALS', hint: 'Take the line\'s end off it: token.trim().' })
  const hide = secretHider(token === '' ? [] : [`${username}:${token}`, token])   // servers repeat what they were sent, in their own ways
  if (address.kind === 'ssh') return { settings: [], env: sshEnvironment(environment), hide }
  if (address.origin === undefined) return { settings: [], env: {}, hide }
  return {
    hide,
    settings: [
      // A server that sends nothing for two minutes is gone.
      'http.lowSpeedLimit=1', 'http.lowSpeedTime=120',
      ...isLoopback(new URL(address.origin).host) ? ['http.proxy='] : [],
      'credential.helper=', ...token === '' ? [] : [`credential.${address.origin}.helper=${helper}`],
    ].flatMap(setting => ['-c', setting]),
    env: {
      ...await certificateEnvironment(environment, folder),
      ...token === '' ? {} : { SLIPWAY_TAP_USERNAME: username, SLIPWAY_TAP_TOKEN: token },
    },
  }
}

/** Run by git's own shell, on Windows too. */
const helper = `!f() { test "$1" = get && printf 'username=%s\\npassword=%s\\n' "$SLIPWAY_TAP_USERNAME" "$SLIPWAY_TAP_TOKEN"; }; f`

/** The user's agent and known hosts, and no question that nobody answers. */
function sshEnvironment({ SSH_AUTH_SOCK, GIT_SSH_COMMAND, GIT_SSH }: Environment): Readonly<Record<string, string>> {
  return {
    ...SSH_AUTH_SOCK ? { SSH_AUTH_SOCK } : {},
    ...GIT_SSH && !GIT_SSH_COMMAND ? { GIT_SSH } : { GIT_SSH_COMMAND: GIT_SSH_COMMAND || 'ssh -o BatchMode=yes -o ConnectTimeout=30 -o ServerAliveInterval=15 -o ServerAliveCountMax=8' },
  }
}

/** Git takes a file in place of the system's certificates: it has all that this Node trusts. */
async function certificateEnvironment({ SSL_CERT_FILE, NODE_EXTRA_CA_CERTS }: Environment, folder: string): Promise<Readonly<Record<string, string>>> {
  const named = [SSL_CERT_FILE, NODE_EXTRA_CA_CERTS].flatMap(file => file || [])
  if (named.length === 0) return {}
  const texts = await Promise.all(named.map(file => readFile(file, 'utf8').catch((cause: unknown) => {
    throw new ReleaseError(`Cannot use the certificates in ${file}: they cannot be read`, { code: 'NETWORK', cause, hint: 'Correct SSL_CERT_FILE or NODE_EXTRA_CA_CERTS, or unset it.' })
  })))
  const file = join(folder, 'certificates.pem')
  await writeFile(file, [...rootCertificates, ...texts].join('\n'))
  return { GIT_SSL_CAINFO: file }
}
