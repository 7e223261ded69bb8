import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { pushOnce } from '../../lib/oci/push-once.ts'
import type { Store } from '../../lib/oci/store.ts'
import { gate } from '../support/toy-steps.ts'
import { described } from '../support/tiny-image.ts'

const { descriptor, bytes } = described('a blob', 'text/plain')
const open = async function* (): AsyncGenerator<Uint8Array> { yield bytes }

interface Told extends Store {
  readonly acts: string[]
}

/** A store that tells what is asked of it, and waits as it is told. */
function told(acting: (act: 'has' | 'push', times: number) => unknown = () => undefined): Told {
  const held = new Set<string>()
  const acts: string[] = []
  const act = async (name: 'has' | 'push'): Promise<void> => {
    acts.push(name)
    await acting(name, acts.filter(one => one === name).length)
  }
  const unused = (): never => { throw new Error('nobody asks for this') }
  return {
    acts, name: 'a store', resolve: unused, open: unused, tag: unused,
    has: async ({ digest }) => {
      const found = held.has(digest)
      await act('has')
      return found
    },
    push: async ({ digest }) => {
      await act('push')
      held.add(digest)
    },
  }
}

test('two that look at once ask once, and two that push at once push once', async () => {
  const store = told()
  const once = pushOnce(store)
  assert.equal(await Promise.all([once.has(descriptor), once.has(descriptor)]), [false, false])
  await Promise.all([once.push(descriptor, open), once.push(descriptor, open)])
  assert.equal(store.acts, ['has', 'push'])
})

test('who saw that it was missing before another one pushed it does not push it again', async () => {
  const store = told()
  const once = pushOnce(store)
  await once.has(descriptor)
  await once.push(descriptor, open)
  await once.push(descriptor, open)
  assert.is(await once.has(descriptor), true)
  assert.equal(store.acts, ['has', 'push'])
})

test('who looks while it is on its way waits for it', async () => {
  const slow = gate()
  const store = told(act => act === 'push' ? slow.passed : undefined)
  const once = pushOnce(store)
  const pushing = once.push(descriptor, open)
  const found = once.has(descriptor)
  slow.open()
  assert.is(await found, true)
  await pushing
  assert.equal(store.acts, ['push'])
})

test('a push that fails fails nobody who only waited for it, and the next one is a new try', async () => {
  const store = told((act, times) => { if (act === 'push' && times === 1) throw new Error('cut') })
  const once = pushOnce(store)
  const ends = await Promise.allSettled([once.push(descriptor, open), once.push(descriptor, open)])
  assert.equal(ends.map(({ status }) => status), ['rejected', 'fulfilled'])
  assert.is(await once.has(descriptor), true)
  await once.push(descriptor, open)
  assert.equal(store.acts, ['push', 'push'])
})

test('who waited for a push that failed tries once, and all of them at once', async () => {
  const store = told(act => { if (act === 'push') throw new Error('cut') })
  const once = pushOnce(store)
  const ends = await Promise.allSettled([once.push(descriptor, open), once.push(descriptor, open), once.push(descriptor, open)])
  assert.equal(ends.map(({ status }) => status), ['rejected', 'rejected', 'rejected'])
  assert.equal([store.acts.length, await once.has(descriptor)], [3, false])
})

test('a look that fails is not remembered', async () => {
  const store = told((act, times) => { if (act === 'has' && times === 1) throw new Error('cut') })
  const once = pushOnce(store)
  const error: unknown = await once.has(descriptor).catch((thrown: unknown) => thrown)
  assert.instance(error, Error)
  assert.is(await once.has(descriptor), false)
})

test.run()
