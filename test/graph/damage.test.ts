import { rm, truncate, writeFile, chmod, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Step } from '../../lib/graph/step.ts'
import { effect, task } from '../../lib/graph/task.ts'
import { listFiles } from '../../lib/clients/unpack-files.ts'
import type { Artifact } from '../../lib/values/artifact.ts'
import type { FileEntry, Files } from '../../lib/values/files.ts'
import { files } from '../../tasks/files.ts'
import { source } from '../../tasks/source.ts'
import { failure, graphFixture, made, type GraphFixture } from '../support/graph-fixture.ts'

interface Context {
  graph: GraphFixture
  lines: string[]
  /** Reads all that it is given, files inside sets too. */
  read(name: string, of: readonly Step[]): Step
  /** Gives on what it is given without reading it. */
  pass(name: string, of: Step<Files>): Step<Files>
  set(...names: string[]): Step<Files>
}

const test = suite<Context>('damage')

test.before.each(async context => {
  const graph = await graphFixture()
  const lines: string[] = []
  await writeFile(join(graph.project, 'one.txt'), 'the first file')
  await writeFile(join(graph.project, 'two.txt'), 'the second file')
  const read = task<{ readonly name: string; readonly of: readonly Artifact[] }, Artifact<'toy'>>({
    name: 'read', revision: 1, outline: ({ name }) => ({ kind: 'toy', name }),
    work: async ({ name, of }, { content }) => {
      lines.push(name)
      const parts: Uint8Array[] = [Buffer.from(`${name}: `)]
      for (const one of of) {
        const inside: readonly Pick<FileEntry, 'digest' | 'size'>[] = one.kind === 'files' ? await listFiles(one, content) : [one]
        for (const { digest, size } of inside) for await (const part of content.open({ mediaType: '', digest, size })) parts.push(part)
      }
      return content.put(parts, 'text/plain')
    },
  })
  const pass = task<{ readonly name: string; readonly of: Files }, Files>({
    name: 'pass', revision: 1, outline: ({ name }) => ({ kind: 'files', name }),
    work: async ({ name, of }, { content }) => {
      lines.push(name)
      const list = await listFiles(of, content)
      // Another set of the same files: its own bytes differ, the files' stay where they are.
      return content.put([Buffer.from(JSON.stringify(list.map(entry => ({ ...entry, path: `in/${entry.path}` }))))], of.mediaType)
    },
  })
  Object.assign(context, {
    graph, lines, read: (name: string, of: readonly Step[]) => read({ name, of }), pass: (name: string, of: Step<Files>) => pass({ name, of }),
    set: (...select: string[]) => files({ source: source({ folder: graph.project }), select }),
  })
})
test.after.each(async ({ graph }) => { await graph.close() })

const harms: readonly (readonly [name: string, (graph: GraphFixture, one: { digest: `sha256:${string}` }) => Promise<void>])[] = [
  ['with a byte changed', (graph, one) => graph.flip(one)],
  ['cut short', async (graph, one) => {
    await chmod(graph.blob(one), 0o644)
    await truncate(graph.blob(one), 3)
  }],
  ['missing', (graph, one) => rm(graph.blob(one))],
]

/** A step that has to be made although all that it needs is in the cache. */
const end = (read: Context['read'], of: readonly Step[]): Step => read(`end ${Math.random()}`, of)

for (const [name, harm] of harms) {
  test(`a blob ${name} is made again: of a direct input`, async ({ graph, read, lines, set }) => {
    const below = read('below', [read('deep', [set('one.txt')])])
    const first = made(await graph.run([below]), below)
    const before = await graph.bytes(first)
    await harm(graph, first)
    const last = end(read, [below])
    made(await graph.run([last]), last)
    assert.equal(await graph.bytes(first), before)
    assert.equal(lines.filter(line => line === 'below').length, 2)
    assert.is(lines.filter(line => line === 'deep').length, 1)
    assert.match(graph.notices().join('\n'), /^The cache (holds a damaged|lost) sha256:/)
  })

  test(`a blob ${name} is made again: of a file inside a set`, async ({ graph, read, set }) => {
    const chosen = set('one.txt', 'two.txt')
    const [, second] = await listFiles(made(await graph.run([chosen]), chosen), graph.cache.content)
    await harm(graph, second as FileEntry)
    const last = end(read, [chosen])
    const artifact = made(await graph.run([last]), last)
    assert.match((await graph.bytes(artifact)).toString(), /the first filethe second file$/)
    assert.match(graph.notices().join('\n'), /holds a damaged/)
  })

  test(`a blob ${name} is made again: of a file whose maker is not asked directly`, async ({ graph, read, pass, set }) => {
    const chosen = set('one.txt')
    const outer = pass('outer', pass('inner', chosen))
    const outcomes = await graph.run([outer])
    const [file] = await listFiles(made(outcomes, chosen), graph.cache.content)
    await harm(graph, file as FileEntry)
    const last = end(read, [outer])
    assert.match((await graph.bytes(made(await graph.run([last]), last))).toString(), /the first file$/)
  })

  test(`a blob ${name} is made again: of an ancestor, when what lies between has to be made`, async ({ graph, read, lines, set }) => {
    const deep = read('deep', [set('one.txt')])
    const first = made(await graph.run([deep]), deep)
    await harm(graph, first)
    const last = end(read, [read('between', [deep])])
    made(await graph.run([last]), last)
    assert.is(lines.filter(line => line === 'deep').length, 2)
  })
}

test('what is damaged in three of four inputs is made again, each once', async ({ graph, read, lines, set }) => {
  const inputs = ['a', 'b', 'c', 'd'].map(name => read(name, [set('one.txt')]))
  const outcomes = await graph.run(inputs)
  for (const input of inputs.slice(1)) await graph.flip(made(outcomes, input))
  const last = end(read, inputs)
  made(await graph.run([last]), last)
  assert.equal(lines.slice(4).filter(line => !line.startsWith('end')).sort(), ['b', 'c', 'd'])
})

test('what many steps need is made again once', async ({ graph, read, lines, set }) => {
  const shared = read('shared', [set('one.txt')])
  await graph.flip(made(await graph.run([shared]), shared))
  const many = Array.from({ length: 12 }, (_, index) => read(`needs it ${index}`, [shared]))
  const outcomes = await graph.run([read('end', many)])
  assert.equal([...outcomes.values()].filter(({ state }) => state === 'failed'), [])
  assert.is(lines.filter(line => line === 'shared').length, 2)
  assert.is(new Set(graph.notices()).size, 1)
})

test('a file inside a set that many steps read is made again once', async ({ graph, read, set, lines }) => {
  const chosen = set('one.txt', 'two.txt')
  const [file] = await listFiles(made(await graph.run([chosen]), chosen), graph.cache.content)
  await graph.flip(file as FileEntry)
  await graph.run([read('end', Array.from({ length: 8 }, (_, index) => read(`reads ${index}`, [chosen])))])
  assert.is(graph.events.filter(event => event.type === 'begin' && event.step.recipe === chosen.recipe).length, 2)
  assert.ok(lines.includes('end'))
})

test('an effect that meets damage is performed again', async ({ graph, read, set }) => {
  const performed: string[] = []
  const show = effect<{ readonly of: Artifact }, Artifact<'toy'>>({
    name: 'show', outline: () => ({ kind: 'toy', name: 'show' }),
    perform: async ({ of }, { content }) => {
      performed.push(await readFile(await content.file(of), 'utf8'))
      return of
    },
  })
  const below = read('below', [set('one.txt')])
  await graph.flip(made(await graph.run([below]), below))
  const last = show({ of: below })
  made(await graph.run([last]), last)
  assert.equal(performed, ['below: the first file'])
})

test('what cannot be made again is an error that says so, not a run without an end', async ({ graph, read, set }) => {
  const lost = task<{ readonly of: Artifact }, Artifact<'toy'>>({
    name: 'lost', revision: 1, outline: () => ({ kind: 'toy', name: 'lost' }),
    work: async (_input, { content }) => {
      const nothing = { mediaType: '', digest: `sha256:${'0'.repeat(64)}`, size: 1 } as const
      for await (const _ of content.open(nothing)) void _
      return nothing
    },
  })
  const last = lost({ of: read('below', [set('one.txt')]) })
  assert.match(failure(await graph.run([last]), last).message, /^Cannot use sha256:0+ from the cache: it is missing$/)
})

test('a record that was changed is taken for none', async ({ graph, read, set, lines }) => {
  const below = read('below', [set('one.txt')])
  await graph.run([below])
  const records = join(graph.cacheFolder, 'records')
  for (const entry of await readdir(records, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue
    const file = join(entry.parentPath, entry.name)
    const text = await readFile(file, 'utf8')
    for (const other of [text.replace('text/plain', 'text/plane'), text.replace('"size":', '"sise":'), text.slice(0, 20), 'null', '{}', '']) {
      await writeFile(file, other)
      const outcome = (await graph.run([below])).get(below.recipe)
      assert.ok(outcome?.state === 'made' || outcome?.state === 'cached', JSON.stringify(outcome))
      if (outcome && 'artifact' in outcome) assert.is(outcome.artifact.mediaType, 'text/plain')
    }
  }
  assert.ok(lines.length > 1)
})

test.run()
