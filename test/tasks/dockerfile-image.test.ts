import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Content } from '../../lib/contracts/content.ts'
import { contentStore } from '../../lib/oci/content-source.ts'
import { dockerArchive } from '../../lib/oci/docker-archive.ts'
import { jsonBytes } from '../../lib/oci/json-bytes.ts'
import { layerOf } from '../../lib/oci/layer-of.ts'
import { mediaTypes } from '../../lib/oci/media-types.ts'
import { buildImage } from '../../tasks/build-image.ts'
import type { DockerfileImageOptions } from '../../tasks/image/dockerfile-images.ts'
import { source } from '../../tasks/source.ts'
import { collect } from '../formats/support/collect.ts'
import { fakeImage, startFakeEngine, type FakeEngine, type FakeImage } from '../support/fake-engine.ts'
import { graphFixture, made, type GraphFixture } from '../support/graph-fixture.ts'
import { releaseValue } from '../support/release-value.ts'
import { toyBinary } from '../support/toy-binary.ts'

interface Context {
  graph: GraphFixture
  folder: string
  start(architecture?: string): Promise<FakeEngine>
  options: DockerfileImageOptions
}

const test = suite<Context>('buildImage from a Dockerfile')
const { version, project } = releaseValue()
const { DOCKER_HOST: before } = process.env

test.before.each(async context => {
  const [graph, folder] = [await graphFixture(), await mkdtemp(join(tmpdir(), 'engine-'))]
  await writeFile(join(graph.project, 'Dockerfile'), 'FROM scratch\n')
  process.env['DOCKER_HOST'] = `unix://${folder}/docker.sock`
  Object.assign(context, {
    graph, folder,
    start: (architecture = 'amd64') => startFakeEngine({ path: join(folder, 'docker.sock'), built: () => builtImage(graph.cache.content, architecture) }),
    options: { dockerfile: 'Dockerfile', distro: 'scratch', binaries: [toyBinary()], version, project, source: source({ folder: graph.project }) },
  })
})
test.after.each(async ({ graph, folder }) => {
  if (before === undefined) delete process.env['DOCKER_HOST']
  else process.env['DOCKER_HOST'] = before
  await graph.close()
  await rm(folder, { recursive: true, force: true })
})

async function builtImage(content: Content, architecture: string): Promise<FakeImage> {
  const entry = { path: 'app', type: 'file', mode: 0o755, uid: 0, gid: 0, size: 3, open: async function* () { yield Buffer.from('app') } } as const
  const { descriptor, diffId } = await layerOf([entry], { time: new Date(0), level: 6 }, content)
  const config = await content.put([jsonBytes({ os: 'linux', architecture, rootfs: { type: 'layers', diff_ids: [diffId] } })], mediaTypes.config)
  const image = await content.put([jsonBytes({ schemaVersion: 2, mediaType: mediaTypes.manifest, config, layers: [descriptor] })], mediaTypes.manifest)
  return (await fakeImage(await collect(dockerArchive({ from: contentStore(content, 'it', [image]), image, names: ['built:1'] })))).image
}

test('it is built under a name of its own, and only that is taken away: the same image may be somebody\'s', async ({ graph, start, options }) => {
  const engine = await start()
  const theirs = await builtImage(graph.cache.content, 'amd64')
  engine.images.set('theirs:1', theirs)
  const image = buildImage(options)
  made(await graph.run([image]), image)
  assert.equal([...engine.images.keys()], ['theirs:1', theirs.inspected.Id])
  assert.match(engine.requests.filter(one => one.startsWith('DELETE')).join(), /^DELETE \/images\/slipway-build:[0-9a-f]{16}$/)
  await engine.close()
})

test('what was built for another platform is taken away too', async ({ graph, start, options }) => {
  const engine = await start('arm64')
  const image = buildImage(options)
  const outcomes = await graph.run([image])
  const errors = [...outcomes.values()].flatMap(outcome => outcome.state === 'failed' ? [outcome.error.message] : [])
  assert.match(errors.join(), /^Cannot build gateway:1\.2\.3-scratch for linux\/amd64: the Docker Engine built it for linux\/arm64$/)
  assert.equal([...engine.images.keys()].filter(name => name.startsWith('slipway-build')), [])
  await engine.close()
})

test('platforms are those that programs are made for', ({ options }) => {
  for (const [platforms, message] of [[['linux/s390x'], /no binary is made for it/], [[], /it is for no platform/]] as const) {
    assert.throws(() => buildImage({ ...options, platforms }), message)
  }
})

test.run()
