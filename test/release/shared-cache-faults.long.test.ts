import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { bytesIn, fakeRegistry, filled, machine, removeMachines, removeWarm, sharingProject, statesOf } from './support/shared-machines.ts'
import { workplace } from './support/workplace.ts'

test.after(removeWarm)
test.after.each(removeMachines)

test('what a registry lost is made again', async () => {
  const { registry, place, address } = await filled()
  const { blobs } = registry.repository('team/cache')
  for (const [digest, bytes] of blobs) if (bytes.length > 100_000) blobs.delete(digest)
  const other = await machine(place, address)
  const { record } = await other.release({ WRITE: 'yes' })
  assert.equal(statesOf(record, 'binary'), ['made'])
  // And is there again for the next one.
  const third = await machine(place, address)
  const { record: healed } = await third.release()
  assert.equal(statesOf(healed, 'binary', 'archive', 'layer'), ['cached'])
  assert.equal(healed.notices, [])
})

test('a cache that cannot be reached is one notice, and the release is made', async () => {
  const registry = await fakeRegistry()
  await registry.close()
  const place = await workplace(sharingProject)
  const one = await machine(place, `${registry.host}/team/cache`)
  const { record } = await one.release({ WRITE: 'yes' })
  assert.equal(statesOf(record, 'binary', 'archive'), ['made'])
  assert.is(record.notices.length, 1, record.notices.join('\n'))
  assert.match(record.notices[0] ?? '', /^Nothing is taken from the shared cache 127\.0\.0\.1:\d+\/team\/cache, and nothing is kept there: Cannot .*refused/)
})

test('a cache that goes away in the middle is one notice, and what it promised is made', async () => {
  let away = false
  const { place, address } = await filled({ instead: request => away && request.url?.includes('/blobs/') ? { status: 503 } : undefined })
  away = true
  const other = await machine(place, address)
  const { record } = await other.release()
  assert.equal(statesOf(record, 'binary', 'archive'), ['made'])
  assert.is(record.notices.length, 1, record.notices.join('\n'))
})

test('runs for pull requests, on a developer\'s machine, and without a credential keep nothing', async () => {
  const users = { robot: 'sesame' }
  const { registry, place, address } = await filled({ auth: { kind: 'token', users, anonymousPull: true } }, {})
  const pushes = (): number => registry.requests.filter(({ method }) => method !== 'GET' && method !== 'HEAD').length
  assert.is(pushes(), 0, 'nobody is logged in')
  const name = `SLIPWAY_REGISTRY_${registry.host.replaceAll(/\W/g, '_')}`
  const robot = { [`${name}_USERNAME`]: 'robot', [`${name}_PASSWORD`]: 'sesame' }
  const keeps = async (env: NodeJS.ProcessEnv): Promise<boolean> => {
    const before = pushes()
    await (await machine(place, address)).release({ ...robot, ...env })
    return pushes() > before
  }
  assert.is(await keeps({}), false, 'not in CI')
  assert.is(await keeps({ CI: 'true', GITHUB_ACTIONS: 'true', GITHUB_EVENT_NAME: 'pull_request', WRITE: 'yes' }), false)
  assert.is(await keeps({ CI: 'true', CI_MERGE_REQUEST_IID: '7', WRITE: 'yes' }), false)
  assert.is(await keeps({ CI: 'true', WRITE: 'no' }), false)
  assert.is(await keeps({ CI: 'true', GITHUB_EVENT_NAME: 'push' }), true)
})

test('who is refused is told once, and no credential is written anywhere', async () => {
  const registry = await fakeRegistry({ auth: { kind: 'basic', users: { robot: 'sesame-of-the-robot' }, readers: ['robot'] } })
  const place = await workplace(sharingProject)
  const one = await machine(place, `${registry.host}/team/cache`)
  const name = `SLIPWAY_REGISTRY_${registry.host.replaceAll(/\W/g, '_')}`
  const { record, stderr } = await one.release({ WRITE: 'yes', [`${name}_USERNAME`]: 'robot', [`${name}_PASSWORD`]: 'sesame-of-the-robot' })
  assert.is(record.notices.length, 1, record.notices.join('\n'))
  assert.match(record.notices[0] ?? '', /^Nothing is kept in the shared cache .*: Cannot push/)
  const written = [stderr, JSON.stringify(record), ...Object.values(await bytesIn(one.cache)).map(text => Buffer.from(text, 'base64').toString('latin1'))]
  for (const secret of ['sesame-of-the-robot', Buffer.from('robot:sesame-of-the-robot').toString('base64')]) {
    assert.not.ok(written.some(text => text.includes(secret)))
  }
})

test.run()
