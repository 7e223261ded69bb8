import { readFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { realRegistries, type RunningRegistry } from '../support/real-registries.ts'
import { unless } from '../support/unless.ts'
import { bytesIn, filled, machine, removeMachines, removeWarm, sharingProject, statesOf } from './support/shared-machines.ts'
import { workplace } from './support/workplace.ts'

const [debian] = realRegistries()
const real = unless(debian?.reason)

let running: RunningRegistry | undefined
test.before(async () => { if (debian?.reason === undefined) running = await debian?.start() })
test.after(async () => {
  await running?.close()
  await removeWarm()
})
test.after.each(removeMachines)

real('after a change of one line only the main package is compiled', async () => {
  const address = `${running?.host}/team/cache`
  const place = await workplace({ ...sharingProject,
    'main.go': 'package main\n\nimport "example.com/hello/greet"\n\nfunc main() { print(greet.Hello(), "\\n") }\n',
    'greet/greet.go': 'package greet\n\nimport "strings"\n\nfunc Hello() string { return strings.ToUpper("hello") }\n',
  })
  const one = await machine(place, address)
  assert.is((await one.release({ WRITE: 'yes' })).counted.go.kept, 2)
  await place.repository.commit({ 'main.go': 'package main\n\nimport "example.com/hello/greet"\n\nfunc main() { print(greet.Hello(), "!\\n") }\n' })
  await place.repository.tag('v1.2.4')
  const other = await machine(place, address, 'cold')
  const began = Date.now()
  const { record, counted } = await other.release({ WRITE: 'yes' })
  assert.equal(statesOf(record, 'binary'), ['made'])
  assert.equal(record.notices, [])
  assert.is(counted.go.found, 2)
  assert.is(counted.go.kept, 0, 'what is there has nearly all that this build needed')
  assert.equal(await compiledSince(began, other.goCache), ['command-line main', 'command-line main'])

  // The same release without it: the same bytes.
  const alone = await machine(place, address)
  assert.equal(statesOf((await alone.release({}, '--no-cache')).record, 'binary'), ['made'])
  assert.equal(await bytesIn(alone.dist), await bytesIn(other.dist))

  // Who has compiled it before is not sent it again.
  await place.repository.commit({ 'main.go': 'package main\n\nimport "example.com/hello/greet"\n\nfunc main() { print(greet.Hello(), "?\\n") }\n' })
  await other.repository.git('pull', '--quiet')
  assert.is((await other.release()).counted.go.found, 0)
})

/** The packages that were compiled, not taken from elsewhere: an entry says when it was made, and an archive what of. */
async function compiledSince(time: number, goCache: string): Promise<readonly string[]> {
  const names = (await readdir(goCache, { recursive: true })).filter(name => name.endsWith('-a'))
  const entries = await Promise.all(names.map(async name => (await readFile(join(goCache, name), 'utf8')).trim().split(/ +/)))
  const made = entries.filter(([, , , size, nanoseconds]) => Number(size) > 0 && Number(nanoseconds) / 1e6 > time)
  const results = await Promise.all(made.map(async ([, , output = '']) => (await readFile(join(goCache, output.slice(0, 2), `${output}-d`))).toString('latin1')))
  return results.filter(text => text.startsWith('!<arch>')).map(text => text.includes('\nmain\n') ? 'command-line main' : /build id "[^"]*"/.exec(text)?.[0] ?? 'something')
}

test('what a registry damaged is refused, told once, and made again', async () => {
  const { registry, place, address } = await filled()
  const { blobs } = registry.repository('team/cache')
  const large = [...blobs].filter(([, bytes]) => bytes.length > 100_000)
  assert.ok(large.length > 4)
  for (const [digest, bytes] of large) blobs.set(digest, Buffer.from(bytes.map((byte, at) => at === 50_000 ? byte ^ 1 : byte)))
  const other = await machine(place, address, 'cold')
  const { record, counted } = await other.release()
  assert.equal(statesOf(record, 'binary'), ['made'])
  const damaged = record.notices.filter(line => line.includes('has other bytes for it: it is made again'))
  assert.is(new Set(damaged).size, damaged.length)
  assert.ok(damaged.length > 0)
  assert.is(record.notices.filter(line => line.includes('holds Go\'s cache for linux/')).length, 2, record.notices.join('\n'))
  assert.is(counted.go.found, 0)
  const alone = await machine(place, address)
  await alone.release({}, '--no-cache')
  assert.equal(await bytesIn(other.dist), await bytesIn(alone.dist))
  assert.equal((await readdir(other.goCache)).filter(name => name.startsWith('slipway')), [], 'nothing is left in Go\'s cache')
})

test.run()
