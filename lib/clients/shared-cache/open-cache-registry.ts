import { setTimeout as delay } from 'node:timers/promises'
import type { Credentials } from '../../contracts/credential.ts'
import type { Exec } from '../../contracts/exec.ts'
import type { Registry } from '../../oci/registry/registry.ts'
import { ReleaseError } from '../../values/errors.ts'
import { readableDuration } from '../../values/readable.ts'
import { isPullRequest } from './pull-request.ts'
import type { SharedCachePlace } from './shared-cache-place.ts'

export interface CacheAccess {
  /** The caller's variables: credentials, proxies, certificates, and what kind of run it is. */
  readonly environment: Readonly<Record<string, string | undefined>>
  /** Runs Docker's credential helpers. */
  readonly exec: Exec
  readonly signal: AbortSignal
}

export interface CacheRegistry {
  readonly registry: Registry
  readonly credentials: Credentials
}

/** Nobody waits long for a cache. Milliseconds. */
const limits = { connect: 5_000, idle: 30_000 }
const longestRest = 5_000

/** The repository of a shared cache, asked with little patience. */
export async function openCacheRegistry({ host, repository, credential }: SharedCachePlace, { environment, exec, signal }: CacheAccess): Promise<CacheRegistry> {
  const [{ registry }, { createHttp }, { registryCredentials }] = await Promise.all([
    import('../../oci/registry/registry.ts'), import('../http.ts'), import('../registry-credentials.ts'),
  ])
  const credentials = registryCredentials({ environment, exec, ...credential ? { given: { [host]: credential } } : {} })
  return { credentials, registry: registry({ host, repository, credentials, http: createHttp({ environment, signal, limits }), tries: 2, sleep: rest(signal), signal }) }
}

/** A registry that is too busy for a cache is done without. */
function rest(signal: AbortSignal): (milliseconds: number) => Promise<void> {
  return async milliseconds => {
    if (milliseconds <= longestRest) return delay(milliseconds, undefined, { signal })
    throw new ReleaseError(`Cannot ask a registry: it wants to be left alone for ${readableDuration(milliseconds)}`, { code: 'REGISTRY', hint: 'Run the release again later.' })
  }
}

/**
 * Whether this run may write into the cache: where build.ts does not say, in CI alone, with a credential, and not for a change
 * that nobody has taken yet.
 */
export async function mayWrite({ write, host }: SharedCachePlace, environment: CacheAccess['environment'], credentials: Credentials): Promise<boolean> {
  const pullRequest = isPullRequest(environment)
  if (typeof write === 'function') return write({ environment, pullRequest })
  if (write === false || pullRequest) return false
  if (write === true) return true
  return !['', 'false', '0'].includes(environment['CI'] ?? '') && await credentials(host) !== undefined
}
