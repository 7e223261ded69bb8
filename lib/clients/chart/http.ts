import type { Credential } from '../../contracts/credential.ts'
import type { Exec } from '../../contracts/exec.ts'
import { basic } from '../../oci/registry/basic.ts'
import { createExchange } from '../../oci/registry/exchange.ts'
import { isLoopback } from '../../oci/registry/loopback.ts'
import { named } from '../../oci/registry/named.ts'
import { isPassing } from '../../oci/registry/passing.ts'
import { patience } from '../../oci/registry/patience.ts'
import { refusal } from '../../oci/registry/refusal.ts'
import { ReleaseError } from '../../values/errors.ts'
import { createHttp } from '../http.ts'
import { registryCredentials } from '../registry-credentials.ts'

/** How chart repositories are reached from here. */
export interface ChartAccess {
  /** The caller's variables: credentials, proxies, certificates. */
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly exec: Exec
  readonly signal?: AbortSignal
  /** Registries to ask first when reading, by the host that they stand for. */
  readonly mirrors?: Readonly<Record<string, readonly string[]>>
  /** How often a request is tried at most. */
  readonly tries?: number
  readonly log?: (line: string) => void
}

export interface ChartRequest {
  readonly url: string
  /** What errors say after `Cannot`. */
  readonly purpose: string
  /** Bytes that are read at most. */
  readonly limit: number
  /** The classic repository: what is elsewhere gets no credential. */
  readonly repository: string
  /** Only the answer counts. */
  readonly method?: 'GET' | 'HEAD'
}

/** What servers say that only give something away, and tell nothing about it. */
const unasked: readonly number[] = [403, 405, 501]

/**
 * Reads something small of a classic chart repository, again where the connection is cut. Without TLS on this machine alone.
 * @throws ReleaseError (NETWORK, REGISTRY, CREDENTIALS), (CONTENT) where it is over the limit
 */
export async function readOverHttp(request: ChartRequest, access: ChartAccess): Promise<Buffer> {
  const { url, purpose, limit, repository, method = 'GET' } = request
  refuseAddress(url, purpose)
  const { environment, exec, signal, tries = 5, log = () => {} } = access
  const waits = patience({ signal, tries })
  const exchange = createExchange({ http: createHttp({ environment, ...signal && { signal } }), patience: waits, log })
  const { host, origin } = new URL(url)
  const credential: Credential | undefined = origin === new URL(repository).origin ? await registryCredentials({ environment, exec })(host) : undefined
  const sent = credential && basic(credential)
  for (let count = 1; ; count += 1) {
    const answer = await exchange({ method, url, headers: { Accept: '*/*', ...sent !== undefined && { Authorization: sent } } })
      .catch((error: unknown) => { throw named(error, purpose) })
    if (method === 'HEAD' && unasked.includes(answer.status)) return Buffer.alloc(0)
    if (answer.status !== 200) throw await refusal(answer, { purpose, host, credential, sent })
    try {
      return await whole(answer.body, limit, purpose)
    } catch (error) {
      if (count >= waits.tries || !isPassing(error)) throw named(error, purpose)
      log(`${(error as Error).message}; trying again`)
      await waits.rest(count)
    }
  }
}

async function whole(body: AsyncIterable<Uint8Array>, limit: number, purpose: string): Promise<Buffer> {
  const parts: Uint8Array[] = []
  let size = 0
  for await (const part of body) {
    size += part.length
    if (size > limit) throw new ReleaseError(`Cannot ${purpose}: it has more than ${limit} bytes`, { code: 'CONTENT', hint: 'It is not what it should be: look what is there.' })
    parts.push(part)
  }
  return Buffer.concat(parts)
}

function refuseAddress(url: string, purpose: string): void {
  const parsed = URL.canParse(url) ? new URL(url) : undefined
  if (parsed?.protocol === 'https:' || parsed?.protocol === 'http:' && isLoopback(parsed.host)) return
  throw new ReleaseError(`Cannot ${purpose}: ${parsed?.protocol === 'http:' ? `${parsed.host} would be asked without TLS` : 'its address is no https URL'}`, {
    code: 'NETWORK', hint: 'Take a repository that has https.',
  })
}
