import { execFile } from 'node:child_process'
import { createReadStream } from 'node:fs'
import { chmod, mkdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { createGunzip } from 'node:zlib'
import { extract } from 'tar-stream'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { openPromise } from 'yauzl'
import type { Step } from '../../lib/graph/step.ts'
import { task } from '../../lib/graph/task.ts'
import type { Archive } from '../../lib/values/archive.ts'
import type { Binary } from '../../lib/values/binary.ts'
import { ReleaseError } from '../../lib/values/errors.ts'
import type { Files } from '../../lib/values/files.ts'
import type { Source } from '../../lib/values/source.ts'
import { archive, type ArchiveOptions } from '../../tasks/archive.ts'
import { files } from '../../tasks/files.ts'
import { source } from '../../tasks/source.ts'
import { transform } from '../../tasks/transform.ts'
import { failure, graphFixture, made, type GraphFixture } from '../support/graph-fixture.ts'
import { releaseValue } from '../support/release-value.ts'
import { toyBinary } from '../support/toy-binary.ts'
import { thrown } from '../support/thrown.ts'

const run = promisify(execFile)

interface Context {
  graph: GraphFixture
  pack(options: Omit<ArchiveOptions, 'source'>): Step<Archive>
  /** `mode name time` of every member of what a step makes, in order. */
  members(step: Step<Archive>): Promise<readonly string[]>
}

const test = suite<Context>('archive')

test.before.each(async context => {
  const graph = await graphFixture()
  for (const [name, text] of Object.entries({ 'LICENSE': 'license', 'README.md': 'read me', 'docs/b.md': 'b', 'docs/a.md': 'a', 'run.sh': '#!/bin/sh\n' })) {
    await mkdir(join(graph.project, 'docs'), { recursive: true })
    await writeFile(join(graph.project, name), text)
  }
  await chmod(join(graph.project, 'run.sh'), 0o775)
  Object.assign(context, {
    graph, pack: (options: ArchiveOptions) => archive({ source: source({ folder: graph.project }), ...options }),
    members: async (step: Step<Archive>) => {
      const artifact = made(await graph.run([step]), step)
      return (artifact.format === 'zip' ? zipMembers : tarMembers)(await graph.cache.content.file(artifact))
    },
  })
})
test.after.each(({ graph }) => graph.close())

const time = '2026-11-21T08:51:00.000Z'

async function tarMembers(file: string): Promise<readonly string[]> {
  const found: string[] = []
  for await (const entry of createReadStream(file).pipe(createGunzip()).pipe(extract())) {
    const { name, mode, mtime, uid, gid, uname, gname } = entry.header
    assert.equal([uid, gid, uname, gname], [0, 0, '', ''])
    found.push(`${mode?.toString(8)} ${name} ${mtime?.toISOString()}`)
    entry.resume()
  }
  return found
}

async function zipMembers(file: string): Promise<readonly string[]> {
  const zip = await openPromise(file)
  const found: string[] = []
  for await (const entry of zip.eachEntry()) {
    found.push(`${((entry.externalFileAttributes >>> 16) & 0o777).toString(8)} ${entry.fileName} ${entry.getLastModDate({ timezone: 'UTC' }).toISOString()}`)
  }
  return found
}

test('tar.gz with the binary and files beside it: sorted, plain modes, the commit\'s time', async ({ pack, members }) => {
  const step = pack({ binary: toyBinary(), files: ['README.md', 'docs/**', 'LICENSE', 'run.sh'] })
  assert.equal(step.outline, { kind: 'archive', name: 'gateway_1.2.3_linux_amd64.tar.gz', version: '1.2.3', format: 'tar.gz', target: 'linux/amd64' })
  assert.equal(await members(step), ['644 LICENSE', '644 README.md', '644 docs/a.md', '644 docs/b.md', '755 gateway', '755 run.sh'].map(line => `${line} ${time}`))
})

test('zip for Windows, with the same in it', async ({ pack, members }) => {
  const step = pack({ binary: toyBinary({ target: 'windows/amd64' }), files: ['LICENSE', 'run.sh'] })
  assert.is(step.outline.name, 'gateway_1.2.3_windows_amd64.zip')
  assert.equal(await members(step), ['644 LICENSE', '755 gateway.exe', '755 run.sh'].map(line => `${line} ${time}`))
})

test('the other format, where it is asked for', async ({ pack, members }) => {
  assert.equal(await members(pack({ binary: toyBinary({ target: 'windows/386' }), format: 'tar.gz' })), [`755 gateway.exe ${time}`])
  assert.equal(await members(pack({ binary: toyBinary(), format: 'zip' })), [`755 gateway ${time}`])
})

test('tar and sha256sum of this machine read them', async ({ graph, pack }) => {
  const step = pack({ binary: toyBinary(), files: ['docs/**'], wrap: true })
  const file = await graph.cache.content.file(made(await graph.run([step]), step))
  await mkdir(join(graph.project, 'out'))
  await run('tar', ['-xzf', file, '-C', join(graph.project, 'out')])
  assert.is(await readFile(join(graph.project, 'out/gateway_1.2.3_linux_amd64/docs/a.md'), 'utf8'), 'a')
  assert.is(await readFile(join(graph.project, 'out/gateway_1.2.3_linux_amd64/gateway'), 'utf8'), 'gateway for linux/amd64')
})

test('one folder around everything, of the archive\'s name or another', async ({ pack, members }) => {
  assert.equal(await members(pack({ binary: toyBinary(), files: ['LICENSE'], wrap: true })), [
    `644 gateway_1.2.3_linux_amd64/LICENSE ${time}`, `755 gateway_1.2.3_linux_amd64/gateway ${time}`,
  ])
  assert.equal(await members(pack({ binary: toyBinary(), wrap: 'gateway' })), [`755 gateway/gateway ${time}`])
  assert.equal(await members(pack({ binary: toyBinary(), wrap: false })), [`755 gateway ${time}`])
})

test('several binaries of one target: the project\'s name', async ({ pack, members }) => {
  const step = pack({ binaries: [toyBinary({ program: 'server' }), toyBinary({ program: 'client' })] })
  assert.is(step.outline.name, 'gateway_1.2.3_linux_amd64.tar.gz')
  assert.equal(await members(step), [`755 client ${time}`, `755 server ${time}`])
  assert.is(pack({ binary: toyBinary({ program: 'server' }) }).outline.name, 'server_1.2.3_linux_amd64.tar.gz')
})

test('a name of the user\'s own is made of its parts', ({ pack }) => {
  const { outline } = pack({ binary: toyBinary({ target: 'linux/arm/v7' }), name: parts => Object.values(parts).join('-') })
  assert.is(outline.name, 'gateway-gateway-1.2.3-linux/arm/v7-linux_armv7.tar.gz')
})

test('files go where they are told with the mode they are told', async ({ pack, members }) => {
  assert.equal(await members(pack({ binary: toyBinary(), files: [{ glob: 'docs/**', to: 'share/doc', mode: 0o600 }, { glob: 'LICENSE', to: 'legal' }] })), [
    `755 gateway ${time}`, `644 legal/LICENSE ${time}`, `600 share/doc/a.md ${time}`, `600 share/doc/b.md ${time}`,
  ])
})

test('files that another step made go in', async ({ graph, pack, members }) => {
  const set = files({ source: source({ folder: graph.project }), select: ['LICENSE'] })
  assert.equal(await members(pack({ binary: toyBinary(), files: set })), [`644 LICENSE ${time}`, `755 gateway ${time}`])
})

test('a glob that matches nothing is an error that names it', async ({ graph, pack }) => {
  const step = pack({ binary: toyBinary(), files: ['LICENSE', '*.rst'] })
  const outcomes = await graph.run([step])
  const [error] = [...outcomes.values()].flatMap(outcome => outcome.state === 'failed' ? [outcome.error as ReleaseError] : [])
  assert.equal([error?.code, error?.message], ['FILES', `Cannot take the files *.rst: nothing in ${graph.project} matches`])
  assert.is(outcomes.get(step.recipe)?.state, 'cancelled')
  const planned = await graph.plan([step])
  assert.ok([...planned.values()].some(({ state }) => state === 'failed'))   // known before anything is compiled
})

test('two members of one name are an error', async ({ graph, pack }) => {
  await writeFile(join(graph.project, 'gateway'), 'a file')
  const step = pack({ binary: toyBinary(), files: ['gateway'] })
  const error = failure(await graph.run([step]), step) as ReleaseError
  assert.is(error.code, 'NAME')
  assert.match(error.message, /^Cannot add gateway to an archive: the archive has it already$/)
})

test('binaries of several targets, none, or a level that does not exist are refused when composing', ({ pack }) => {
  assert.match(thrown(() => pack({ binaries: [toyBinary(), toyBinary({ target: 'darwin/arm64' })] })).message, /binaries for linux\/amd64 and darwin\/arm64$/)
  assert.match(thrown(() => pack({ binaries: [] })).message, /no binary$/)
  for (const level of [-1, 10, 2.5, Number.NaN]) assert.is(thrown(() => pack({ binary: toyBinary(), level })).code, 'USAGE')
  assert.match(thrown(() => archive({ binary: toyBinary(), files: ['LICENSE'] })).message, /does not say which project/)
})

test('it is packed again when something in it changes, and only then', async ({ graph, pack }) => {
  const compose = (text = ''): Step<Archive> => pack({ binary: toyBinary({ text }), files: ['LICENSE'], wrap: true })
  const state = async (step: Step<Archive>) => (await graph.run([step])).get(step.recipe)?.state
  assert.equal([await state(compose()), await state(compose())], ['made', 'cached'])
  await writeFile(join(graph.project, 'LICENSE'), 'LICENSE')
  assert.equal([await state(compose()), await state(compose())], ['made', 'cached'])
  await chmod(join(graph.project, 'LICENSE'), 0o755)
  assert.equal([await state(compose()), await state(compose())], ['made', 'cached'])
  assert.equal([await state(compose('!')), await state(compose())], ['made', 'cached'])
})

test('other zlib, other key', async ({ graph, pack }) => {
  const key = async () => {
    const step = pack({ binary: toyBinary() })
    const outcome = (await graph.run([step])).get(step.recipe)
    return outcome && 'key' in outcome ? outcome.key : undefined
  }
  const [before, { zlib }] = [await key(), process.versions]
  try {
    Object.defineProperty(process.versions, 'zlib', { value: '9.9.9', configurable: true, enumerable: true })
    assert.is.not(await key(), before)
  } finally {
    Object.defineProperty(process.versions, 'zlib', { value: zlib, configurable: true, enumerable: true })
  }
})

test('the same bytes wherever the project stands, whatever the order, times and modes of its files', async ({ graph, pack }) => {
  const other = await graphFixture()
  for (const name of ['docs/a.md', 'LICENSE', 'docs/b.md']) {
    await mkdir(join(other.project, 'docs'), { recursive: true })
    await writeFile(join(other.project, name), await readFile(join(graph.project, name)), { mode: 0o600 })
  }
  const [one, two] = [pack({ binary: toyBinary(), files: ['LICENSE', 'docs/**'] }), archive({ source: source({ folder: other.project }), binary: toyBinary(), files: ['docs/**', 'LICENSE'] })]
  assert.is(made(await graph.run([one]), one).digest, made(await other.run([two]), two).digest)
  await other.close()
})

test('files are looked for in the binary\'s own project, not in that of its inputs', async ({ graph }) => {
  const web = await graphFixture()
  await writeFile(join(web.project, 'LICENSE'), 'of the web front end')
  const compile = task<{ readonly source: Source, readonly overlay: readonly Files[] }, Binary>({
    name: 'compile', revision: 1, outline: () => ({ ...toyBinary().outline }), observe: async () => ({ value: null, reads: [] }),
    work: async (_input, { content }) => content.put([Buffer.from('x')], 'application/octet-stream'),
  })
  const binary = compile({ source: source({ folder: graph.project }), overlay: [files({ source: source({ folder: web.project }), select: ['LICENSE'] })] })
  const step = archive({ binary: transform({ name: 'signature', artifact: binary, version: releaseValue().version, run: ['true'] }), files: ['LICENSE'] })
  const file = await graph.cache.content.file(made(await graph.run([step]), step))
  assert.is((await run('tar', ['-xzOf', file, 'LICENSE'])).stdout, 'license')
  await web.close()
})

test('a link that is named goes in as the file it points to', async ({ graph, pack, members }) => {
  await symlink('LICENSE', join(graph.project, 'COPYING'))
  assert.equal(await members(pack({ binary: toyBinary(), files: ['COPYING'] })), [`644 COPYING ${time}`, `755 gateway ${time}`])
})

test.run()
