import { execFileSync } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { buildScript, commandFields } from './support/build-script.ts'
import { hello } from './support/hello.ts'
import { namesIn, removeWorkplaces, workplace } from './support/workplace.ts'

test.after.each(removeWorkplaces)

/** A duration that nothing else on this machine sleeps for. */
const forever = `${3_000_000 + process.pid}`

function sleepers(): number {
  const commands = execFileSync('ps', ['-A', '-o', 'args'], { encoding: 'utf8' }).split('\n')
  return commands.filter(line => line.trim() === `sleep ${forever}`).length
}

/** Waits for so many of them: a program that has just been started is for a moment what started it. */
async function sleeping(count: number): Promise<void> {
  while (sleepers() !== count) await delay(20)
}

const goals = `
  lint: ['look at the sources', async ({ $, log, version }) => {
    log('linting ' + version.semver)
    await $\`echo "seen by $RELEASE_VERSION"\`
  }],
  fails: ['fails', async ({ $ }) => { await $\`echo 'the reason why'; exit 3\` }],
  throws: ['throws', async () => { throw new Error('build.ts itself says no') }],
  waits: ['waits', async ({ $ }) => { await $\`sleep ${forever} & echo started; sleep ${forever}\` }],
  hangs: ['a step that hangs', command({ ${commandFields('endless work', `echo started; sleep ${forever}`)}, outputs: ['x'] })],
  shows: ['what programs see', command({ ${commandFields('shown variables', 'env > seen.txt')}, outputs: ['seen.txt'] })],
`
const project = { ...hello, 'build.ts': buildScript({ goals }) }

test('a goal of the project\'s own runs by name, is logged and sees the release', async () => {
  const place = await workplace(project)
  const { code, stderr } = await place.build(['lint'])
  assert.is(code, 0, stderr)
  assert.match(stderr, /linting 1\.2\.3/)
  assert.match(stderr, /seen by 1\.2\.3/)
  assert.equal((await namesIn(place.folder)).filter(name => name === 'dist'), [])
})

test('one that fails gives exit code 1 and its output once', async () => {
  const place = await workplace(project)
  const { code, stderr } = await place.build(['fails'])
  assert.is(code, 1)
  assert.is(stderr.match(/^.*\| the reason why$/gm)?.length, 1, stderr)
  assert.match(stderr, /^Cannot finish fails: echo 'the reason why'; exit 3 ended with exit code 3$/m)
  const quiet = await place.build(['fails', '--quiet'])
  assert.is(quiet.stderr.match(/^.*\| the reason why$/gm)?.length, 1, quiet.stderr)
  const thrown = await place.build(['throws'])
  assert.is(thrown.code, 1)
  assert.match(thrown.stderr, /build\.ts itself says no/)
})

test('goals run one after the other, and stop at the first that fails', async () => {
  const place = await workplace(project)
  const { code, stderr } = await place.build(['build', 'fails', 'lint'])
  assert.is(code, 1)
  assert.match(stderr, /the reason why/)
  assert.not.match(stderr, /linting/)
  assert.equal((await place.record()).steps.map(({ kind, state }) => `${kind} ${state}`), ['binary made', 'binary made'])
})

test('what a goal of the project\'s own writes is read by the goals after it', async () => {
  const write = "echo 'package main' > made.go; echo 'func init() { missing() }' >> made.go"
  const goal = `generate: ['code', async ({ $ }) => { await $\`${write}\` }],`
  const place = await workplace({ ...hello, 'build.ts': buildScript({ goals: goal }) })
  await place.build(['build'])
  assert.is((await place.build(['build', 'generate'])).code, 0)
  const { code, stderr } = await place.build(['generate', 'build'])
  assert.is(code, 1)
  assert.match(stderr, /made\.go:2:15: undefined: missing/)
  await place.repository.exec('rm', ['made.go'])
  const again = await place.build(['generate', 'build'])
  assert.match(again.stderr, /made\.go is read by the build and unknown to git/)
  assert.match(again.stderr, /made\.go:2:15: undefined: missing/)
})

for (const [signal, code] of [['SIGINT', 130], ['SIGTERM', 143]] as const) {
  test(`${signal} stops a goal and all that it started, with exit code ${code}`, async () => {
    const place = await workplace(project)
    const run = place.begin(['waits', '--verbose'])
    await run.printed('started')
    await sleeping(2)
    run.child.kill(signal)
    const ended = await run.ended
    assert.is(ended.code, code, ended.stderr)
    assert.is(sleepers(), 0)
    assert.match(ended.stderr, new RegExp(`^stopped by ${signal}$`, 'm'))
    assert.not.match(ended.stderr, /^(Cannot|\s+at) /m)
  })
}

test('SIGINT stops a release; what was finished is in the cache, and nothing temporary is left', async () => {
  const place = await workplace(project)
  const run = place.begin(['build', 'hangs', '--verbose'])
  await run.printed('endless work | started')
  await sleeping(1)
  run.child.kill('SIGINT')
  const ended = await run.ended
  assert.is(ended.code, 130, ended.stderr)
  assert.match(ended.stderr, /^stopped by SIGINT$/m)
  assert.not.match(ended.stderr, /^Cannot/m)
  assert.is(sleepers(), 0)
  assert.equal(await namesIn(join(place.cache, 'tmp')), [])
  const { exitCode, counts } = await place.record()
  assert.equal({ exitCode, counts }, { exitCode: 130, counts: { made: 2, cancelled: 1 } })
  await place.build(['build'])
  assert.equal((await place.record()).counts, { cached: 2 })
})

test('a second SIGINT does not wait', async () => {
  const chore = "async ({ log }) => { log('started'); await new Promise(() => setInterval(() => {}, 1000)) }"
  const place = await workplace({ ...hello, 'build.ts': buildScript({ goals: `stubborn: ['stays', ${chore}],` }) })
  const run = place.begin(['stubborn'])
  await run.printed('started')
  run.child.kill('SIGINT')
  await delay(300)
  run.child.kill('SIGINT')
  assert.is((await run.ended).code, 130)
})

test('every program of a release sees what is released', async () => {
  const place = await workplace(project, ['v1.2.3-rc.4'])
  const { code, stderr } = await place.build(['shows'])
  assert.is(code, 0, stderr)
  const { digest = '' } = (await place.record()).steps[0] ?? {}
  const blob = (name: string): string => join(place.cache, 'blobs/sha256', name.slice('sha256:'.length))
  const [file] = JSON.parse(await readFile(blob(digest), 'utf8')) as readonly { digest: string }[]
  const seen = (await readFile(blob(file?.digest ?? ''), 'utf8')).trim().split('\n')
  for (const line of ['RELEASE_VERSION=1.2.3-rc.4', 'RELEASE_TAG=1.2.3-rc.4', 'MAJOR=1', 'MINOR=2', 'PATCH=3', 'PRERELEASE=rc.4']) {
    assert.ok(seen.includes(line), `${line} in ${seen.join(', ')}`)
  }
})

test.run()
