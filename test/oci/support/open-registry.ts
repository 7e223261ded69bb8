import * as assert from 'uvu/assert'
import { createHttp } from '../../../lib/clients/http.ts'
import { type Registry, registry, type RegistryOptions } from '../../../lib/oci/registry/registry.ts'
import { ReleaseError } from '../../../lib/values/errors.ts'

const http = createHttp({ environment: {}, limits: { connect: 5000, idle: 5000 } })

/** A client that never really waits, and knows no credential unless told. */
export function openRegistry(host: string, options: Partial<RegistryOptions> = {}): Registry {
  return registry({ http, host, repository: 'app', credentials: async () => undefined, sleep: async () => {}, ...options })
}

export async function errorOf(promise: Promise<unknown>): Promise<ReleaseError> {
  const error: unknown = await promise.then(() => undefined, (thrown: unknown) => thrown)
  assert.instance(error, ReleaseError)
  return error as ReleaseError
}
