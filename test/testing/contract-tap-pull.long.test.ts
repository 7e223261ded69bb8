import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { destinationContract } from '../../lib/testing/index.ts'
import { tapPullContract } from './support/tap-pull-contract.ts'

const mistakes: string[] = []
for (const { name, run } of destinationContract(tapPullContract(mistakes))) test(name, run)

test('what is asked of GitHub, and what the fake one answers, is as it is described; tokens go nowhere else', () => { assert.equal(mistakes, []) })

test.run()
