import { suite } from 'uvu'
import { destinationContract } from '../../lib/testing/index.ts'
import { realRegistries, type RunningRegistry } from '../support/real-registries.ts'
import { unless } from '../support/unless.ts'
import { placeAt, registryContract, repositoriesAt } from './support/registry-contract.ts'
import { registrySight } from './support/registry-sight.ts'

// The newest distribution is docker-registry some years later: one of the two is enough here.
for (const real of realRegistries().filter(({ name }) => name !== 'distribution 3')) {
  const own = suite<{ running: RunningRegistry }>(real.name)
  let running: RunningRegistry | undefined
  let count = 0
  own.before(async () => { running = real.reason === undefined ? await real.start({ basic: real.basic }) : undefined })
  own.after(async () => { await running?.close() })
  const contract = destinationContract({
    name: `ociRegistry() at ${real.name}`, ...registryContract, secrets: real.basic ? ['sesame'] : [], faults: ['lost'], requests: 3, atOnce: 8,
    place: async () => {
      const { host = '', username, password: word } = running ?? {}
      const place = { server: `http://${host}`, repository: `team/place-${count += 1}`, ...word === undefined ? {} : { password: word } }
      const authorization = username === undefined ? '' : `Basic ${Buffer.from(`${username}:${word}`).toString('base64')}`
      return { ...placeAt(place), witness: () => registrySight(place.server, repositoriesAt(place.repository), authorization) }
    },
  })
  for (const { name, run } of contract) unless(real.reason, own)(name, run)
  own.run()
}
