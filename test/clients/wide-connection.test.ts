import { createHash } from 'node:crypto'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import fc from 'fast-check'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { WideConnection } from '../../lib/clients/wide-connection.ts'

async function withServer(serve: (socket: Socket) => void, act: (port: number) => Promise<void>): Promise<void> {
  const server = createServer({ allowHalfOpen: true }, serve)
  await new Promise<void>(resolve => { server.listen(0, '127.0.0.1', resolve) })
  try {
    await act((server.address() as AddressInfo).port)
  } finally {
    await new Promise(resolve => { server.close(resolve) })
  }
}

const sum = (parts: readonly Uint8Array[]): string => createHash('sha256').update(Buffer.concat(parts)).digest('hex')

test('what was sent comes, in whatever parts it is sent and read', async () => {
  const part = fc.tuple(fc.oneof(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 1, max: 3 << 20 })), fc.boolean())
  await fc.assert(fc.asyncProperty(fc.array(part, { maxLength: 6 }), fc.boolean(), async (parts, slow) => {
    const sent = parts.map(([size], at) => Buffer.alloc(size, `${at} ${size} `))
    const send = async (socket: Socket): Promise<void> => {
      for (const [at, bytes] of sent.entries()) {
        socket.write(bytes)
        if (parts[at]?.[1]) await delay(1)
      }
      socket.end()
    }
    await withServer(socket => { void send(socket) }, async port => {
      const got: Uint8Array[] = []
      for await (const bytes of new WideConnection({ host: '127.0.0.1', port }) as AsyncIterable<Uint8Array>) {
        if (slow) await delay(1)
        got.push(bytes)
      }
      // Only at the end: a part that was handed on may not change any more.
      assert.is(sum(got), sum(sent))
    })
  }), { numRuns: 25 })
})

test('whoever reads slowly gets more at once', () => withServer(socket => { socket.end(Buffer.alloc(32 << 20)) }, async port => {
  let [size, largest] = [0, 0]
  for await (const { length } of new WideConnection({ host: '127.0.0.1', port }) as AsyncIterable<Uint8Array>) {
    if (size < 8 << 20) await delay(5)
    size += length
    largest = Math.max(largest, length)
  }
  assert.is(size, 32 << 20)
  assert.ok(largest > 64 << 10, `${largest} bytes at most`)
}))

test('what is written goes out in order, and its end is heard', () => {
  const got: Buffer[] = []
  return withServer(socket => { socket.on('data', bytes => got.push(bytes)).on('end', () => { socket.end('seen') }) }, async port => {
    const connection = new WideConnection({ host: '127.0.0.1', port })
    const sent = Array.from({ length: 200 }, (_, at) => Buffer.alloc(1 + at * 997, `${at} `))
    for (const bytes of sent) connection.write(bytes)
    connection.end()
    const answer: Uint8Array[] = []
    for await (const bytes of connection as AsyncIterable<Uint8Array>) answer.push(bytes)
    assert.is(Buffer.concat(answer).toString(), 'seen')
    assert.is(sum(got), sum(sent))
  })
})

test('a reset is an error, and so is what nobody listens at', async () => {
  const failing = async (port: number): Promise<string | undefined> => {
    const connection = new WideConnection({ host: '127.0.0.1', port })
    return new Promise(resolve => { connection.on('error', (error: NodeJS.ErrnoException) => { resolve(error.code) }).resume() })
  }
  let unused = 0
  await withServer(socket => { socket.write('x', () => { socket.resetAndDestroy() }) }, async port => {
    unused = port
    assert.is(await failing(port), 'ECONNRESET')
  })
  assert.is(await failing(unused), 'ECONNREFUSED')
})

test('who gives it up closes it', async () => {
  let closed: (() => void) | undefined
  const gone = new Promise<void>(resolve => { closed = resolve })
  await withServer(socket => { socket.on('error', () => {}).on('close', () => closed?.()).write(Buffer.alloc(8 << 20)) }, async port => {
    const connection = new WideConnection({ host: '127.0.0.1', port })
    await new Promise(resolve => { connection.once('data', resolve) })
    connection.destroy()
    await gone
  })
})

test.run()
