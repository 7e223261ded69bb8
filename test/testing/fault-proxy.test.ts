import { createServer } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { startFaultProxy, type FaultProxy, type FaultProxyOptions } from '../../lib/testing/index.ts'
import { listen } from '../../lib/testing/listen.ts'

interface Context {
  /** What the server took whole, and what it got of what it did not: `PUT /a 5`, `PUT /a cut`. */
  taken: string[]
  start(watch?: FaultProxyOptions['watch']): Promise<FaultProxy>
}

const test = suite<Context>('startFaultProxy')
const closing: (() => Promise<void>)[] = []

test.before.each(async context => {
  const taken: string[] = []
  const server = createServer((request, response) => {
    const { method, url, headers } = request
    buffer(request).then(body => {
      taken.push(`${method} ${url} ${body.length}`)
      response.writeHead(url === '/none' ? 404 : 200, { 'x-host': headers.host ?? '', 'content-type': 'text/plain' })
      return response.end('x'.repeat(5000))
    }, () => taken.push(`${method} ${url} cut`))
  })
  const { host, close } = await listen(server)
  closing.push(close)
  Object.assign(context, {
    taken,
    start: async (watch?: FaultProxyOptions['watch']) => {
      const proxy = await startFaultProxy({ target: `http://${host}`, ...watch && { watch } })
      closing.push(() => proxy.close())
      return proxy
    },
  })
})
test.after.each(async () => { for (const close of closing.splice(0).reverse()) await close() })

const put = (url: string, body = 'a body'): Promise<Response> => fetch(url, { method: 'PUT', body })
const refused = (asked: Promise<Response>): Promise<string> => asked.then(answer => answer.text()).then(() => 'answered', () => 'refused')

test('what is not told to fail goes through as it is, and the server is told who was asked', async ({ taken, start }) => {
  const proxy = await start()
  const answer = await put(`${proxy.url}/a?b=c`)
  assert.equal([answer.status, answer.headers.get('x-host'), (await answer.text()).length], [200, new URL(proxy.url).host, 5000])
  assert.is((await fetch(`${proxy.url}/none`)).status, 404)
  assert.is((await fetch(`${proxy.url}/head`, { method: 'HEAD' })).status, 200)
  assert.equal(taken, ['PUT /a?b=c 6', 'GET /none 0', 'HEAD /head 0'])
  assert.equal(proxy.requests, [
    { number: 1, method: 'PUT', path: '/a?b=c', status: 200 }, { number: 2, method: 'GET', path: '/none', status: 404 }, { number: 3, method: 'HEAD', path: '/head', status: 200 },
  ])
})

test('each fault does what it says, to that request and to so many after it', async ({ taken, start }) => {
  const proxy = await start()
  const statuses = async (): Promise<readonly (string | number)[]> => {
    const answers: (string | number)[] = []
    for (const path of ['1', '2', '3', '4']) answers.push(await put(`${proxy.url}/${path}`, 'x'.repeat(1000)).then(({ status }) => status, () => 'refused'))
    return answers
  }
  proxy.break('error', { at: 2, times: 2, retryAfter: 7 })
  assert.equal([await statuses(), taken.splice(0)], [[200, 500, 500, 200], ['PUT /1 1000', 'PUT /4 1000']])
  proxy.break('limit', { retryAfter: 7 })
  const limited = await put(`${proxy.url}/1`)
  assert.equal([limited.status, limited.headers.get('retry-after'), taken.splice(0)], [429, '7', []])
  proxy.break('expired')
  const refusedOnce = await put(`${proxy.url}/1`)
  assert.equal([refusedOnce.status, refusedOnce.headers.get('retry-after'), taken.splice(0)], [401, null, []])
  proxy.break('cut', { at: 3 })
  assert.equal([await statuses(), taken.splice(0)], [[200, 200, 'refused', 200], ['PUT /1 1000', 'PUT /2 1000', 'PUT /4 1000']])
  proxy.break('torn', { at: 1 })
  assert.equal([await statuses(), taken.splice(0)], [['refused', 200, 200, 200], ['PUT /1 cut', 'PUT /2 1000', 'PUT /3 1000', 'PUT /4 1000']])
  proxy.break('lost', { at: 4 })
  assert.equal([await statuses(), taken.splice(0)], [[200, 200, 200, 'refused'], ['PUT /1 1000', 'PUT /2 1000', 'PUT /3 1000', 'PUT /4 1000']])
  proxy.break('lost')
  proxy.break(undefined)
  assert.equal(await statuses(), [200, 200, 200, 200])
})

test('a slow answer comes in parts, and is whole', async ({ start }) => {
  const proxy = await start()
  proxy.break('slow')
  const answer = await put(`${proxy.url}/a`)
  let parts = 0
  let size = 0
  for await (const part of answer.body as AsyncIterable<Uint8Array>) [parts, size] = [parts + 1, size + part.length]
  assert.is(size, 5000)
  assert.ok(parts > 1)
})

test('whoever watches is told before and after, and may let it fail', async ({ taken, start }) => {
  const told: string[] = []
  const proxy = await start((moment, { number, method, path, status }) => {
    told.push(`${moment} ${number} ${method} ${path} ${status}`)
    return path === `/${moment}` ? 'cut' : undefined
  })
  assert.is(await refused(put(`${proxy.url}/before`)), 'refused')
  assert.is(await refused(put(`${proxy.url}/after`)), 'refused')
  assert.is(await refused(put(`${proxy.url}/else`)), 'answered')
  assert.equal(told, ['before 1 PUT /before 0', 'before 2 PUT /after 0', 'after 2 PUT /after 200', 'before 3 PUT /else 0', 'after 3 PUT /else 200'])
  assert.equal(taken, ['PUT /after 6', 'PUT /else 6'])
})

test('it is told after once the server has said all that it says, though it began before the work was done', async () => {
  let done = false
  const { host, close } = await listen(createServer((request, response) => {
    request.resume()
    response.writeHead(200).write('begun, ')
    setTimeout(() => {
      done = true
      response.end('done')
    }, 50)
  }))
  closing.push(close)
  const told: boolean[] = []
  const proxy = await startFaultProxy({ target: `http://${host}`, watch: moment => { told.push(moment === 'after' && done) } })
  closing.push(() => proxy.close())
  assert.is(await (await put(`${proxy.url}/a`)).text(), 'begun, done')
  assert.equal(told, [false, true])
})

test('what somebody asked who is gone is carried out, and it is known when', async () => {
  const taken: string[] = []
  const say: { arrived?: () => void, go?: () => void } = {}
  const received = new Promise<void>(resolve => { say.arrived = resolve })
  const may = new Promise<void>(resolve => { say.go = resolve })
  const { host, close } = await listen(createServer((request, response) => {
    const answer = async (): Promise<void> => {
      const body = String(await buffer(request))
      say.arrived?.()
      await may
      taken.push(body)
      response.end()
    }
    void answer()
  }))
  closing.push(close)
  const leaving = new AbortController()
  const proxy = await startFaultProxy({ target: `http://${host}` })
  closing.push(() => proxy.close())
  const asked = fetch(proxy.url, { method: 'PUT', body: 'a body', signal: leaving.signal }).then(() => 'answered', () => 'gone')
  await received
  leaving.abort()
  assert.is(await asked, 'gone')
  assert.equal(taken, [])
  const idle = proxy.idle()
  say.go?.()
  await idle
  assert.equal(taken, ['a body'])
})

test('a server that is away ends the connection', async ({ start }) => {
  const proxy = await start()
  await closing.shift()?.()
  assert.is(await refused(put(`${proxy.url}/a`)), 'refused')
})

test.run()
