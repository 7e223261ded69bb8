import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { destinationContract } from '../../lib/testing/index.ts'
import { tapPullContract } from './support/tap-pull-contract.ts'

const mistakes: string[] = []
const checks = destinationContract({ ...tapPullContract(mistakes), faults: ['error', 'cut', 'torn', 'lost', 'limit'], requests: 3 }).filter(({ name }) => name.includes(' fails by '))
for (const { name, run } of checks) test(name, run)

test('tokens go nowhere else', () => {
  assert.is(checks.length, 5)
  assert.equal(mistakes, [])
})

test.run()
