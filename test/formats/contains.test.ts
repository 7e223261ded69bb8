import fc from 'fast-check'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { contains } from '../../lib/formats/contains.ts'

async function* chunks(...parts: readonly (Uint8Array | string)[]) {
  for (const part of parts) yield Buffer.from(part)
}

const bytes = (...texts: readonly string[]) => texts.map(text => Buffer.from(text))

test('finds what is inside a chunk, across two, and across many', async () => {
  assert.equal(await contains(chunks('ab', 'c', '', 'd', 'efgh'), bytes('ab', 'bc', 'bcdef', 'abcdefgh', 'efgh', 'h')),
    [true, true, true, true, true, true])
})

test('does not find what is not there, though its parts are', async () => {
  assert.equal(await contains(chunks('abc', 'abd'), bytes('abcd', 'ca b', 'abda', 'bb')), [false, false, false, false])
})

test('nothing is in everything, and no needles need no source', async () => {
  assert.equal(await contains(chunks(), bytes('', 'a')), [true, false])
  let reads = 0
  async function* unread() { yield Buffer.alloc(reads++) }
  assert.equal(await contains(unread(), []), [])
  assert.equal(await contains(unread(), bytes('')), [true])
  assert.is(reads, 0)
})

test('finds what includes() finds, however the source is cut', async () => {
  const few = fc.uint8Array({ max: 2, maxLength: 60 })
  const parts = fc.array(few, { maxLength: 8 })
  await fc.assert(fc.asyncProperty(parts, fc.array(few, { maxLength: 4 }), async (pieces, needles) => {
    const whole = Buffer.concat(pieces)
    assert.equal(await contains(chunks(...pieces), needles), needles.map(needle => whole.includes(Buffer.from(needle))))
  }), { numRuns: 500 })
})

test('finds a needle whose memory the source uses again', async () => {
  async function* reused() {
    const memory = Buffer.from('xxab')
    yield memory
    memory.write('cdxx')
    yield memory
  }
  assert.equal(await contains(reused(), bytes('abcd')), [true])
})

test('stops reading when everything is found, and closes the source', async () => {
  let state = 'open'
  async function* endless() {
    try {
      for (;;) yield Buffer.from('needle')
    } finally {
      state = 'closed'
    }
  }
  assert.equal(await contains(endless(), bytes('needle', 'leneed')), [true, true])
  assert.is(state, 'closed')
})

test.run()
