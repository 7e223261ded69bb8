import { mkdir, rename, stat, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { listFiles, unpackFiles } from '../../lib/clients/unpack-files.ts'
import { ReleaseError } from '../../lib/values/errors.ts'
import { digestOf } from '../../lib/values/digest.ts'
import { files } from '../../tasks/files.ts'
import { source } from '../../tasks/source.ts'
import { failure, graphFixture, made, type GraphFixture } from '../support/graph-fixture.ts'

const test = suite<{ graph: GraphFixture }>('files')

test.before.each(async context => {
  context.graph = await graphFixture()
  await mkdir(join(context.graph.project, 'docs'))
  for (const name of ['LICENSE', 'docs/a.md']) await writeFile(join(context.graph.project, name), name)
})
test.after.each(({ graph }) => graph.close())

test('a set lists its files, and unpacks to them', async ({ graph }) => {
  const step = files({ source: source({ folder: graph.project }), select: ['LICENSE', { glob: 'docs/**', to: 'man', mode: 0o755 }] })
  assert.equal(step.outline, { kind: 'files', name: 'LICENSE docs/**' })
  const set = made(await graph.run([step]), step)
  assert.equal(await listFiles(set, graph.cache.content), [
    { path: 'LICENSE', mode: 0o644, size: 7, digest: digestOf('LICENSE') }, { path: 'man/a.md', mode: 0o755, size: 9, digest: digestOf('docs/a.md') },
  ])
  const folder = join(graph.project, 'out')
  const written = await unpackFiles(set, graph.cache.content, folder)
  assert.equal([...written], [['LICENSE', join(folder, 'LICENSE')], ['man/a.md', join(folder, 'man/a.md')]])
})

test('what it reads is told, so that an untracked file makes the release dirty', async ({ graph }) => {
  const step = files({ source: source({ folder: graph.project }), select: ['**'] })
  const outcome = (await graph.plan([step])).get(step.recipe)
  assert.equal(outcome && 'reads' in outcome ? outcome.reads : [], ['LICENSE', 'docs/a.md'].map(name => join(graph.project, name)))
})

test('a file that is rewritten with equal size and time is a change; one that is moved is, too', async ({ graph }) => {
  const step = files({ source: source({ folder: graph.project }), select: ['docs/**'] })
  const file = join(graph.project, 'docs/a.md')
  await graph.run([step])
  const { atime, mtime } = await stat(file)
  await writeFile(file, 'DOCS/A.MD')
  await utimes(file, atime, mtime)
  assert.is((await graph.run([step])).get(step.recipe)?.state, 'made')
  await rename(file, join(graph.project, 'docs/b.md'))
  assert.is((await graph.run([step])).get(step.recipe)?.state, 'made')
  assert.is((await graph.run([step])).get(step.recipe)?.state, 'cached')
})

test('a folder moved elsewhere is the same source', async ({ graph }) => {
  const step = (folder: string) => files({ source: source({ folder }), select: ['LICENSE', 'docs/**'] })
  await graph.run([step(graph.project)])
  await rename(graph.project, `${graph.project}-moved`)
  const moved = step(`${graph.project}-moved`)
  assert.is((await graph.run([moved])).get(moved.recipe)?.state, 'cached')
})

test('the same glob in two folders is two sets', async ({ graph }) => {
  await mkdir(join(graph.project, 'other'))
  await writeFile(join(graph.project, 'other', 'LICENSE'), 'another license')
  const [one, two] = [graph.project, join(graph.project, 'other')].map(folder => files({ source: source({ folder }), select: ['LICENSE'] }))
  if (!one || !two) throw new Error('unreachable')
  const outcomes = await graph.run([one, two])
  assert.is.not(made(outcomes, one).digest, made(outcomes, two).digest)
})

test('a glob that matches nothing is known when planning', async ({ graph }) => {
  const step = files({ source: source({ folder: graph.project }), select: ['*.rst'] })
  const error = failure(await graph.plan([step]), step) as ReleaseError
  assert.is(error.code, 'FILES')
})

test('a tree of thousands of files opens a few at a time', async ({ graph }) => {
  await mkdir(join(graph.project, 'many'))
  await Promise.all(Array.from({ length: 2000 }, (_, index) => writeFile(join(graph.project, 'many', String(index)), Buffer.alloc(40_000))))
  const before = process.memoryUsage.rss()
  const step = files({ source: source({ folder: graph.project }), select: ['many/**'] })
  await graph.plan([step])
  assert.ok(process.memoryUsage.rss() - before < 60 << 20)
})

test.run()
