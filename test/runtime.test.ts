import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { openRuntime, type Runtime } from '../lib/runtime.ts'

interface Context {
  folder: string
}

const test = suite<Context>('runtime')

test.before.each(async context => { context.folder = await mkdtemp(join(tmpdir(), 'slipway-runtime-')) })
test.after.each(({ folder }) => rm(folder, { recursive: true, force: true }))

function open({ folder }: Context): Promise<Runtime> {
  const environment = { PATH: process.env['PATH'], SLIPWAY_CACHE: folder }
  return openRuntime({ environment, signal: new AbortController().signal, place: { root: folder }, memory: 64 * 1024 ** 3 })
}

async function learned({ folder }: Context): Promise<unknown> {
  return JSON.parse(await readFile(join(folder, 'history.json'), 'utf8'))
}

async function use(runtime: Runtime, name: string, bytes: number): Promise<void> {
  const { slots, signal } = runtime.walk('run', () => undefined)
  const permit = await slots.acquire({ slot: 'cpu', memory: name, signal })
  permit.saw(bytes)
  permit.release()
}

test('what two runs at once learned is known to the next one', async context => {
  await writeFile(join(context.folder, 'history.json'), '{"needs":{"old":{"plain":5}},"durations":{"kept":1,"both":2}}')
  const [one, other] = await Promise.all([open(context), open(context)])
  assert.is(one.durations['kept'], 1)
  one.durations['one'] = 10
  one.durations['both'] = 11
  await use(one, 'example.com/one', 1000)
  other.durations['other'] = 20
  await use(other, 'example.com/other', 2000)
  await one.close()
  await other.close()
  assert.equal(await learned(context), {
    needs: { old: { plain: 5 }, 'example.com/one': { generous: 1000 }, 'example.com/other': { generous: 2000 } },
    durations: { kept: 1, both: 11, one: 10, other: 20 },
  })
  const next = await open(context)
  assert.equal([next.durations['one'], next.durations['other']], [10, 20])
  await next.close()
})

test('a run that learned nothing writes nothing', async context => {
  await (await open(context)).close()
  assert.is(await learned(context).catch(() => 'nothing'), 'nothing')
})

test.run()
