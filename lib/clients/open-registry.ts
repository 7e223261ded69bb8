import type { Credential } from '../contracts/credential.ts'
import type { Exec } from '../contracts/exec.ts'
import type { Registry } from '../oci/registry/registry.ts'
import { createHttp } from './http.ts'
import { registryCredentials } from './registry-credentials.ts'
import type { ServerClock } from './server-clock.ts'

/** How registries are reached from here. */
export interface RegistryAccess {
  /** The caller's variables: credentials, proxies, certificates. */
  readonly environment: Readonly<Record<string, string | undefined>>
  /** Runs Docker's credential helpers. */
  readonly exec: Exec
  /** Registries to ask first when reading, by the host that they stand for. */
  readonly mirrors?: Readonly<Record<string, readonly string[]>>
  /** Credentials that were given, by host; they go before those that are found. */
  readonly credentials?: Readonly<Record<string, Credential>>
  readonly signal?: AbortSignal
  /** How often a request is tried at most. */
  readonly tries?: number
  /** Told the time by every answer. */
  readonly clock?: ServerClock
}

/** A repository of a registry, with the credentials that this machine has for its host. */
export async function openRegistry({ host, repository }: { readonly host: string; readonly repository: string }, access: RegistryAccess): Promise<Registry> {
  const { environment, exec, mirrors = {}, credentials = {}, signal, tries, clock } = access
  const http = createHttp({ environment, ...(signal ? { signal } : {}) })
  const { registry } = await import('../oci/registry/registry.ts')
  return registry({
    host, repository, mirrors: mirrors[host] ?? [], http: clock?.listen(http) ?? http,
    credentials: registryCredentials({ environment, exec, given: credentials }), ...(tries === undefined ? {} : { tries }), ...(signal ? { signal } : {}),
  })
}
