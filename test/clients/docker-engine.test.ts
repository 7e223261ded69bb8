import { execFileSync } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { dockerContext } from '../../lib/clients/docker-context.ts'
import { openEngine, type BuildOptions, type Engine } from '../../lib/clients/docker-engine.ts'
import { contentStore } from '../../lib/oci/content-source.ts'
import { dockerArchive } from '../../lib/oci/docker-archive.ts'
import { layerEntries } from '../../lib/oci/layer-entries.ts'
import type { Manifest } from '../../lib/oci/manifest.ts'
import { readDockerArchive, type LoadedImage } from '../../lib/oci/read-docker-archive.ts'
import { readManifest } from '../../lib/oci/read-manifest.ts'
import { ReleaseError } from '../../lib/values/errors.ts'
import { noEngine, startEngine, type TestEngine } from '../support/docker-engine.ts'
import { writeTree } from '../support/file-tree.ts'
import { memoryStore, type MemoryStore } from '../support/memory-store.ts'
import { noBusybox, busyboxTar } from '../support/busybox-tar.ts'
import { unless } from '../support/unless.ts'

const reason = noEngine() ?? noBusybox()
const real = unless(reason)
const stop = new AbortController()
let running: TestEngine
let engine: Engine
let folder: string
let memory: MemoryStore

test.before(async () => {
  if (reason !== undefined) return
  memory = memoryStore()
  folder = await mkdtemp(join(tmpdir(), 'build-'))
  running = await startEngine()
  engine = await openEngine({ environment: { DOCKER_HOST: running.host }, signal: stop.signal })
  docker(['import', '--change', 'CMD ["/bin/sh"]', '-', 'local/base:1'], busyboxTar())
})
test.after(async () => {
  if (reason !== undefined) return
  await running.close()
  await memory.close()
  await rm(folder, { recursive: true })
})

function docker(args: readonly string[], input?: Buffer): string {
  return execFileSync('/usr/bin/docker', args, { env: { DOCKER_HOST: running.host }, encoding: 'utf8', ...input && { input } })
}

async function errorOf(promise: Promise<unknown>): Promise<ReleaseError> {
  const error: unknown = await promise.then(() => undefined, (thrown: unknown) => thrown)
  assert.instance(error, ReleaseError)
  return error as ReleaseError
}

/** A build of these files, in a context of its own. */
async function buildOf(name: string, files: Readonly<Record<string, string>>, dockerfile?: string): Promise<Pick<BuildOptions, 'context' | 'dockerfile' | 'network'>> {
  await writeTree(join(folder, name), files)
  const context = await dockerContext(join(folder, name), dockerfile)
  return { context: builder => context.tar(new Date(0), builder), dockerfile: context.dockerfile, network: 'none' }
}

async function saved(reference: string): Promise<LoadedImage> {
  const [image] = await readDockerArchive(engine.save(reference), memory.content)
  return image as LoadedImage
}

/** Paths of an image's layers. */
async function pathsIn({ image }: LoadedImage): Promise<readonly string[]> {
  const { manifest } = await readManifest(contentStore(memory.content, 'memory'), image)
  const paths: string[] = []
  for (const layer of (manifest as Manifest).layers) {
    const source = { mediaType: layer.mediaType, open: () => memory.content.open(layer) }
    for await (const { name } of layerEntries(source, { subject: 'a layer', limit: 1e9 })) paths.push(name.replace(/^\.?\/|\/$/g, ''))
  }
  return paths
}

real('it says what it is', async () => {
  assert.is(engine.name, `the Docker Engine at ${running.host}`)
  assert.match((await engine.version()).api, /^1\.\d+$/)
})

for (const builder of ['buildkit', 'classic'] as const) {
  real(`${builder} builds from a context: arguments, labels, target, output; an ignored Dockerfile too`, async () => {
    const build = await buildOf(`whole-${builder}`, {
      '.dockerignore': 'Dockerfile\n.dockerignore\nleft-out',
      Dockerfile: 'FROM local/base:1 AS first\nARG WHO\nRUN echo "hello $WHO" > /hello && cat /hello\nCOPY . /files/\nFROM first AS second\nRUN touch /second\n',
      'left-out': '', a: 'a', 'b/c': 'c',
    })
    const heard: string[] = []
    const tag = `local/${builder}:1`
    const id = await engine.build({ ...build, builder, buildArgs: { WHO: 'you & me' }, labels: { made: 'here' }, target: 'first', tag }, line => heard.push(line))
    assert.is((await engine.inspect(tag))?.id, id)
    assert.ok(heard.some(line => line.includes('hello you & me')))
    assert.is(docker(['inspect', '--format', '{{.Config.Labels.made}}', tag]).trim(), 'here')
    const files = (await pathsIn(await saved(tag))).filter(path => path.startsWith('files/'))
    assert.equal(files.sort(), [...builder === 'buildkit' ? ['files/.dockerfile'] : [], 'files/a', 'files/b', 'files/b/c'])
  })

  real(`${builder} builds from what is added to a context, whatever its .dockerignore says`, async () => {
    await writeTree(join(folder, `added-${builder}`), { '.dockerignore': '*', Dockerfile: 'FROM local/base:1\nCOPY linux/amd64/app /app\n', left: '' })
    const context = await dockerContext(join(folder, `added-${builder}`))
    const app = { name: 'linux/amd64/app', type: 'file', mode: 0o755, uid: 0, gid: 0, size: 3, open: async function* () { yield Buffer.from('app') } } as const
    const tag = `local/added-${builder}:1`
    await engine.build({ context: one => context.tar(new Date(0), one, [app]), dockerfile: context.dockerfile, builder, network: 'none', tag })
    assert.ok((await pathsIn(await saved(tag))).includes('app'))
  })

  real(`${builder} tells why a build fails, with what the step printed`, async () => {
    const build = await buildOf(`failing-${builder}`, { Dockerfile: 'FROM local/base:1\nRUN echo about to fail; exit 3\n' })
    const error = await errorOf(engine.build({ ...build, builder, tag: 'local/failing:1' }))
    assert.is(error.code, 'DOCKER')
    assert.match(error.message, /^Cannot build local\/failing:1 with the Docker Engine at unix:.*about to fail; exit 3/)
    assert.match(error.output ?? '', /^about to fail$/m)
    assert.is(await engine.inspect('local/failing:1'), undefined)
  })

  real(`${builder} is stopped by the signal`, async () => {
    const build = await buildOf(`slow-${builder}`, { Dockerfile: 'FROM local/base:1\nRUN echo now; sleep 60\n' })
    const own = new AbortController()
    const other = await openEngine({ environment: { DOCKER_HOST: running.host }, signal: own.signal })
    const error: unknown = await other.build({ ...build, builder }, line => { if (line === 'now') own.abort(new Error('stopped by Ctrl-C')) }).catch((thrown: unknown) => thrown)
    assert.is((error as Error).message, 'stopped by Ctrl-C')
  })
}

real('a file that changes while the context is sent is the error', async () => {
  const build = await buildOf('changing', { Dockerfile: 'FROM local/base:1\nCOPY a /a\n', a: 'one' })
  await writeTree(join(folder, 'changing'), { a: 'two' })
  assert.is((await errorOf(engine.build(build))).code, 'CHANGED')
})

real('a Dockerfile that is none is told with its line', async () => {
  const build = await buildOf('bad', { Dockerfile: 'FROM local/base:1\nFETCH x\n' })
  assert.match((await errorOf(engine.build(build))).message, /unknown instruction: FETCH/)
})

real('an image goes in as our archive and comes out with the same configuration', async () => {
  const before = await saved('local/base:1')
  const store = contentStore(memory.content, 'memory')
  const names = ['example/ours:1', 'example/ours:2']
  assert.equal([...await engine.load(dockerArchive({ from: store, image: before.image, names }))].sort(), names)
  assert.is((await engine.inspect('example/ours:1'))?.id, before.config.digest)
  assert.is(docker(['run', '--rm', '--network', 'none', 'example/ours:2', '/bin/sh', '-c', 'echo runs']).trim(), 'runs')
  const after = await saved('example/ours:1')
  assert.equal(after, { ...before, names: ['example/ours:1'] })
  assert.equal(await engine.load(dockerArchive({ from: store, image: before.image, names: [] })), [before.config.digest])
})

real('images get names and lose them', async () => {
  await engine.tag('local/base:1', 'localhost:5000/other')
  const other = await engine.inspect('localhost:5000/other:latest')
  assert.ok(other?.names.includes('local/base:1'))
  assert.is(other?.os, 'linux')
  await engine.remove('localhost:5000/other:latest')
  await engine.remove('localhost:5000/other:latest')
  assert.is(await engine.inspect('localhost:5000/other:latest'), undefined)
  assert.match((await errorOf(engine.tag('local/none:1', 'x'))).message, /^Cannot tag local\/none:1 as x with .*: No such image: local\/none:1$/)
  assert.match((await errorOf(readDockerArchive(engine.save('local/none:1'), memory.content))).message, /^Cannot save local\/none:1 with the Docker Engine at .*(No such image|reference does not exist)/)
})

test.run()
