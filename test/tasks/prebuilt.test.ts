import { execFile } from 'node:child_process'
import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { openBytes } from '../../lib/clients/open-bytes.ts'
import { executable } from '../../lib/formats/executable.ts'
import { narrow } from '../../lib/graph/narrow.ts'
import type { Step } from '../../lib/graph/step.ts'
import type { Binary } from '../../lib/values/binary.ts'
import { ReleaseError } from '../../lib/values/errors.ts'
import type { Target } from '../../lib/values/target.ts'
import { archive } from '../../tasks/archive.ts'
import { prebuilt, type PrebuiltInput } from '../../tasks/prebuilt.ts'
import { source } from '../../tasks/source.ts'
import { universal } from '../../tasks/universal.ts'
import { helloProject } from '../formats/support/hello-project.ts'
import { failure, graphFixture, made, type GraphFixture } from '../support/graph-fixture.ts'
import { releaseValue } from '../support/release-value.ts'
import { toyBinary } from '../support/toy-binary.ts'

interface Context {
  folder: string
  /** Files that Go linked, by target. */
  built: Record<string, string>
  go: string
  graph: GraphFixture
  /** A binary that something else built, copied into the project as `file`. */
  take(target: Target, more?: Partial<PrebuiltInput>): Step<Binary>
  message(step: Step): Promise<string>
}

const test = suite<Context>('prebuilt and universal binaries')
const { version, project } = releaseValue()
const targets = ['linux/amd64', 'darwin/amd64', 'darwin/arm64'] as const

test.before(async context => {
  context.folder = await mkdtemp(join(tmpdir(), 'prebuilt-'))
  const build = await helloProject(context.folder)
  context.built = {}
  for (const target of targets) context.built[target] = await build(target)
  context.go = (await promisify(execFile)('go', ['env', 'GOVERSION'], { env: { ...process.env, GOTOOLCHAIN: 'local' } })).stdout.trim()
})
test.after(({ folder }) => rm(folder, { recursive: true, force: true }))

test.before.each(async context => {
  const graph = await graphFixture()
  for (const target of targets) await copyFile(context.built[target] ?? '', join(graph.project, target.replace('/', '-')))
  Object.assign(context, {
    graph,
    take: (target: Target, more: Partial<PrebuiltInput> = {}) => prebuilt({
      project: { ...project, module: 'example.com/hello' }, version, source: source({ folder: graph.project }), target, program: 'hello',
      file: target.replace('/', '-'), ...more,
    }),
    message: async (step: Step) => {
      const error = failure(await graph.run([step]), step)
      assert.instance(error, ReleaseError)
      return `${(error as ReleaseError).code} ${error.message}`
    },
  })
})
test.after.each(({ graph }) => graph.close())

test('a binary that something else built is taken as it is, checked, and packed like any other', async ({ graph, built, go, take }) => {
  const binary = take('linux/amd64', { go, stamp: { 'example.com/far.Name': 'far' } })
  assert.equal(binary.outline, { kind: 'binary', name: 'hello', program: 'hello', project: 'gateway', target: 'linux/amd64', version: '1.2.3', date: version.date })
  const packed = archive({ binary })
  const outcomes = await graph.run([packed])
  assert.equal(await graph.bytes(made(outcomes, binary)), await readFile(built['linux/amd64'] ?? ''))
  assert.is(packed.outline.name, 'hello_1.2.3_linux_amd64.tar.gz')
  assert.is((await graph.run([packed])).get(packed.recipe)?.state, 'cached')
  assert.ok(await readFile(join(graph.project, 'linux-amd64')))
})

test('one that is not what it should be is refused, with what was found', async ({ graph, take, message }) => {
  assert.is(await message(take('linux/arm64', { file: 'linux-amd64' })), 'BINARY Cannot use the binary for linux/arm64: its architecture is amd64, not arm64')
  assert.is(await message(take('linux/amd64', { file: 'darwin-amd64' })), 'BINARY Cannot use the binary for linux/amd64: its operating system is darwin, not linux')
  assert.is(await message(take('freebsd/amd64', { file: 'linux-amd64' })), 'BINARY Cannot use the binary for freebsd/amd64: its GOOS is linux, not freebsd')
  assert.is(await message(take('linux/amd64', { module: 'example.com/other' })), 'BINARY Cannot use the binary for linux/amd64: its module is example.com/hello, not example.com/other')
  assert.match(await message(take('linux/amd64', { go: 'go1.2.3' })), /^BINARY .*: its toolchain is go1\.\d+\S*, not go1\.2\.3$/)
  assert.match(await message(take('linux/amd64', { stamp: { 'main.version': '1.2.3-never' } })), /^STAMP Cannot stamp main\.version for linux\/amd64/)
  made(await graph.run([take('linux/amd64', { module: '' })]), take('linux/amd64', { module: '' }))
  await writeFile(join(graph.project, 'script'), '#!/bin/sh\n')
  assert.match(await message(take('linux/amd64', { file: 'script' })), /^BINARY /)
})

test('one that is not there, or several, are refused when planning', async ({ graph, take }) => {
  const plan = async (step: Step) => failure(await graph.plan([step]), step).message
  assert.match(await plan(take('linux/amd64', { file: 'nowhere' })), /^Cannot take the files nowhere: nothing in/)
  assert.is(await plan(take('linux/amd64', { file: 'darwin-*' })), 'Cannot take the binary darwin-*: several files match')
})

test('a changed file is another binary', async ({ graph, built, take }) => {
  const step = take('darwin/amd64', { module: '' })
  const before = made(await graph.run([step]), step)
  await copyFile(built['darwin/arm64'] ?? '', join(graph.project, 'darwin-amd64'))
  assert.match(failure(await graph.run([step]), step).message, /its architecture is arm64, not amd64/)
  await copyFile(built['darwin/amd64'] ?? '', join(graph.project, 'darwin-amd64'))
  assert.is((await graph.run([step])).get(step.recipe)?.state, 'cached')
  assert.is(made(await graph.run([step]), step).digest, before.digest)
})

test('two for macOS are joined into one for every Mac, whatever their order', async ({ graph, take }) => {
  const joined = universal({ binaries: [take('darwin/arm64'), take('darwin/amd64')] })
  assert.equal(joined.outline, { kind: 'binary', name: 'hello', program: 'hello', project: 'gateway', version: '1.2.3', date: version.date, target: 'darwin/all' })
  const outcomes = await graph.run([joined])
  const bytes = await openBytes(await graph.cache.content.file(made(outcomes, joined)))
  assert.equal(await executable(bytes), { format: 'macho-universal', architectures: ['amd64', 'arm64'], os: 'darwin' })
  await bytes.close()
  const other = universal({ binaries: [take('darwin/amd64'), take('darwin/arm64')] })
  assert.is(made(await graph.run([other]), other).digest, made(outcomes, joined).digest)
  const packed = archive({ binary: joined })
  assert.is(packed.outline.name, 'hello_1.2.3_darwin_all.tar.gz')
  made(await graph.run([packed]), packed)
})

test('one that was joined elsewhere is taken, and one that was not is refused', async ({ graph, take, message }) => {
  const joined = universal({ binaries: [take('darwin/arm64'), take('darwin/amd64')] })
  await copyFile(await graph.cache.content.file(made(await graph.run([joined]), joined)), join(graph.project, 'darwin-all'))
  const taken = take('darwin/all')
  assert.is(made(await graph.run([taken]), taken).digest, made(await graph.run([joined]), joined).digest)
  assert.match(await message(take('darwin/all', { file: 'darwin-arm64' })), /: its architecture is arm64, not all$/)
})

test('what cannot be joined is refused when composing', ({ take }) => {
  const mac = take('darwin/arm64')
  const wrong: readonly (readonly Step<Binary>[])[] = [
    [], [mac], [mac, mac], [mac, take('linux/amd64')], [mac, take('darwin/amd64', { program: 'other' })], [mac, toyBinary({ target: 'darwin/all' })],
    [mac, take('darwin/arm64/v8.0')],
  ]
  for (const binaries of wrong) assert.throws(() => universal({ binaries }), /Cannot join binaries into a universal one/)
})

test('with fewer targets it is there for the system, not for one of its architectures', ({ take }) => {
  const joined = universal({ binaries: [take('darwin/arm64'), take('darwin/amd64')] })
  assert.equal(narrow([joined], target => target.startsWith('darwin/')), [joined])
  assert.equal(narrow([joined], target => target === 'darwin/arm64'), [])
})

test.run()
