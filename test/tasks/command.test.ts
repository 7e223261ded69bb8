import { appendFile, chmod, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { listFiles, unpackFiles } from '../../lib/clients/unpack-files.ts'
import type { Step } from '../../lib/graph/step.ts'
import { ReleaseError } from '../../lib/values/errors.ts'
import type { Files } from '../../lib/values/files.ts'
import { command, type CommandInput } from '../../tasks/command.ts'
import { source } from '../../tasks/source.ts'
import { failure, graphFixture, made, type GraphFixture } from '../support/graph-fixture.ts'
import { releaseValue } from '../support/release-value.ts'

interface Context {
  graph: GraphFixture
  /** A command that runs a shell script of the project's. */
  script(text: string, more?: Partial<CommandInput>): Promise<Step<Files>>
  /** How often a script ran that counts. */
  count(): Promise<number>
  state(step: Step): Promise<string | undefined>
}

const test = suite<Context>('command')
const { version } = releaseValue()

test.before.each(async context => {
  const graph = await graphFixture()
  await writeFile(join(graph.project, 'in.txt'), 'input')
  await writeFile(join(graph.project, 'other.txt'), 'not read')
  Object.assign(context, {
    graph, script: async (text: string, more: Partial<CommandInput> = {}) => {
      await writeFile(join(graph.project, 'make.sh'), `#!/bin/sh\nset -e\necho ran >> "${graph.project}/../count"\n${text}\n`)
      await chmod(join(graph.project, 'make.sh'), 0o755)
      return command({
        name: 'front end', source: source({ folder: graph.project }), version, run: ['./make.sh'], inputs: ['make.sh', 'in.txt'], outputs: ['out/**'], ...more,
      })
    },
    count: async () => (await readFile(join(graph.project, '../count'), 'utf8').catch(() => '')).split('\n').length - 1,
    state: async (step: Step) => (await graph.run([step])).get(step.recipe)?.state,
  })
})
test.after.each(({ graph }) => graph.close())

test('it makes files in a copy of what it reads, and the project stays as it was', async ({ graph, script }) => {
  const step = await script('mkdir -p out/deep; cat in.txt in.txt > out/deep/two.txt; echo "#!/bin/sh" > out/run; chmod 700 out/run; ls > out/seen')
  assert.equal(step.outline, { kind: 'files', name: 'front end' })
  const folder = join(graph.project, '../unpacked')
  const set = made(await graph.run([step]), step)
  await unpackFiles(set, graph.cache.content, folder)
  assert.is(await readFile(join(folder, 'out/deep/two.txt'), 'utf8'), 'inputinput')
  assert.equal((await readFile(join(folder, 'out/seen'), 'utf8')).trim().split('\n'), ['in.txt', 'make.sh', 'out'])
  assert.equal((await listFiles(set, graph.cache.content)).map(({ path, mode }) => `${path} ${mode.toString(8)}`), ['out/deep/two.txt 644', 'out/run 755', 'out/seen 644'])
  assert.not(await readFile(join(graph.project, 'out/seen')).catch(() => undefined))
})

test('the same input is run once; what is not read does not count', async ({ graph, script, count, state }) => {
  const step = await script('mkdir out; cp in.txt out')
  assert.equal([await state(step), await state(step)], ['made', 'cached'])
  await writeFile(join(graph.project, 'other.txt'), 'changed')
  assert.is(await state(step), 'cached')
  assert.is(await count(), 1)
  await writeFile(join(graph.project, 'in.txt'), 'INPUT')
  assert.is(await state(step), 'made')
  await chmod(join(graph.project, 'in.txt'), 0o755)
  assert.is(await state(step), 'made')
  assert.is(await state(await script('mkdir out; cp in.txt out # changed')), 'made')
  assert.is(await count(), 4)
})

test('it runs again for other arguments, variables, tools or another version', async ({ script, count, state }) => {
  const text = 'mkdir out; cp in.txt out'
  const variants: readonly Partial<CommandInput>[] = [
    {}, { run: ['./make.sh', 'x'] }, { environment: { A: '1' } }, { environment: { A: '2' } }, { environment: { place: '2' } }, { outputs: ['out/*'] },
    { tools: [['sh', '-c', 'echo one']] }, { tools: [['sh', '-c', 'echo two']] }, { version: { ...version, semver: '1.2.4', base: '1.2.4', stamp: '1.2.4' } },
  ]
  for (const variant of variants) assert.is(await state(await script(text, variant)), 'made', JSON.stringify(variant))
  for (const variant of variants) assert.is(await state(await script(text, variant)), 'cached', JSON.stringify(variant))
  assert.is(await count(), variants.length)
})

test('it sees the release in its environment, and what it is given', async ({ graph, script }) => {
  const names = ['RELEASE_VERSION', 'RELEASE_TAG', 'MAJOR', 'MINOR', 'PATCH', 'PRERELEASE', 'SOURCE_DATE_EPOCH', 'WHO', 'LEAK']
  process.env['LEAK'] = 'leaked'
  const step = await script(`mkdir out; for name in ${names.join(' ')}; do eval "echo $name=\\$$name"; done > out/env`, {
    environment: { WHO: 'me' }, version: { ...version, semver: '1.2.3-rc.1+b', base: '1.2.3', stamp: '1.2.3-rc.1+b', prerelease: true },
  })
  delete process.env['LEAK']
  const folder = join(graph.project, '../unpacked')
  await unpackFiles(made(await graph.run([step]), step), graph.cache.content, folder)
  assert.equal((await readFile(join(folder, 'out/env'), 'utf8')).trim().split('\n'), [
    'RELEASE_VERSION=1.2.3-rc.1+b', 'RELEASE_TAG=1.2.3-rc.1_b', 'MAJOR=1', 'MINOR=2', 'PATCH=3', 'PRERELEASE=rc.1', 'SOURCE_DATE_EPOCH=1795251060', 'WHO=me', 'LEAK=',
  ])
})

test('a candidate that is stamped with its base passes for the stable version', async ({ script, state }) => {
  const text = 'mkdir out; echo "$RELEASE_VERSION $RELEASE_TAG $PRERELEASE" > out/version'
  assert.is(await state(await script(text, { version: { ...version, semver: '1.2.3-rc.1', prerelease: true } })), 'made')
  assert.is(await state(await script(text, { version: { ...version, semver: '1.2.3-rc.2', prerelease: true } })), 'cached')
  assert.is(await state(await script(text, { version })), 'cached')
})

test('a program that fails tells why, and is not remembered', async ({ graph, script, count }) => {
  const step = await script('echo to stdout; echo "file.js:3: no such thing" >&2; exit 3')
  const error = failure(await graph.run([step]), step) as ReleaseError
  assert.equal([error.code, error.message], ['COMMAND', 'Cannot run ./make.sh: it ended with exit code 3'])
  assert.match(error.output ?? '', /to stdout[^]*file\.js:3: no such thing/)
  assert.ok(graph.events.some(event => event.type === 'log' && event.line === 'file.js:3: no such thing'))
  failure(await graph.run([step]), step)
  assert.is(await count(), 2)
})

test('a program that does not make what it should is an error that says so', async ({ graph, script }) => {
  const step = await script('echo all is well; mkdir out', { outputs: ['out/*.js'] })
  const error = failure(await graph.run([step]), step) as ReleaseError
  assert.equal([error.code, error.message], ['FILES', 'Cannot make front end: ./make.sh ended well, and made nothing at out/*.js'])
  assert.match(error.output ?? '', /all is well/)
})

test('inputs that are not there, programs and tools that are not there, and no program at all', async ({ graph, script }) => {
  const fails = async (more: Partial<CommandInput>): Promise<string> => {
    const step = await script('mkdir out', more)
    return failure(await graph.run([step]), step).message
  }
  assert.match(await fails({ inputs: ['*.vue'] }), /^Cannot take the files \*\.vue: nothing in/)
  assert.is(await fails({ run: ['no-such-program'] }), 'Cannot run no-such-program: it is not on the PATH')
  assert.is(await fails({ tools: [['no-such-tool', '--version']] }), 'Cannot run no-such-tool: it is not on the PATH')
  let error: unknown
  await script('', { run: [] }).catch((thrown: unknown) => { error = thrown })
  assert.is((error as ReleaseError).message, 'Cannot make front end: no program is named')
})

test('an input that changes while it runs is an error, and nothing is kept', async ({ graph, script, state }) => {
  const step = await script(`mkdir out; cp in.txt out; echo more >> ${graph.project}/in.txt`)
  assert.is((failure(await graph.run([step]), step) as ReleaseError).code, 'CHANGED')
  await appendFile(join(graph.project, 'make.sh'), '# changed\n')
  assert.is(await state(step), 'failed')
})

test('its own folder is gone after, whatever it left there', async ({ graph, script }) => {
  const step = await script('mkdir -p out/a/b; cp in.txt out; cp in.txt out/a/b; chmod 555 out/a/b out/a; mkdir left; chmod 000 left')
  made(await graph.run([step]), step)
  assert.equal((await graph.cached()).filter(file => file.startsWith('tmp')), [])
})

test.run()
