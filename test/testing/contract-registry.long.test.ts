import { test } from 'uvu'
import { destinationContract } from '../../lib/testing/index.ts'
import { startFakeRegistry } from '../support/fake-registry.ts'
import { placeAt, registryContract, repositoriesAt } from './support/registry-contract.ts'
import { registrySight } from './support/registry-sight.ts'

const password = 'sesame+open/0123456789'
const contract = destinationContract({
  name: 'ociRegistry() at a strict registry', ...registryContract, faults: true, requests: 4, atOnce: 12, secrets: [password],
  place: async () => {
    const registry = await startFakeRegistry({ deletes: true, auth: { kind: 'token', users: { robot: password, reader: password }, readers: ['reader'], anonymousPull: true } })
    return {
      ...placeAt({ server: registry.url, repository: 'team/gateway', password, readers: ['reader'] }), close: () => registry.close(),
      witness: () => registrySight(registry.url, repositoriesAt('team/gateway')),
      inventory: async () => Object.fromEntries(['team/gateway', 'team/gateway/gateway'].flatMap(name => {
        const { blobs, manifests } = registry.repository(name)
        return [...blobs.keys(), ...manifests.keys()].map(digest => [`${name}@${digest}`, ''] as const)
      })),
    }
  },
})
for (const { name, run } of contract) test(name, run)

test.run()
