import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { chaos } from '../../scripts/chaos/chaos.ts'
import { randomFrom, shuffled } from '../../scripts/chaos/random.ts'
import { requestKeys } from '../../scripts/chaos/request-key.ts'
import { addTo, emptyTally, faultsOf, tallyTable } from '../../scripts/chaos/tally.ts'
import { tooEarly } from '../../scripts/chaos/too-early.ts'
import type { TrialResult } from '../../scripts/chaos/trial.ts'
import type { Servers } from '../../scripts/chaos/site.ts'
import { needs } from '../support/needs.ts'

needs('go', 'git')('a release that is killed, or whose requests fail, is made good by the next one, and nothing is seen too early', async () => {
  const log: string[] = []
  const tally = await chaos({
    targets: ['linux/amd64', 'linux/arm64'], lanes: 1, seed: 6, trials: 4, moments: 60, signal: new AbortController().signal, log: line => { log.push(line) },
  })
  assert.equal(faultsOf(tally, { whole: false }), [], log.join('\n'))
  assert.equal([tally.trials, tally.converged], [4, 4])
  assert.ok(tally.enumerated > 50, `${tally.enumerated} requests`)
  assert.ok(tally.killed.before.size + tally.killed.after.size + tally.moments + tally.faults > 0)
})

const good: TrialResult = {
  disturbance: { kind: 'kill', moment: 'before', key: 'a' }, reached: true, keys: ['a'], took: 1, seen: {}, inside: {}, differences: [], duplicates: [], early: [], secrets: [],
}

test('whatever went wrong is told, and is in the table', () => {
  const wrong: readonly (readonly [changes: Partial<TrialResult>, told: string])[] = [
    [{ differences: ['x'] }, '1 of 1 did not converge'], [{ duplicates: ['x', 'y'] }, '2 things are there twice'], [{ early: ['x'] }, '1 things are seen too early'],
    [{ secrets: ['x'] }, '1 times a secret is given away'],
  ]
  for (const [changes, told] of wrong) {
    const [tally, log] = [emptyTally(), [] as string[]]
    addTo(tally, { ...good, ...changes }, line => { log.push(line) })
    assert.equal(faultsOf(tally, { whole: false }), [told])
    assert.match(log.join('\n'), /^killed before a: .*:\n {2}x/)
    assert.match(tallyTable(tally), /^trials +1$/m)
  }
  assert.equal(faultsOf(emptyTally(), { whole: false }), ['nothing was tried'])
})

test('what is seen too early is told', async () => {
  const whole = { 'tap a': '1', 'tap b': '1', 'pages index.yaml': '1', 'pages x.tgz': '1', 'chart:1.2.3': '1', 'github v1': '1', 'github v1/a.tar.gz': '1', 'image:1.2.3-static': '1' }
  const uploaded = (names: readonly string[]): Servers => {
    const release = { assets: new Map(names.map((name, id) => [id, { name, state: 'uploaded' }])) }
    return { registry: '', authorization: '', tap: '', close: async () => undefined, github: { inside: () => ({ releases: new Map([[1, release]]) }) } as unknown as Servers['github'] }
  }
  const told = (seen: object, names: readonly string[] = ['a.tar.gz']) => tooEarly(seen as Record<string, string>, whole, uploaded(names))
  assert.equal(await told({}, []), [])
  assert.equal(await told(whole), [])
  assert.equal(await told({ 'image:1.2.3-static': '1' }), [])
  assert.equal(await told({ 'image:1.2.3-static': '1' }, []), ['something is public, and a.tar.gz is not staged'])
  assert.equal(await told({ 'image:1.2.3-static': '2' }), ['image:1.2.3-static is 2'])
  assert.equal(await told({ 'chart:1.2.3': '1' }), ['chart: names an image that is not public'])
  assert.equal(await told({ 'image:1.2.3-static': '1', 'tap a': '1' }), ['tap b is missing on the branch'])
  assert.equal(await told({ 'image:1.2.3-static': '1', 'pages index.yaml': '1' }), ['pages x.tgz is missing beside the index'])
  assert.equal(await told({ 'github v1': '1' }), ['github v1/a.tar.gz is missing in a public release'])
})

test('a whole run has to have killed every request before and after', () => {
  const tally = { ...emptyTally(), enumerated: 1 }
  addTo(tally, good, () => undefined)
  assert.equal(faultsOf(tally, { whole: true }), ['of 1 requests, 1 were killed before and 0 after'])
  addTo(tally, { ...good, reached: false, disturbance: { kind: 'kill', moment: 'after', key: 'a' } }, () => undefined)
  assert.equal([tally.missed, faultsOf(tally, { whole: true }).length], [1, 1])
  addTo(tally, { ...good, disturbance: { kind: 'kill', moment: 'after', key: 'a' } }, () => undefined)
  assert.equal(faultsOf(tally, { whole: true }), [])
})

test('a request is the same one in another run, whatever a server makes up for it', () => {
  const [one, other] = [requestKeys(), requestKeys()]
  const first = one('registry', { method: 'PUT', path: '/v2/a/blobs/uploads/1b2c-3d?_state=abc%3D&digest=sha256%3A12' })
  assert.is(first, 'registry PUT /v2/a/blobs/uploads/*?digest=sha256:12 (1)')
  assert.is(other('registry', { method: 'PUT', path: '/v2/a/blobs/uploads/9f?digest=sha256%3A12&_state=x' }), first)
  assert.is(other('registry', { method: 'PUT', path: '/v2/a/blobs/uploads/9f?digest=sha256%3A12&_state=x' }), first.replace('(1)', '(2)'))
  assert.is(one('github', { method: 'DELETE', path: '/repos/a/b/releases/12/assets/34' }), 'github DELETE /repos/a/b/releases/*/assets/* (1)')
})

test('the same seed gives the same order, and nothing is lost in it', () => {
  const all = Array.from({ length: 50 }, (_, index) => index)
  const order = shuffled(all, randomFrom(7))
  assert.equal(order, shuffled(all, randomFrom(7)))
  assert.not.equal(order, shuffled(all, randomFrom(8)))
  assert.equal([...order].sort((a, b) => a - b), all)
})

test.run()
