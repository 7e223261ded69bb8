import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { startFakeRegistry } from '../support/fake-registry.ts'
import { writeTree } from '../support/file-tree.ts'
import { buildScript, commandFields, hostTarget } from './support/build-script.ts'
import { hello } from './support/hello.ts'
import { gatewayWorkplace, libraryUrl, namesIn, removeWorkplaces, workplace, workplaceIn } from './support/workplace.ts'

test.after.each(removeWorkplaces)

test('check --reproducible builds the example twice, apart, and publishes nothing', async () => {
  const place = await gatewayWorkplace(buildScript())
  const before = await namesIn(place.folder)
  const { code, stdout, stderr } = await place.build(['check', '--reproducible', 'release', '--only', hostTarget])
  assert.is(code, 0, stderr)
  assert.match(stdout, /^Reproducible: 4 steps gave the same bytes twice\.$/m)
  assert.equal(await namesIn(place.folder), before)
})

interface Comparison {
  readonly reproducible: boolean
  readonly differences: readonly { readonly step: string }[]
}

test('check --reproducible names the step, the file and the place that differ', async () => {
  const run = 'mkdir made; echo same > made/same.txt; echo at $(date +%s%N) > made/clock.txt'
  const clock = `command({ ${commandFields('the hour of the build', run)}, outputs: ['made/*'] })`
  const place = await workplace({ ...hello, 'build.ts': buildScript({ goals: `clock: ['differs', ${clock}],` }) })
  const { code, stderr } = await place.build(['check', '--reproducible', 'clock'])
  assert.is(code, 1)
  assert.match(stderr, /^Cannot reproduce command the hour of the build: in made\/clock\.txt, byte \d+ is the first/m)
  assert.match(stderr, /that differs: "\d+\." and "\d+\."$/m)
  assert.not.match(stderr, /same\.txt/)
  const { stdout } = await place.build(['check', '--reproducible', 'clock', '--json'])
  const { reproducible, differences } = JSON.parse(stdout) as Comparison
  assert.is(reproducible, false)
  assert.equal(differences.map(({ step }) => step), ['command the hour of the build'])
})

test('check --reproducible asks no cache that machines share: the second build would find what the first one made', async () => {
  const shared = await startFakeRegistry()
  try {
    const clock = `command({ ${commandFields('the hour of the build', 'date +%s%N > clock.txt')}, outputs: ['clock.txt'] })`
    const place = await workplace({
      ...hello, 'build.ts': buildScript({
        head: `import { registry } from '${libraryUrl}'`, definition: `cache: registry('${shared.host}/cache', { write: true }),`, goals: `clock: ['differs', ${clock}],`,
      }),
    })
    const { code, stderr } = await place.build(['check', '--reproducible', 'clock'])
    assert.is(code, 1)
    assert.match(stderr, /^Cannot reproduce command the hour of the build: /m)
    assert.equal(shared.requests, [])
    assert.is((await place.build(['clock'])).code, 0)
    assert.ok(shared.requests.length > 0, 'it is asked else')
  } finally {
    await shared.close()
  }
})

test('check --reproducible works in a submodule and in a worktree', async () => {
  const steady = `command({ ${commandFields('words', 'echo $RELEASE_VERSION > words.txt')}, outputs: ['words.txt'] })`
  const place = await workplace({ ...hello, 'build.ts': buildScript({ goals: `words: ['words', ${steady}],` }) })
  const { repository } = place
  const around = repository.at(repository.beside('around'))
  await repository.git('init', '--quiet', around.folder)
  await around.git('submodule', '--quiet', 'add', repository.folder, 'sub')
  await repository.git('worktree', 'add', '--quiet', repository.beside('tree'), 'v1.2.3')
  for (const folder of [join(around.folder, 'sub'), repository.beside('tree')]) {
    const there = workplaceIn(repository.at(folder), folder)
    const { code, stdout, stderr } = await there.build(['check', '--reproducible', 'words'])
    assert.is(code, 0, stderr)
    assert.match(stdout, /^Reproducible: 1 step/m)
  }
})

function library(name: string): Readonly<Record<string, string>> {
  return { 'go.mod': `module example.com/${name}\n\ngo 1.21\n`, 'name.go': `package ${name}\n\nconst Name = "${name}"\n` }
}

test('check --reproducible takes along modules outside of the repository that go.mod and go.work name', async () => {
  const place = await workplace({
    ...hello,
    'main.go': 'package main\n\nimport (\n\t"example.com/replaced"\n\t"example.com/used"\n)\n\nvar version = "dev"\n\n'
      + 'func main() { print(version, replaced.Name, used.Name) }\n',
    'go.mod': 'module example.com/hello\n\ngo 1.21\n\nrequire example.com/replaced v0.0.0\n\nreplace example.com/replaced => ../replaced\n',
    'go.work': 'go 1.21\n\nuse (\n\t.\n\t../deep/used\n)\n',
    'build.ts': buildScript({ targets: `['${hostTarget}']` }),
  })
  await writeTree(place.repository.beside('replaced'), library('replaced'))
  await writeTree(place.repository.beside('deep/used'), library('used'))
  const { code, stdout, stderr } = await place.build(['check', '--reproducible', 'build'])
  assert.is(code, 0, stderr)
  assert.match(stdout, /^Reproducible: 1 step gave the same bytes twice\.$/m)
})

test.run()
