import { stat } from 'node:fs/promises'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { realRegistries, type RunningRegistry } from '../support/real-registries.ts'
import { unless } from '../support/unless.ts'
import { bytesIn, filled, machine, removeMachines, removeWarm, sharingProject, statesOf } from './support/shared-machines.ts'
import { workplace } from './support/workplace.ts'

const registries = realRegistries()
const missing = registries.find(({ reason }) => reason !== undefined)?.reason
const real = unless(missing)

let running: readonly RunningRegistry[] = []
test.before(async () => { if (missing === undefined) running = await Promise.all(registries.map(one => one.start())) })
test.after(async () => {
  for (const one of running) await one.close()
  await removeWarm()
})
test.after.each(removeMachines)

for (const [index, { name }] of registries.entries()) {
  real(`a fresh machine takes everything from ${name} and compiles nothing`, async () => {
    const address = `${running[index]?.host}/team/cache`
    const place = await workplace(sharingProject)
    const one = await machine(place, address)
    const made = await one.release({ WRITE: 'yes' })
    assert.equal(statesOf(made.record, 'binary', 'archive'), ['made'])
    assert.equal(made.record.notices, [])
    assert.ok(made.counted.kept > 4, JSON.stringify(made.counted))
    assert.is(made.counted.go.kept, 2)
    const other = await machine(place, address, 'cold')
    const taken = await other.release()
    assert.equal(statesOf(taken.record, 'binary', 'archive', 'layer', 'platform-image', 'files', 'image', 'checksums'), ['cached'])
    assert.equal(taken.record.notices, [])
    assert.is(taken.counted.kept, 0, 'who may not write keeps nothing')
    assert.ok(taken.counted.found > 4, JSON.stringify(taken.counted))
    assert.equal(await bytesIn(other.dist), await bytesIn(one.dist))
    assert.is(await stat(other.goCache).catch(() => undefined), undefined, 'not even go list ran')
  })
}

test('--no-cache asks nobody, and a plan says what is elsewhere', async () => {
  const { registry, place, address } = await filled()
  const other = await machine(place, address)
  const planned = await other.build(['plan', '--json'])
  const { steps } = JSON.parse(planned.stdout) as { readonly steps: readonly { readonly kind: string, readonly state: string }[] }
  assert.equal([...new Set(steps.map(({ state }) => state))], ['cached', 'publish'])
  const before = registry.requests.length
  const { record } = await other.release({ WRITE: 'yes' }, '--no-cache')
  assert.is(registry.requests.length, before)
  assert.equal(statesOf(record, 'binary'), ['made'])
})

test.run()
