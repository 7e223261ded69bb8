import { execFile } from 'node:child_process'
import { copyFile, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Step } from '../../lib/graph/step.ts'
import { archive } from '../../tasks/archive.ts'
import { checksums } from '../../tasks/checksums.ts'
import { graphFixture, made, type GraphFixture } from '../support/graph-fixture.ts'
import { toyBinary } from '../support/toy-binary.ts'
import { toys } from '../support/toy-steps.ts'
import { thrown } from '../support/thrown.ts'

const test = suite<{ graph: GraphFixture }>('checksums')
const targets = ['linux/amd64', 'darwin/arm64', 'windows/386'] as const

test.before.each(async context => { context.graph = await graphFixture() })
test.after.each(({ graph }) => graph.close())

test('sha256sum of this machine checks them', async ({ graph }) => {
  const archives = targets.map(target => archive({ binary: toyBinary({ target }) }))
  const sums = checksums({ artifacts: archives })
  assert.equal(sums.outline, { kind: 'checksums', algorithm: 'sha256', name: 'gateway_1.2.3_checksums.txt', version: '1.2.3' })
  const outcomes = await graph.run([sums])
  const all: readonly Step[] = [...archives, sums]
  for (const one of all) await copyFile(await graph.cache.content.file(made(outcomes, one)), join(graph.project, one.outline.name))
  const { stdout } = await promisify(execFile)('sha256sum', ['--check', '--strict', sums.outline.name], { cwd: graph.project })
  assert.equal(stdout.trim().split('\n').sort(), archives.map(({ outline }) => `${outline.name}: OK`).sort())
})

test('they do not depend on the order, and change with any artifact', async ({ graph }) => {
  const archives = targets.map(target => archive({ binary: toyBinary({ target }) }))
  const bytes = async (artifacts: typeof archives): Promise<string> => {
    const sums = checksums({ artifacts })
    return readFile(await graph.cache.content.file(made(await graph.run([sums]), sums)), 'utf8')
  }
  assert.is(await bytes(archives), await bytes(archives.toReversed()))
  assert.is.not(await bytes(archives), await bytes([archive({ binary: toyBinary({ text: '!' }) }), ...archives.slice(1)]))
})

test('their name is that of the project, whatever its programs are called', () => {
  const archives = ['server', 'client'].map(program => archive({ binary: toyBinary({ program }) }))
  assert.is(checksums({ artifacts: archives }).outline.name, 'gateway_1.2.3_checksums.txt')
  assert.is(checksums({ artifacts: archives, name: 'SHA256SUMS' }).outline.name, 'SHA256SUMS')
  assert.is(checksums({ artifacts: [toys().step('notes.txt')] }).outline.name, 'notes.txt_checksums.txt')
})

test('nothing to sum, and two artifacts of one name, are refused when composing', () => {
  assert.is(thrown(() => checksums({ artifacts: [] })).code, 'USAGE')
  const { code, message } = thrown(() => checksums({ artifacts: [toyBinary(), toyBinary({ target: 'linux/arm64' })] }))
  assert.equal([code, message], ['NAME', 'Cannot write the checksum of "gateway": the name cannot be used, it comes twice'])
})

test('artifacts that are there already are summed too', async ({ graph }) => {
  const binary = toyBinary()
  const artifact = made(await graph.run([binary]), binary)
  const sums = checksums({ artifacts: [artifact], name: 'sums' })
  assert.is((await graph.bytes(made(await graph.run([sums]), sums))).toString(), `${artifact.digest.slice(7)}  gateway\n`)
})

test.run()
