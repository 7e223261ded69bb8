import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { doctor, doctorText, type Diagnosis } from '../../lib/commands/doctor.ts'
import { registry, type RegistryCacheOptions } from '../../lib/registry.ts'
import { startFakeRegistry } from '../support/fake-registry.ts'

const { PATH, HOME } = process.env

async function diagnose(environment: Record<string, string | undefined>, folder = tmpdir()): Promise<Diagnosis> {
  return doctor({ environment: { PATH, HOME, ...environment }, folder, signal: new AbortController().signal })
}

test('finds the tools with their versions', async () => {
  const { tools } = await diagnose({})
  assert.equal(tools.map(({ name }) => name), ['go', 'git', 'helm', 'node'])
  for (const { version, problem } of tools.filter(({ name }) => name !== 'helm')) {
    assert.match(version ?? '', /^\d+\.\d+/)
    assert.is(problem, undefined)
  }
  assert.is(tools[3]?.detail, `zlib ${process.versions['zlib']}`)
})

test('a helm that is missing is no problem', async () => {
  const { tools } = await diagnose({ SLIPWAY_HELM: '/nowhere/helm' })
  const helm = tools.find(({ name }) => name === 'helm')
  assert.is(helm?.problem, undefined)
  assert.match(helm?.detail ?? '', /^charts are not rendered: .*\/nowhere\/helm/)
})

test('says what is missing, and goes on', async () => {
  const found = await diagnose({ PATH: '/nowhere' }, '/nowhere/at/all')
  assert.match(found.tools[0]?.problem ?? '', /^Cannot run go: /)
  assert.match(found.tools[1]?.problem ?? '', /^Cannot run git: /)
  assert.match(doctorText(found), /^go +missing +Cannot run go/)
})

test('measures the cache, and says where it cannot be used', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'doctor-'))
  try {
    await mkdir(join(folder, 'cache/blobs'), { recursive: true })
    await writeFile(join(folder, 'cache/blobs/a'), Buffer.alloc(3 * 1024))
    await writeFile(join(folder, 'cache/b'), Buffer.alloc(1024))
    const measured = await diagnose({ SLIPWAY_CACHE: join(folder, 'cache') })
    assert.equal(measured.cache, { folder: join(folder, 'cache'), bytes: 4096 })
    assert.match(doctorText(measured), /\ncache +4\.0 KiB +\/.*cache\n$/)
    assert.equal((await diagnose({ SLIPWAY_CACHE: join(folder, 'not/yet') })).cache.problem, undefined)
    assert.match((await diagnose({ SLIPWAY_CACHE: join(folder, 'cache/b/c') })).cache.problem ?? '', /ENOTDIR/)
    assert.match((await diagnose({ SLIPWAY_CACHE: 'here' })).cache.problem ?? '', /not an absolute path/)
  } finally {
    await rm(folder, { recursive: true })
  }
})

test('says whether the cache that machines share can be read and written', async () => {
  const users = { robot: 'sesame', reader: 'simsim' }
  const fake = await startFakeRegistry({ auth: { kind: 'basic', users, readers: ['reader'], anonymousPull: true } })
  const look = async (options: RegistryCacheOptions, environment: Record<string, string> = {}, host = fake.host): Promise<Diagnosis> =>
    doctor({ environment: { PATH, HOME, ...environment }, folder: tmpdir(), signal: new AbortController().signal, shared: registry(`${host}/team/cache`, options) })
  const robot = { username: 'robot', token: 'sesame' }
  const name = `${fake.host}/team/cache`
  try {
    const written = await look({ ...robot, write: true })
    assert.equal(written.shared, { name, state: 'read and written' })
    assert.match(doctorText(written), /\nshared cache +read and written +127\.0\.0\.1:\d+\/team\/cache\n$/)
    const read = { name, state: 'read', why: 'this run would not write into it' }
    assert.equal((await look(robot)).shared, read, 'not in CI')
    assert.equal((await look(robot, { CI: 'true' })).shared, { name, state: 'read and written' })
    assert.equal((await look({}, { CI: 'true' })).shared, read, 'without a credential')
    const refused = await look({ username: 'reader', token: 'simsim', write: true })
    assert.is(refused.shared?.state, 'read')
    assert.match(refused.shared?.why ?? '', /^Cannot push to /)
    assert.equal([...fake.repository('team/cache').blobs], [])
  } finally {
    await fake.close()
  }
  const away = await look(robot)
  assert.is(away.shared?.state, 'unused')
  assert.match(away.shared?.why ?? '', /refused/)
})

test('is plain data', async () => {
  const found = await diagnose({})
  assert.equal(JSON.parse(JSON.stringify(found)), found)
})

test.run()
