import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Step } from '../../lib/graph/step.ts'
import type { Binary } from '../../lib/values/binary.ts'
import { ReleaseError } from '../../lib/values/errors.ts'
import { archive } from '../../tasks/archive.ts'
import { transform, type TransformOptions } from '../../tasks/transform.ts'
import { failure, graphFixture, made, type GraphFixture } from '../support/graph-fixture.ts'
import { releaseValue } from '../support/release-value.ts'
import { toyBinary } from '../support/toy-binary.ts'

interface Context {
  graph: GraphFixture
  /** A transformation by a shell script that gets {input} as $1 and {output} as $2. */
  sign(script: string, more?: Partial<TransformOptions<Binary>>): Step<Binary>
  count(): Promise<number>
}

const test = suite<Context>('transform')
const { version } = releaseValue()

test.before.each(async context => {
  const graph = await graphFixture()
  const count = join(graph.project, '../count')
  Object.assign(context, {
    graph,
    sign: (script: string, more: Partial<TransformOptions<Binary>> = {}) => transform<Binary>({
      name: 'signature', version, artifact: toyBinary(), run: ['sh', '-ec', `echo ran >> "${count}"\n${script}`, 'sh', '{input}', '{output}'], ...more,
    }),
    count: async () => (await readFile(count, 'utf8').catch(() => '')).split('\n').length - 1,
  })
})
test.after.each(({ graph }) => graph.close())

test('what the program writes takes the place of the artifact, and goes into an archive', async ({ graph, sign }) => {
  const signed = sign('cat "$1" > "$2"; echo " signed for $RELEASE_VERSION" >> "$2"')
  const { build: _build, ...outline } = toyBinary().outline
  assert.equal(signed.outline, outline)   // the command that made it no longer does
  const packed = archive({ binary: signed })
  const outcomes = await graph.run([packed])
  assert.is((await graph.bytes(made(outcomes, signed))).toString(), 'gateway for linux/amd64 signed for 1.2.3\n')
  made(outcomes, packed)
})

test('a program without an output changes its input in place, by replacing it too', async ({ graph, sign }) => {
  const run = (script: string) => sign('', { run: ['sh', '-ec', script, 'sh', '{input}'] })
  for (const script of ['test -x "$1"; echo "!" >> "$1"', 'cp "$1" other; echo "!" >> other; mv other "$1"']) {
    const step = run(script)
    assert.is((await graph.bytes(made(await graph.run([step]), step))).toString(), 'gateway for linux/amd64!\n')
  }
  assert.is((await graph.bytes(made(await graph.run([toyBinary()]), toyBinary()))).toString(), 'gateway for linux/amd64')
})

test('the same is run once; other input, arguments, variables, tools or version run it again', async ({ graph, sign, count }) => {
  const text = 'cp "$1" "$2"'
  const variants: readonly Partial<TransformOptions<Binary>>[] = [
    {}, { artifact: toyBinary({ text: '2' }) }, { environment: { A: '1' } }, { tools: [['echo', '1']] }, { tools: [['echo', '2']] },
    { version: { ...version, semver: '1.2.4', base: '1.2.4' } },
  ]
  for (const state of ['made', 'cached']) {
    for (const variant of variants) {
      const step = sign(text, variant)
      assert.is((await graph.run([step])).get(step.recipe)?.state, state, JSON.stringify(variant))
    }
  }
  assert.is(await count(), variants.length)
})

test('a program that fails tells why', async ({ graph, sign }) => {
  const step = sign('echo "no identity found" >&2; exit 1')
  const error = failure(await graph.run([step]), step) as ReleaseError
  assert.equal([error.code, error.message, error.output], ['COMMAND', 'Cannot run sh: it ended with exit code 1', 'no identity found\n'])
})

test('an output that is missing, a folder or a link is an error', async ({ graph, sign }) => {
  for (const script of ['true', 'mkdir "$2"', 'ln -s "$1" "$2"']) {
    const step = sign(script)
    const error = failure(await graph.run([step]), step) as ReleaseError
    assert.equal([error.code, error.message], ['COMMAND', 'Cannot make signature: sh ended well and wrote no output'])
  }
  assert.throws(() => sign('', { run: [] }), /Cannot make signature: no program is named/)
})

test('a blob of the artifact that is damaged is made again before', async ({ graph, sign }) => {
  await graph.flip(made(await graph.run([toyBinary()]), toyBinary()))
  const step = sign('cp "$1" "$2"')
  assert.is((await graph.bytes(made(await graph.run([step]), step))).toString(), 'gateway for linux/amd64')
})

test.run()
