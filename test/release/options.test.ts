import { mkdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { buildScript, commandFields, hostTarget } from './support/build-script.ts'
import { hello } from './support/hello.ts'
import { namesIn, removeWorkplaces, type RunRecord, type StepData, type Workplace, workplace } from './support/workplace.ts'

test.after.each(removeWorkplaces)

const project = { ...hello, 'build.ts': buildScript() }

async function done(place: Workplace, ...args: readonly string[]): Promise<{ stdout: string, stderr: string }> {
  const { code, stdout, stderr } = await place.build(args)
  assert.is(code, 0, `${stdout}${stderr}`)
  return { stdout, stderr }
}

test('without a goal, goals and commands are listed, each with a line', async () => {
  const place = await workplace(project)
  const { stdout } = await done(place)
  assert.match(stdout, /^ {2}build +binaries$/m)
  assert.match(stdout, /^ {2}release +archives and checksums$/m)
  for (const command of ['plan', 'check', 'clean', 'doctor']) assert.match(stdout, new RegExp(`^  ${command} +\\S`, 'm'))
  const data = JSON.parse((await done(place, '--json')).stdout) as { goals: object, commands: object }
  assert.equal(Object.keys(data.goals), ['build', 'release'])
  assert.match((await done(place, '--help')).stdout, /--fail-fast/)
})

test('a list needs neither git nor Go', async () => {
  const goal = "second: ['names ' + project.name, crossCompile({ ...go, main: project.mains[0].package, target: targets[0] })],"
  const place = await workplace({ ...hello, 'build.ts': buildScript({ goals: goal }) })
  const { code, stdout } = await place.build([], { env: { PATH: '' } })
  assert.is(code, 0)
  assert.match(stdout, /names hello/)
})

test('what was mistyped gets a suggestion and exit code 2', async () => {
  const place = await workplace(project)
  const cases: readonly (readonly [args: readonly string[], says: RegExp])[] = [
    [['relaese'], /Cannot run relaese: .*\n.*Did you mean release\?/],
    [['build', 'releas'], /Cannot run releas: .*\n.*Did you mean release\?/],
    [['release', '--jsno'], /unknown option '--jsno'\n.*Did you mean --json\?/],
    [['release', '--jobs', 'many'], /--jobs.*many.*whole number/],
    [['release', '--memory', 'much'], /--memory.*much.*GiB/],
    [['check', '--reproducible', 'nothing'], /Cannot .*nothing/],
  ]
  for (const [args, says] of cases) {
    const { code, stderr } = await place.build(args)
    assert.is(code, 2, `${args.join(' ')}: ${stderr}`)
    assert.match(stderr, says)
    assert.not.match(stderr, /^\s+at /m)
  }
  assert.equal((await namesIn(place.folder)).filter(name => name === 'dist'), [])
})

interface Plan {
  readonly version: { readonly semver: string }
  readonly targets: readonly string[]
  readonly absent: readonly { readonly target: string, readonly reason: string }[]
  readonly steps: readonly (StepData & { readonly inputs: readonly string[] })[]
}

test('a plan says what would be made of what, and makes nothing', async () => {
  const place = await workplace(project)
  const before = await namesIn(place.folder)
  const first = JSON.parse((await done(place, 'plan', '--json')).stdout) as Plan
  assert.is(first.version.semver, '1.2.3')
  assert.equal(first.steps.map(({ state }) => state), ['make', 'make', 'make', 'make', 'make', 'make', 'publish'])
  const { inputs = [] } = first.steps.find(({ name }) => name.endsWith('.zip')) ?? {}
  assert.equal(inputs, ['binary hello.exe windows/386', 'files README.md'])
  assert.match((await done(place, 'plan')).stdout, /^archive +hello_1\.2\.3_windows_386\.zip +windows\/386 +binary, files +make$/m)
  assert.equal(await namesIn(place.folder), before)
  assert.equal((await namesIn(join(place.cache, 'blobs/sha256'))), [])
  await done(place, 'build')
  const second = JSON.parse((await done(place, 'plan', '--json')).stdout) as Plan
  assert.equal(second.steps.filter(({ state }) => state === 'cached').map(({ target }) => target), [hostTarget, 'windows/386'])
  assert.ok(second.steps.every(({ state, digest }) => (state === 'cached') === (digest !== undefined)))
})

test('a plan shows the platforms of a matrix that there are not, with the reason', async () => {
  const targets = "matrix({ freebsd: ['amd64', 'ppc64le', 'riscv64'] })"
  const place = await workplace({ ...hello, 'build.ts': buildScript({ targets }) })
  const { absent, targets: built } = JSON.parse((await done(place, 'plan', '--json')).stdout) as Plan
  assert.equal(built.filter(target => !absent.some(one => one.target === target)), built)
  assert.ok(absent.some(({ target, reason }) => target === 'freebsd/ppc64le' && reason.includes('freebsd/ppc64le')))
  assert.match((await done(place, 'plan')).stdout, /^Not built.*\n(?: .*\n)*? +freebsd\/ppc64le +go .* has no freebsd\/ppc64le/m)
})

test('check says every problem at once', async () => {
  const place = await workplace({
    ...hello,
    'build.ts': buildScript({
      compile: "stamp: { 'main.verison': version.semver, 'main.absent': 'x' },", pack: "files: ['README.md', 'docs/*.md']",
    }),
    'dist/mine.txt': 'not made by a release\n',
  })
  const { code, stderr } = await place.build(['check'])
  assert.is(code, 1)
  const said = [
    /main\.verison: .*\n.*Did you mean main\.version\?/, /main\.absent/, /docs\/\*\.md: nothing/, /Cannot replace .*dist.*mine\.txt/,
  ]
  for (const problem of said) {
    assert.match(stderr, problem)
    assert.is(stderr.match(new RegExp(problem, 'g'))?.length, 1, stderr)
  }
  const { stdout } = await place.build(['check', '--json'])
  const { problems } = JSON.parse(stdout) as { problems: readonly { code: string }[] }
  assert.equal(problems.map(({ code: one }) => one).sort(), ['DESTINATION', 'FILES', 'STAMP', 'STAMP'])
  assert.equal((await namesIn(place.dist)), ['mine.txt'])
})

test('check finds nothing wrong where nothing is', async () => {
  const place = await workplace(project)
  assert.match((await done(place, 'check')).stdout, /No problems/)
  assert.equal(JSON.parse((await done(place, 'check', '--json')).stdout), { problems: [], notices: [] })
})

test('--only makes some platforms, and refuses one that there is not', async () => {
  const place = await workplace(project)
  await done(place, 'build', '--only', 'windows')
  assert.equal((await place.record()).steps.map(({ target }) => target), ['windows/386'])
  await done(place, 'release', '--only', hostTarget)
  const names = await namesIn(place.dist)
  assert.is(names.length, 3)
  assert.ok(!names.some(name => name.includes('windows')))
  assert.match(await readFile(join(place.dist, 'release.json'), 'utf8'), /"partial": true/)
  const { code, stderr } = await place.build(['release', '--only', 'windows/368'])
  assert.is.not(code, 0)
  assert.match(stderr, /windows\/368: .*\n.*Did you mean windows\/386\?/)
})

test('--json prints the record of the run and nothing else', async () => {
  const place = await workplace(project)
  const { stdout, stderr } = await done(place, 'release', '--json')
  assert.is(stderr, '')
  assert.equal(JSON.parse(stdout), await place.record())
  const failed = await place.build(['release', '--json'], { env: { PATH: '' } })
  assert.is(failed.code, 1)
  assert.is(failed.stderr, '')
  const { errors } = JSON.parse(failed.stdout) as RunRecord
  assert.equal(errors.map(({ code }) => code).sort(), ['GIT', 'TOOLCHAIN'])
})

test('--quiet prints nothing, unless something fails', async () => {
  const goal = "broken: ['fails', crossCompile({ ...go, target: targets[0], main: './nowhere' })],"
  const place = await workplace({ ...hello, 'build.ts': buildScript({ goals: goal }) })
  const { stdout, stderr } = await done(place, 'release', '--quiet')
  assert.equal({ stdout, stderr }, { stdout: '', stderr: '' })
  const failed = await place.build(['broken', '--quiet'])
  assert.is(failed.code, 1)
  assert.match(failed.stderr, /^Cannot .*nowhere/)
})

test('--verbose prints what tools print', async () => {
  const generated = `command({ ${commandFields('generated files', 'echo tool says; echo > made.txt')}, outputs: ['made.txt'] })`
  const script = buildScript({ goals: `generated: ['files', ${generated}],` })
  const place = await workplace({ ...hello, 'build.ts': script })
  assert.match((await done(place, 'generated', '--verbose')).stderr, /generated files \| tool says/)
  assert.not.match((await done(place, 'generated', '--no-cache')).stderr, /tool says/)
})

test('--out takes the place of dist, and --no-cache makes everything again', async () => {
  const place = await workplace(project)
  await done(place, 'release', '--out', 'elsewhere/out')
  assert.is((await namesIn(join(place.folder, 'elsewhere/out'))).length, 4)
  assert.equal(await namesIn(join(place.folder, 'elsewhere')), ['out', 'out.run.json'])
  assert.equal(await namesIn(place.dist), [])
  const { stderr } = await done(place, 'release', '--no-cache', '--out', 'elsewhere/out')
  assert.not.match(stderr, /from the cache/)
})

test('--version names one of several tags on a commit, --snapshot none', async () => {
  const place = await workplace(project, ['v1.2.4-rc.1', 'v1.2.4'])
  const version = async (...args: readonly string[]): Promise<string> =>
    (JSON.parse((await done(place, 'plan', '--json', ...args)).stdout) as Plan).version.semver
  assert.is(await version(), '1.2.4')
  assert.is(await version('--version', 'v1.2.4-rc.1'), '1.2.4-rc.1')
  assert.is(await version('--version', '1.2.4-rc.1'), '1.2.4-rc.1')
  assert.match(await version('--snapshot'), /^1\.2\.5-0\./)
  const { code, stderr } = await place.build(['plan', '--version', '1.2.9'])
  assert.is(code, 1)
  assert.match(stderr, /1\.2\.9/)
})

test('clean removes what releases wrote, and --cache the cache too', async () => {
  const place = await workplace(project)
  await mkdir(join(place.folder, 'dist.part-3-of-4'))   // none of a release's
  const before = await namesIn(place.folder)
  await done(place, 'release')
  await done(place, 'release', '--shard', '1/2')
  await writeFile(join(place.folder, 'dist.promotion.json'), '{}\n')
  assert.equal((await namesIn(place.folder)).filter(name => !before.includes(name)), ['dist', 'dist.part-1-of-2', 'dist.promotion.json', 'dist.run.json'])
  await done(place, 'clean')
  assert.equal(await namesIn(place.folder), before)
  assert.ok((await stat(place.cache)).isDirectory())
  await done(place, 'clean', '--cache')
  assert.equal(await namesIn(place.cache), [])
})

test('doctor answers, with --json as data', async () => {
  const place = await workplace(project)
  assert.match((await done(place, 'doctor')).stdout, /go .*\n/)
  assert.type(JSON.parse((await done(place, 'doctor', '--json')).stdout), 'object')
})

test.run()
