import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type RequestListener } from 'node:http'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { World } from '../../lib/contracts/workshop.ts'
import { dockerEngine } from '../../lib/destinations/docker-engine.ts'
import { ReleaseError } from '../../lib/values/errors.ts'
import type { Problem } from '../../lib/values/problem.ts'
import { publish, send } from '../../tasks/publish.ts'
import { startFakeEngine, type FakeImage } from '../support/fake-engine.ts'
import { graphFixture, made, type GraphFixture } from '../support/graph-fixture.ts'
import { releaseValue } from '../support/release-value.ts'
import { toyImage } from '../support/toy-image.ts'

interface Context {
  graph: GraphFixture
  folder: string
}

const test = suite<Context>('dockerEngine')
const { DOCKER_HOST: before } = process.env

test.before.each(async context => { Object.assign(context, { graph: await graphFixture(), folder: await mkdtemp(join(tmpdir(), 'engine-')) }) })
test.after.each(async ({ graph, folder }) => {
  if (before === undefined) delete process.env['DOCKER_HOST']
  else process.env['DOCKER_HOST'] = before
  await graph.close()
  await rm(folder, { recursive: true, force: true })
})

async function problems(graph: GraphFixture, signal = new AbortController().signal): Promise<readonly Problem[]> {
  const { exec, place } = graph.options()
  return dockerEngine().check({ exec: exec(undefined, signal), signal, place, content: graph.cache.content, release: releaseValue(), now: Date.now, notice: () => undefined }, [])
}

test('without a daemon there is one problem: what was tried, and the way without one', async ({ graph, folder }) => {
  process.env['DOCKER_HOST'] = `unix://${folder}/docker.sock`
  const [problem, ...more] = await problems(graph)
  assert.equal(more, [])
  assert.is(problem?.code, 'DOCKER')
  assert.is(problem?.where, 'docker engine')
  assert.is(problem?.message, `Cannot reach a Docker Engine: none answers. Tried:\n  unix://${folder}/docker.sock (DOCKER_HOST): there is no such socket`)
  assert.match(problem?.hint ?? '', /OCI layouts and registries need none/)
})

/** An Engine that answers as it is told, as long as `act` takes. */
async function withEngine(folder: string, answer: RequestListener, act: () => Promise<void>): Promise<void> {
  const server = createServer(answer).listen(join(folder, 'docker.sock'))
  await once(server, 'listening')
  process.env['DOCKER_HOST'] = `unix://${folder}/docker.sock`
  try {
    await act()
  } finally {
    server.closeAllConnections()
    server.close()
  }
}

test('one that answers is no problem', ({ graph, folder }) => withEngine(folder, (_request, response) => { response.end('OK') }, async () => {
  assert.equal(await problems(graph), [])
}))

test('a run that was stopped meanwhile has no problem to tell: it was stopped', ({ graph, folder }) => withEngine(folder, () => undefined, async () => {
  const stopped = new ReleaseError('stopped by SIGINT', { code: 'CANCELLED' })
  const error: unknown = await problems(graph, AbortSignal.abort(stopped)).catch((thrown: unknown) => thrown)
  assert.is(error, stopped)
}))

test('an image without this machine\'s platform is not loaded, and says what it has', async ({ graph, folder }) => {
  const answer: RequestListener = (request, response) => {
    response.setHeader('content-type', 'application/json')
    response.end(request.url === '/_ping' ? 'OK' : JSON.stringify({ Version: '20.10.24', ApiVersion: '1.41', Os: 'linux', Arch: 'amd64' }))
  }
  await withEngine(folder, answer, async () => {
    const image = toyImage({ targets: ['linux/arm64', 'linux/s390x'] })
    const outcomes = await graph.run([publish(send(dockerEngine(), image))], { release: releaseValue() })
    const [error] = [...outcomes.values()].flatMap(outcome => outcome.state === 'failed' ? [outcome.error as ReleaseError] : [])
    assert.is(error?.message, 'Cannot load gateway:1.2.3-alpine: it has no image for linux/amd64')
    assert.is(error?.hint, 'It has linux/arm64, linux/s390x.')
  })
})

const changed = (image: FakeImage, fields: object): FakeImage => ({ ...image, inspected: { ...image.inspected, ...fields } })
const answers: readonly (readonly [name: string, taken: (image: FakeImage) => FakeImage | undefined, message?: RegExp])[] = [
  ['the image under the digest of its configuration', image => image],
  ['it under the digest of a manifest, as with containerd', image => changed(image, { Id: `sha256:${'a'.repeat(64)}`, Config: { Cmd: null, Env: [], Labels: {}, User: '' } })],
  ['other layers', image => changed(image, { Id: `sha256:${'b'.repeat(64)}`, RootFS: { Layers: [`sha256:${'c'.repeat(64)}`] } }), /has another image under that name \(sha256:bbbb/],
  ['other settings', image => changed(image, { Id: `sha256:${'d'.repeat(64)}`, Config: { Cmd: ['/other'] } }), /has another image under that name \(sha256:dddd/],
  ['a refusal', () => undefined, /Cannot load an image with the Docker Engine at unix:.*: it is refused$/],
]
for (const [name, taken, message] of answers) {
  test(`what the Engine has afterwards is compared: ${name}`, async ({ graph, folder }) => {
    const engine = await startFakeEngine({ path: join(folder, 'docker.sock'), taken })
    process.env['DOCKER_HOST'] = `unix://${folder}/docker.sock`
    const outcomes = await graph.run([publish(send(dockerEngine(), toyImage()))], { release: releaseValue() })
    const errors = [...outcomes.values()].flatMap(outcome => outcome.state === 'failed' ? [outcome.error.message] : [])
    assert.is(errors.length, message ? 1 : 0, errors.join())
    if (message) assert.match(errors[0] ?? '', message)
    await engine.close()
  })
}

test('only what was loaded is taken back', async ({ graph, folder }) => {
  const engine = await startFakeEngine({ path: join(folder, 'docker.sock'), taken: image => engine.requests.filter(one => one.endsWith('/load')).length > 1 ? undefined : image })
  process.env['DOCKER_HOST'] = `unix://${folder}/docker.sock`
  const steps = [toyImage(), toyImage({ distro: 'ubuntu' }), toyImage({ distro: 'ubi' })]
  const outcomes = await graph.run(steps)
  const images = steps.map(step => made(outcomes, step))
  const { content, signal, exec } = graph.options()
  const world = { content, signal, exec: exec(undefined, signal) } as unknown as World
  const session = await dockerEngine().open(releaseValue(), world)
  const staged = await Promise.all(images.map(image => session.stage(image, world)))
  await session.commit({ release: releaseValue(), staged, binaries: [], partial: false }, world).then(() => assert.unreachable(), () => undefined)
  assert.equal(await session.retract(steps.map(({ outline }) => outline), world), [])
  assert.equal(engine.requests.filter(one => one.startsWith('DELETE')), ['DELETE /images/gateway:1.2.3-alpine'])
  await engine.close()
})

test.run()
