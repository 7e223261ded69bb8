import { execFileSync } from 'node:child_process'
import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { listFiles } from '../../lib/clients/unpack-files.ts'
import { directory } from '../../lib/destinations/directory.ts'
import { dockerEngine } from '../../lib/destinations/docker-engine.ts'
import { ociRegistry } from '../../lib/destinations/oci-registry.ts'
import type { Step } from '../../lib/graph/step.ts'
import { task } from '../../lib/graph/task.ts'
import type { At } from '../../lib/values/artifact.ts'
import type { Demo } from '../../lib/values/demo.ts'
import type { Image } from '../../lib/values/image.ts'
import { Skip } from '../../lib/values/skip.ts'
import { at } from '../../tasks/at.ts'
import { compose, type ComposeOptions } from '../../tasks/compose.ts'
import { source } from '../../tasks/source.ts'
import { failure, graphFixture, made, type GraphFixture } from '../support/graph-fixture.ts'
import { releaseValue } from '../support/release-value.ts'
import { thrown } from '../support/thrown.ts'
import { toyImage } from '../support/toy-image.ts'

interface Context {
  graph: GraphFixture
  demo(options?: Partial<ComposeOptions>): Step<Demo>
  /** The text of each file. */
  texts(demo: Demo): Promise<Readonly<Record<string, string>>>
}

const test = suite<Context>('compose')
const ghcr = ociRegistry('ghcr.io/example/gateway')
const images = ['static', 'alpine', 'ubi'].map(distro => at(ghcr, toyImage({ distro })))

test.before.each(async context => {
  const graph = await graphFixture()
  const { project: { name, module, mains }, version } = releaseValue()
  const files = { LICENSE: 'license', NOTICE: 'notice', 'README.md': 'the project', 'gateway.example.json': '{}\n', 'compose/extra.txt': 'extra', 'compose/README.md': 'mine', 'compose/.env': 'X=1\n' }
  for (const [path, text] of Object.entries(files)) {
    await mkdir(join(graph.project, 'compose'), { recursive: true })
    await writeFile(join(graph.project, path), text)
  }
  await chmod(join(graph.project, 'gateway.example.json'), 0o600)
  const project = { name, module, mains, documents: ['LICENSE', 'NOTICE', 'README.md'], license: 'Apache-2.0', place: { folder: graph.project } }
  Object.assign(context, {
    graph,
    demo: (options: Partial<ComposeOptions> = {}) => compose({
      project, version, images, default: 'static', source: source({ folder: graph.project }),
      service: { ports: ['8080:8080'], configs: [{ file: './gateway.example.json', to: '/etc/gateway/gateway.json' }] }, ...options,
    }),
    texts: async (demo: Demo) => Object.fromEntries(await Promise.all((await listFiles(demo, graph.cache.content)).map(async ({ path, size, digest }): Promise<readonly [string, string]> =>
      [path, (await graph.bytes({ mediaType: '', size, digest })).toString()]))),
  })
})
test.after.each(({ graph }) => graph.close())

test('it has a name and a folder before anything is made', ({ demo }) => {
  assert.equal(demo().outline, { kind: 'demo', name: 'gateway_1.2.3_compose', folder: 'compose', version: '1.2.3' })
  assert.is(demo({ folder: 'demo' }).outline.folder, 'demo')
})

test('a demo is files that are read as they are, the project\'s license and configs among them, by their own digests', async ({ graph, demo, texts }) => {
  const step = demo()
  const outcomes = await graph.run([step])
  const entries = await listFiles(made(outcomes, step), graph.cache.content)
  assert.equal(entries.map(({ path, mode }) => [path, mode]), [
    '.env', 'LICENSE', 'NOTICE', 'README.md', 'compose.alpine.yaml', 'compose.tags.yaml', 'compose.ubi.yaml', 'compose.yaml', 'gateway.json',
  ].map(path => [path, 0o644]))
  const found = await texts(made(outcomes, step))
  assert.equal([found['gateway.json'], found['LICENSE']], ['{}\n', 'license'])
  for (const [index, file] of ['compose.yaml', 'compose.alpine.yaml', 'compose.ubi.yaml'].entries()) {
    const image = made(outcomes, images[index] as Step<At<Image>>)
    assert.ok(found[file]?.includes(`image: ghcr.io/example/gateway@${image.digest}\n`), file)
  }
})

test('another image under the same tag makes it anew; where nothing changed it is found', async ({ graph, demo }) => {
  const step = demo()
  const before = made(await graph.run([step]), step)
  assert.is((await graph.run([demo()])).get(demo().recipe)?.state, 'cached')
  const other = demo({ images: [at(ghcr, toyImage({ distro: 'static', text: 'another' }))] })
  assert.is.not(made(await graph.run([other]), other).digest, before.digest)
})

test('the same input gives the same bytes in another folder', async ({ graph, demo }) => {
  const moved = `${graph.project}-moved`
  execFileSync('cp', ['-r', graph.project, moved])
  const steps = [demo(), demo({ source: source({ folder: moved }) })] as const
  const outcomes = await graph.run(steps, { fresh: true })
  assert.is(made(outcomes, steps[0]).digest, made(outcomes, steps[1]).digest)
})

const skipped = task<{ readonly of: Step<At<Image>>['outline'] }, At<Image>>({
  name: 'skipped', revision: 1, outline: ({ of }) => of,
  work: async () => { throw new Skip('the registry is away') },
})

const without = (distro: string): readonly Step<At<Image>>[] => images.map(image => image.outline.distro === distro ? skipped({ of: image.outline }) : image)

test('an image that is skipped is left out, with a notice', async ({ graph, demo, texts }) => {
  const step = demo({ images: without('ubi') })
  const found = await texts(made(await graph.run([step]), step))
  assert.equal(Object.keys(found).filter(path => path.startsWith('compose.')), ['compose.alpine.yaml', 'compose.tags.yaml', 'compose.yaml'])
  assert.match(found['README.md'] ?? '', /Not in this release: ubi\./)
  assert.equal([...new Set(graph.notices())], ['The compose file leaves out ubi: there is no image on it in this release.'])
})

test('without the default distro it is skipped, and --strict makes an error of that', async ({ graph, demo }) => {
  const step = demo({ images: without('static') })
  assert.equal((await graph.run([step])).get(step.recipe), { state: 'skipped', reason: 'there is no image on static, which runs where no distro is named' })
  const alone = demo({ images: without('static').slice(0, 1) })
  assert.equal((await graph.run([alone])).get(alone.recipe), { state: 'skipped', reason: 'the registry is away' })
  const strict = await graph.run([step], { strict: true })
  assert.is(strict.get(step.recipe)?.state, 'cancelled')
})

test('a read-me of the user\'s own takes the place of the one that is written', async ({ graph, demo, texts }) => {
  const step = demo({ files: [{ glob: 'compose/*.{md,txt}', to: '' }] })
  const found = await texts(made(await graph.run([step]), step))
  assert.equal([found['README.md'], found['extra.txt']], ['mine', 'extra'])
})

test('a file that would take the place of another one is refused', async ({ graph, demo }) => {
  const step = demo({ files: [{ glob: 'compose/.env', to: '' }] })
  assert.match(failure(await graph.run([step]), step).message, /^Cannot make a compose file: two files beside it are called \.env$/)
})

test('a config that does not exist is known when planning; one that is a pattern is refused', async ({ graph, demo }) => {
  const [missing, pattern] = ['none.json', '*.json'].map(file => demo({ service: { configs: [{ file, to: '/etc/a.json' }] } })) as [Step<Demo>, Step<Demo>]
  const outcomes = await graph.plan([missing])
  assert.match([...outcomes.values()].map(outcome => outcome.state === 'failed' ? outcome.error.message : '').join(''), /Cannot take the files none\.json: nothing in .* matches/)
  assert.match(failure(await graph.run([pattern]), pattern).message, /\*\.json is not one file/)
})

const other = ociRegistry('docker.io/example/gateway')
const refused: readonly (readonly [why: string, options: Partial<ComposeOptions>, code: string, message: RegExp])[] = [
  ['an image in a folder', { images: [at(directory('dist'), toyImage({ distro: 'static' }))] }, 'DESTINATION', /oci:dist\/images\/gateway:1\.2\.3-static/],
  ['an image in an Engine', { images: [at(dockerEngine(), toyImage({ distro: 'static' }))] }, 'DESTINATION', /^Cannot name gateway:1\.2\.3-static as gateway:1\.2\.3-static: nobody can pull it/],
  ['an image of another version', { images: [at(ghcr, toyImage({ distro: 'static', version: '1.2.4' }))] }, 'VERSION', /Cannot make a compose file of 1\.2\.3: the image gateway:1\.2\.4-static is 1\.2\.4/],
  ['images in two repositories', { images: [at(ghcr, toyImage({ distro: 'static' })), at(other, toyImage({ distro: 'alpine' }))] }, 'USAGE', /several repositories, ghcr\.io\/example\/gateway and docker\.io\/example\/gateway/],
  ['one image at two registries', { images: images.flatMap(image => [image, image]) }, 'USAGE', /two of its images are on static/],
  ['two services of one name', { services: { gateway: {} } }, 'USAGE', /two services are called gateway/],
  ['a default that there is no image on', { default: 'arch' }, 'USAGE', /none of its images is on arch/],
  ['a folder that leads elsewhere', { folder: '../x' }, 'NAME', /into the folder "\.\.\/x"/],
  ['an image of others without digest', { services: { web: { image: 'nginx:1' } } }, 'USAGE', /not pinned by digest/],
]

for (const [why, options, code, message] of refused) {
  test(`${why} is refused before anything is made`, ({ demo }) => {
    const error = thrown(() => demo(options))
    assert.is(error.code, code)
    assert.match(error.message, message)
    assert.ok(error.hint)
  })
}

test('snapshots and build metadata make tags that Compose takes', async ({ graph, demo, texts }) => {
  const semver = '1.2.4-0.20261121085100.g0123456789ab+x'
  const step = demo({ version: { ...releaseValue().version, semver }, images: [at(ghcr, toyImage({ distro: 'static', version: semver }))] })
  assert.match((await texts(made(await graph.run([step]), step)))['.env'] ?? '', /^GATEWAY_VERSION=1\.2\.4-0\.20261121085100\.g0123456789ab_x$/m)
})

test.run()
