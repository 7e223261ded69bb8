import { test } from 'uvu'
import { realRegistries } from '../support/real-registries.ts'
import { unless } from '../support/unless.ts'
import { conformance } from './registry-conformance.ts'

for (const { name, reason, basic, start } of realRegistries()) {
  if (reason !== undefined) {
    unless(reason)(`the client works with ${name}`, () => {})
    continue
  }
  conformance(name, () => start())
  if (basic) conformance(`${name} with a password`, async () => {
    const { username = '', password = '', ...running } = await start({ basic: true })
    return { ...running, credential: { username, password, from: 'this test' } }
  })
}

test.run()
