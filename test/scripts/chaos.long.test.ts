import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { allFaults } from '../../lib/testing/fault-proxy.ts'
import { chaos } from '../../scripts/chaos/chaos.ts'
import { textsFor, wordsFor, type Disturbance, type Happening } from '../../scripts/chaos/disturbance.ts'
import { eyesOn } from '../../scripts/chaos/eyes.ts'
import type { Machine } from '../../scripts/chaos/machine.ts'
import { notStaged } from '../../scripts/chaos/not-staged.ts'
import { leftOf, planTrials } from '../../scripts/chaos/plan.ts'
import { randomFrom, shuffled } from '../../scripts/chaos/random.ts'
import { requestKeys } from '../../scripts/chaos/request-key.ts'
import { secretsInFiles, secretsShown } from '../../scripts/chaos/secrets.ts'
import { openSite } from '../../scripts/chaos/site.ts'
import { addTo, countsOf, emptyTally, faultsOf, tallyTable } from '../../scripts/chaos/tally.ts'
import { tooEarly } from '../../scripts/chaos/too-early.ts'
import type { TrialResult } from '../../scripts/chaos/trial.ts'
import { needs } from '../support/needs.ts'

/** A handful: where a release is lost between what it has done and what it knows, and where all becomes visible. */
const chosen: readonly RegExp[] = [
  /^killed after github POST \S+\/releases \(1\), again/,
  /^killed before registry PUT \S+\/manifests\/latest \(1\), again/,
  /^killed after tap POST \S+\/git-receive-pack \(1\), again/,
  /^killed after github POST \S+\/assets\?name=\S+linux_amd64\S+ \(1\), over a person's release/,
  /^killed at .*, again on the same machine/,
  /^error at .*, lost at |^lost at .*, error at /,
  /^expired at registry PUT /,
  /^two at once, [\d.]+% apart, again/,
]

needs('go', 'git')('a release to everywhere that is killed, fails or meets another one is made good by the next, and nothing is seen too early', async () => {
  const [log, taken] = [[] as string[], new Set<RegExp>()]
  const tally = await chaos({
    targets: ['linux/amd64'], distros: ['static'], times: { nothing: 1, person: 1 }, lanes: 1, seed: 6, moments: 20, signal: new AbortController().signal, log: line => { log.push(line) },
    chosen: one => {
      const kind = chosen.find(words => !taken.has(words) && words.test(wordsFor(one)))
      if (kind) taken.add(kind)
      return kind !== undefined
    },
  })
  assert.equal(chosen.filter(words => !taken.has(words)).map(String), [])
  assert.equal(faultsOf(tally, { whole: false }), [], log.join('\n'))
  assert.ok(tally.trials >= chosen.length && tally.converged === tally.trials, tallyTable(tally))
  assert.equal([tally.killed.before.size, tally.killed.after.size], [1, 2])
  assert.equal(log.filter(line => line.includes('did not happen')), [])
  for (const server of ['registry', 'github', 'tap', 'engine']) assert.ok(tally.enumerated.some(key => key.startsWith(`${server} `)), server)
  assert.ok(tally.looks > tally.trials * 100, `${tally.looks} looks`)
})

needs('git')('what is planted is found: a secret in a file, something public that nothing has staged', async () => {
  const site = await openSite()
  try {
    await site.empty({ 'v1.2.3': '1'.repeat(40) })
    assert.equal(await eyesOn(site).look(), {})
    assert.equal(await secretsInFiles(site, []), [])
    const index = join(site.folders.pages, 'index.yaml')
    await writeFile(index, `urls:\n  - https://charts.example/a.tgz\ntoken: ${Buffer.from(`x-access-token:${site.secrets.tap}`).toString('base64')}\n`)
    await writeFile(join(site.folders.site, 'versions.json'), encodeURIComponent(site.secrets.bucket))
    assert.equal(Object.keys(await eyesOn(site).look()), ['pages index.yaml', 'pages a.tgz', 'site versions.json'])
    assert.is((await eyesOn(site).look())['pages a.tgz'], 'missing')
    const machine = { place: site.folders.site } as Machine
    assert.equal(new Set(await secretsInFiles(site, [machine])), new Set([`the secret of tap is in ${index}`, `the secret of bucket is in ${join(site.folders.site, 'versions.json')}`]))
    assert.equal(secretsShown(site, `?token=${site.secrets.github}`, 'the address'), ['the secret of github is in the address'])
    const missing = await notStaged(site, { 'github v1.2.3': '{}', 'github v1.2.3/a.tar.gz': '{}' }, true)
    assert.equal(missing, ['something is public, and the file a.tar.gz at GitHub is not staged'])
    assert.equal(await notStaged(site, { 'github v1.2.3/a.tar.gz': '{}' }, false), [])
  } finally {
    await site.close()
  }
})

const kill = (key: string, moment: 'before' | 'after' = 'before'): Disturbance => ({ happening: { kind: 'kill', moment, key }, over: 'nothing', next: 'fresh' })
const good: TrialResult = {
  disturbance: kill('a'), reached: true, happened: [], keys: ['a'], took: 1, looks: 1, seen: {}, inside: {}, differences: [], duplicates: [], early: [], apart: [], secrets: [],
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
    assert.match(log.join('\n'), /^killed before a, again on a fresh machine: .*:\n {2}x/)
    assert.match(tallyTable(tally), /^trials +1$/m)
    assert.equal(tally.failed.flatMap(textsFor), ['killed before a, again on a fresh machine'])
  }
  assert.equal(faultsOf(emptyTally(), { whole: false }), ['nothing was tried'])
  const tally = emptyTally()
  addTo(tally, { ...good, apart: ['x'] }, () => undefined)
  assert.equal([tally.apart, faultsOf(tally, { whole: false })], [1, []])
})

test('a whole run has to have killed every request before and after', () => {
  const tally = { ...emptyTally(), enumerated: ['a'], planned: countsOf([kill('a'), kill('a', 'after')]) }
  addTo(tally, good, () => undefined)
  assert.match(tallyTable(tally), /^share of all that is to happen +50\.0%$/m)
  assert.equal(faultsOf(tally, { whole: true }), ['no release was killed after a'])
  addTo(tally, { ...good, reached: false, disturbance: kill('a', 'after') }, () => undefined)
  addTo(tally, { ...good, disturbance: { ...kill('a', 'after'), over: 'person' } }, () => undefined)
  assert.equal([tally.missed, faultsOf(tally, { whole: true }).length], [1, 1])
  addTo(tally, { ...good, disturbance: kill('a', 'after') }, () => undefined)
  assert.equal(faultsOf(tally, { whole: true }), [])
})

test('what is seen too early is told', () => {
  const whole = {
    'tap a': '1', 'tap b': '1', 'pages index.yaml': '1', 'pages x.tgz': '1', 'chart:1.2.3': '1', 'github v1': '1', 'github v1/a.tar.gz': '1', 'image:1.2.3-static': '1', 'image:latest': '2',
    'site latest.json': '2', 'site 1.2.3/a.tar.gz': '1', 'bucket versions.json': '1', 'bucket 1.2.3/a.tar.gz': '1',
  }
  const told = (seen: Record<string, string>, before: Record<string, string> = {}): readonly string[] => tooEarly({ before, seen: { ...before, ...seen }, whole })
  const image = { 'image:1.2.3-static': '1' }
  assert.equal(told({}), [])
  assert.equal(told(whole), [])
  assert.equal(told(image), [])
  assert.equal(told({ 'image:1.2.3-static': '2' }), ['image:1.2.3-static is 2'])
  assert.equal(told({ 'something else': '1' }), ['something else is 1'])
  assert.equal(told({ 'chart:1.2.3': '1' }), ['chart:1.2.3 is to be seen, and image:1.2.3-static that it names is not'])
  assert.equal(told({ 'tap a': '1', ...image }), ['tap a is to be seen, and tap b of the same commit is not'])
  assert.equal(told({ 'pages index.yaml': '1', ...image }), ['pages index.yaml is to be seen, and pages x.tgz that the index lists is not'])
  assert.equal(told({ 'github v1': '1' }), ['github v1 is to be seen, and github v1/a.tar.gz of the same release is not'])
  assert.equal(told({ 'bucket versions.json': '1', ...image }), ['bucket versions.json is to be seen, and bucket 1.2.3/a.tar.gz that it lists is not'])
  // What was there stays as it is until it moves.
  const before = { 'site latest.json': '1', 'image:latest': '1', 'tap a': '0' }
  assert.equal(told({}, before), [])
  assert.equal(told({ ...image, 'image:latest': '2' }, before), [])
  assert.equal(told({ 'image:latest': '3' }, before), ['image:latest is 3'])
  assert.equal(told({ ...image, 'site latest.json': '2' }, before), ['site latest.json is to be seen, and site 1.2.3/a.tar.gz that it lists is not'])
  assert.equal(tooEarly({ before, seen: { 'tap a': '0', 'image:latest': '1' }, whole }), ['site latest.json is gone'])
})

test('a plan kills before and after each request, lets each fail in each way, and any beginning of it is a sample of all kinds', () => {
  const keys = ['registry GET /a (1)', 'registry GET /a (2)', ...Array.from({ length: 38 }, (_, index) => `github POST /${index} (1)`)]
  const planned = planTrials({ keys, personKeys: ['tap GET /a (1)', 'github GET /b (1)', 'github PATCH /c (1)'], seed: 3, moments: 30 })
  assert.equal(planned, planTrials({ keys, personKeys: ['tap GET /a (1)', 'github GET /b (1)', 'github PATCH /c (1)'], seed: 3, moments: 30 }))
  const of = <K extends Happening['kind']>(kind: K, over?: Disturbance['over']) => planned.filter(one => (over ?? one.over) === one.over).flatMap(({ happening }) => happening.kind === kind ? [happening as Extract<Happening, { kind: K }>] : [])
  assert.equal(of('kill', 'nothing').map(({ moment, key }) => `${key} ${moment}`).sort(), keys.flatMap(key => [`${key} after`, `${key} before`]).sort())
  assert.equal(new Set(of('kill', 'person').map(({ key }) => key)), new Set(['github GET /b (1)', 'github PATCH /c (1)']))
  assert.equal(of('faults', 'nothing').flatMap(({ faults }) => faults.map(({ fault, key }) => `${key} ${fault}`)).sort(), keys.flatMap(key => [...allFaults, 'expired'].map(fault => `${key} ${fault}`)).sort())
  for (const { faults } of of('faults')) {
    assert.ok(faults.length === 1 || faults.every(({ fault }) => fault !== 'expired'))
    assert.is(new Set(faults.map(({ key }) => key.replace(/ \(\d\)$/, ''))).size, faults.length, 'one request of a kind')
  }
  assert.equal([of('moment').length, of('together').length], [30, 6])
  assert.ok(planned.every(({ happening, next }) => happening.kind !== 'kill' || next === 'fresh'))
  const half = planned.slice(0, planned.length / 2)
  for (const kind of ['kill', 'faults', 'moment', 'together'] as const) {
    const [some, all] = [half, planned].map(ones => ones.filter(({ happening }) => happening.kind === kind).length) as [number, number]
    assert.ok(Math.abs(some - all / 2) <= 3, `${some} of ${all} ${kind}`)
  }
})

test('what has not happened is made again', () => {
  const [one, other] = [{ fault: 'cut', key: 'a' }, { fault: 'lost', key: 'b' }] as const
  const faults: Disturbance = { happening: { kind: 'faults', faults: [one, other] }, over: 'nothing', next: 'same' }
  assert.equal(leftOf(faults, [one], true), { ...faults, happening: { kind: 'faults', faults: [other] } })
  assert.is(leftOf(faults, [other, one], true), undefined)
  assert.equal([leftOf(kill('a'), [], true), leftOf(kill('a'), [], false)], [undefined, kill('a')])
  const moment: Disturbance = { happening: { kind: 'moment', share: 0.5 }, over: 'nothing', next: 'same' }
  assert.equal(leftOf(moment, [], false), { ...moment, happening: { kind: 'moment', share: 0.4 } })
})

test('a request is the same one in another run, whatever a server makes up for it', () => {
  const digest = `sha256:${'a'.repeat(64)}`
  const names = new Map([[digest, '<image:1.2.3 blobs 0>']])
  const [one, other] = [requestKeys(names), requestKeys(names)]
  const first = one('registry', { method: 'PUT', path: `/v2/a/blobs/uploads/1b2c-3d?_state=abc%3D&digest=${encodeURIComponent(digest)}` })
  assert.is(first, 'registry PUT /v2/a/blobs/uploads/*?digest=<image:1.2.3 blobs 0> (1)')
  assert.is(other('registry', { method: 'PUT', path: `/v2/a/blobs/uploads/9f?digest=${encodeURIComponent(digest)}&_state=x` }), first)
  assert.is(other('registry', { method: 'PUT', path: `/v2/a/blobs/uploads/9f?digest=${encodeURIComponent(digest)}&_state=x` }), first.replace('(1)', '(2)'))
  assert.is(one('github', { method: 'DELETE', path: '/repos/a/b/releases/12/assets/34' }), 'github DELETE /repos/a/b/releases/*/assets/* (1)')
  assert.is(one('bucket', { method: 'PUT', path: '/b/x?partNumber=1&uploadId=abc' }), 'bucket PUT /b/x?partNumber=1&uploadId=* (1)')
})

test('the same seed gives the same order, and nothing is lost in it', () => {
  const all = Array.from({ length: 50 }, (_, index) => index)
  const order = shuffled(all, 7, String)
  assert.equal(order, shuffled([...all].reverse(), 7, String))
  assert.not.equal(order, shuffled(all, 8, String))
  assert.equal([...order].sort((a, b) => a - b), all)
  assert.equal(order.filter(one => one !== 5), shuffled(all.filter(one => one !== 5), 7, String))
  const [one, other] = [randomFrom(7), randomFrom(7)]
  const drawn = all.map(one)
  assert.equal(drawn, all.map(other))
  assert.ok(new Set(drawn).size === 50 && drawn.every(number => number >= 0 && number < 1))
})

test.run()
