import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { actions } from '../../lib/formats/github-workflow/actions.ts'
import { sendsOf } from '../../lib/formats/github-workflow/sends.ts'
import { githubWorkflow, type WorkflowOptions } from '../../lib/formats/github-workflow.ts'
import { parseYaml } from '../../lib/formats/yaml.ts'
import { toolsFolder } from '../support/tools-folder.ts'
import { unless } from '../support/unless.ts'
import { withFiles } from '../support/with-files.ts'

const plain: WorkflowOptions = {
  project: 'gateway', script: 'build.ts', folder: '', prefix: '', branch: 'main', shards: 4, node: { version: '24' },
  sends: { release: true, packages: true, tokens: ['GITHUB_TOKEN'], secrets: ['TAP_TOKEN'] },
}

/** Every shape that a workflow has. */
const variants: readonly WorkflowOptions[] = [
  plain,
  { ...plain, shards: 1, sends: { release: false, packages: false, tokens: ['GITHUB_TOKEN'], secrets: [] } },
  { ...plain, folder: 'services/my-api', prefix: 'services/my-api/', branch: 'master', script: 'build.mts', node: { file: '.nvmrc' } },
  { ...plain, project: 'a\nname: evil', prefix: 'it\'s+1/', branch: 'release+!', shards: 256 },
]

/** With a cache that machines share. */
const caching: WorkflowOptions = { ...plain, sends: { ...plain.sends, packages: false, cache: true } }

interface WorkflowStep {
  readonly id?: string
  readonly uses?: string
  readonly run?: string
  readonly if?: string
  readonly with?: Readonly<Record<string, unknown>>
  readonly env?: Readonly<Record<string, string>>
}

interface Job {
  readonly if: string
  readonly needs?: string
  readonly permissions: Readonly<Record<string, string>>
  readonly 'timeout-minutes': number
  readonly 'runs-on': string
  readonly strategy?: { readonly 'fail-fast': boolean; readonly matrix: { readonly shard: readonly number[] } }
  readonly env?: Readonly<Record<string, string>>
  readonly outputs?: Readonly<Record<string, string>>
  readonly steps: readonly WorkflowStep[]
}

interface Workflow {
  readonly name: string
  readonly on: { readonly push: { readonly branches: readonly string[]; readonly tags: readonly string[] }; readonly pull_request: null }
  readonly permissions: Readonly<Record<string, string>>
  readonly concurrency: { readonly group: string; readonly 'cancel-in-progress': boolean }
  readonly defaults?: { readonly run: { readonly 'working-directory': string } }
  readonly jobs: { readonly check: Job; readonly ready: Job; readonly build: Job; readonly publish: Job }
}

function read(options: WorkflowOptions): Workflow {
  return parseYaml(githubWorkflow(options), 'release.yml') as Workflow
}

function jobsOf(options: WorkflowOptions): readonly (readonly [string, Job])[] {
  return Object.entries(read(options).jobs)
}

const stepsOf = (options: WorkflowOptions): readonly WorkflowStep[] => jobsOf(options).flatMap(([, { steps }]) => steps)
const using = (steps: readonly WorkflowStep[], name: string): readonly WorkflowStep[] => steps.filter(({ uses }) => uses?.startsWith(`actions/${name}@`))

test('starts at versions of the project, its branch and pull requests, and at nothing else', () => {
  for (const options of variants) assert.equal(Object.keys(read(options).on), ['push', 'pull_request'])
  assert.equal(read(plain).on.push, { branches: ['main'], tags: ['v[0-9]+.[0-9]+.[0-9]+*', '[0-9]+.[0-9]+.[0-9]+*'] })
  const [, , , odd] = variants
  assert.equal(read(odd ?? plain).on.push, {
    branches: [String.raw`release\+\!`], tags: [String.raw`it's\+1/v[0-9]+.[0-9]+.[0-9]+*`, String.raw`it's\+1/[0-9]+.[0-9]+.[0-9]+*`],
  })
})

test('every action is pinned by the id of a commit, with the version beside it', () => {
  for (const options of variants) {
    const text = githubWorkflow(options)
    const lines = text.split('\n').filter(line => /\buses:/.test(line))
    assert.ok(lines.length >= 15)
    assert.equal(lines.filter(line => !/ uses: actions\/[\w/-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(line)), [])
    for (const { uses } of stepsOf(options)) assert.ok(uses === undefined || /@[0-9a-f]{40}$/.test(uses))
  }
  assert.is(new Set(Object.values(actions).map(one => one.replace(/.*@(\S+).*/, '$1'))).size, Object.keys(actions).length - 1, 'cache has two')
})

test('nothing that others write gets into a script', () => {
  for (const options of variants) {
    const runs = stepsOf(options).flatMap(({ run }) => run ?? [])
    assert.ok(runs.length >= 6)
    assert.equal(runs.filter(run => run.includes('${{')), [])
    assert.not.match(githubWorkflow(options), /github\.(event\.|head_ref|actor|ref_name)|pull_request_target|workflow_run/)
  }
})

test('a job may do only what it has to', () => {
  for (const options of variants) {
    assert.equal(read(options).permissions, {})
    const { check, build } = read(options).jobs
    assert.equal([check.permissions, build.permissions], [{ contents: 'read' }, { contents: 'read' }])
  }
  const [all, none] = variants.map(options => read(options).jobs.publish.permissions)
  assert.equal(all, { contents: 'write', packages: 'write', 'id-token': 'write' })
  assert.equal(none, { contents: 'read', 'id-token': 'write' })
  for (const options of variants) {
    const { attestations, ...others } = read(options).jobs.ready.permissions
    assert.equal(others, read(options).jobs.publish.permissions, 'what may be done is asked with what does it')
    assert.is(attestations, options.sends.release ? 'read' : undefined)
  }
})

test('only the steps that publish, and ask whether they may, have tokens and secrets', () => {
  for (const options of variants) {
    const text = githubWorkflow(options)
    const holders = stepsOf(options).filter(step => /secrets\.|github\.token/.test(JSON.stringify(step)))
    assert.equal(holders.map(({ id }) => id), ['ready', 'release'])
    const { tokens, secrets } = options.sends
    assert.is(text.match(/secrets\.|github\.token/g)?.length, 2 * (tokens.length + secrets.length))
    for (const { env } of holders) assert.equal(env, Object.fromEntries([...tokens.map(name => [name, '${{ github.token }}']), ...secrets.map(name => [name, `\${{ secrets.${name} }}`])]))
  }
})

test('where machines share a cache, those that build may write it, and those that check read it', () => {
  const { check: looks, build: builds, publish } = read(caching).jobs
  assert.equal(looks.permissions, { contents: 'read', packages: 'read' })
  assert.equal(builds.permissions, { contents: 'read', packages: 'write' })
  assert.is(publish.permissions['packages'], 'write')
  const holders = stepsOf(caching).filter(step => /secrets\.|github\.token/.test(JSON.stringify(step)))
  assert.equal(holders.map(({ run }) => run?.split(' ').slice(3).join(' ')), ['check', 'check release --publish', 'release --shard "$SHARD"', 'release --publish --strict --parts "$RUNNER_TEMP/parts"'])
})

test('what is under way is not cut off, and nothing runs for ever', () => {
  for (const options of variants) {
    assert.equal(read(options).concurrency, { group: 'release-${{ github.ref }}', 'cancel-in-progress': false })
    for (const [, job] of jobsOf(options)) {
      assert.ok(job['timeout-minutes'] > 0 && job['timeout-minutes'] <= 60)
      assert.not.match(job['runs-on'], /latest/)
    }
  }
})

test('the source comes with its tags, and without a way back', () => {
  for (const options of variants) {
    for (const [, { steps }] of jobsOf(options)) {
      assert.equal(using(steps, 'checkout').map(step => step.with), [{ 'fetch-depth': 0, 'persist-credentials': false }])
    }
  }
})

test('Go and Node are the project\'s', () => {
  const [, , deep] = variants
  const versions = (options: WorkflowOptions): readonly unknown[] => using(stepsOf(options), 'setup-go').concat(using(stepsOf(options), 'setup-node'))
    .map(step => step.with?.['go-version-file'] ?? step.with?.['node-version-file'] ?? step.with?.['node-version'])
  assert.equal(versions(plain), ['go.mod', 'go.mod', 'go.mod', 'go.mod', '24', '24', '24', '24'])
  assert.equal(new Set(versions(deep ?? plain)), new Set(['services/my-api/go.mod', 'services/my-api/.nvmrc']))
  assert.is(read(deep ?? plain).defaults?.run['working-directory'], 'services/my-api')
  assert.is(read(plain).defaults, undefined)
})

test('pull requests are checked and tested', () => {
  const { check } = read(plain).jobs
  assert.is(check.if, '${{ github.ref_type != \'tag\' }}')
  assert.equal(check.steps.flatMap(({ run }) => run ?? []), ['npm ci --ignore-scripts', 'npx tsx build.ts check', 'go test ./...'])
})

test('a tag asks every destination before anything is built, and on the branch nothing is asked', () => {
  for (const options of variants) {
    const { ready, build } = read(options).jobs
    assert.is(ready.if, '${{ github.event_name == \'push\' && github.ref_type == \'tag\' }}')
    assert.equal([ready.needs, build.needs], [undefined, 'ready'])
    assert.equal(ready.steps.flatMap(({ run }) => run ?? []), ['npm ci --ignore-scripts', `npx tsx ${options.script} check release --publish`])
    assert.is(build.if, '${{ !cancelled() && github.event_name == \'push\' && (github.ref_type == \'branch\' || needs.ready.result == \'success\') }}')
  }
})

test('each shard builds its part and hands it over', () => {
  for (const options of variants) {
    const { build } = read(options).jobs
    assert.equal(build.strategy, { 'fail-fast': false, matrix: { shard: Array.from({ length: options.shards }, (_, at) => at + 1) } })
    assert.equal(build.env, { SHARD: `\${{ matrix.shard }}/${options.shards}` })
    assert.equal(build.steps.flatMap(({ run }) => run ?? []).slice(1), [`npx tsx ${options.script} release --shard "$SHARD"`])
    const [upload] = using(build.steps, 'upload-artifact')
    const folder = `dist.part-\${{ matrix.shard }}-of-${options.shards}`
    assert.is(upload?.with?.['path'], options.folder === '' ? folder : `${options.folder}/${folder}`)
    assert.equal([upload?.with?.['name'], upload?.with?.['if-no-files-found'], upload?.with?.['overwrite']], ['part-${{ matrix.shard }}', 'error', true])
  }
})

test('one job takes all parts and publishes, once for a tag', () => {
  for (const options of variants) {
    const { publish } = read(options).jobs
    assert.is(publish.needs, 'build')
    assert.is(publish.if, '${{ github.event_name == \'push\' && github.ref_type == \'tag\' }}')
    assert.is(publish.strategy, undefined)
    assert.equal(using(publish.steps, 'download-artifact').map(step => step.with), [
      { pattern: 'part-*', path: '${{ runner.temp }}/parts', 'digest-mismatch': 'error' },
    ])
    assert.is(publish.steps.at(-1)?.run, `npx tsx ${options.script} release --publish --strict --parts "$RUNNER_TEMP/parts"`)
    assert.equal(publish.outputs?.['digest'], '${{ steps.release.outputs.digest }}')
  }
})

test('caches are kept apart by shard, saved on the branch only, and never read by the jobs that may write', () => {
  const { check, ready, build, publish } = read(plain).jobs
  const cached = (steps: readonly WorkflowStep[]): readonly WorkflowStep[] => [...using(steps, 'cache/restore'), ...using(steps, 'cache/save')]
  assert.equal([...cached(ready.steps), ...cached(publish.steps)], [])
  assert.equal(cached(check.steps).map(step => String(step.with?.['key']).split('$')[0]), ['go-check-', 'go-check-'])
  assert.equal(cached(build.steps).map(step => String(step.with?.['key'])), [
    'go-${{ matrix.shard }}-of-4-${{ hashFiles(\'go.mod\', \'go.sum\') }}-${{ github.sha }}',
    'slipway-${{ matrix.shard }}-of-4-${{ github.run_id }}-${{ github.run_attempt }}',
    'slipway-${{ matrix.shard }}-of-4-${{ github.run_id }}-${{ github.run_attempt }}',
    'go-${{ matrix.shard }}-of-4-${{ hashFiles(\'go.mod\', \'go.sum\') }}-${{ github.sha }}',
  ])
  assert.equal(using(build.steps, 'cache/save').map(step => step.if), [
    '${{ failure() }}', '${{ !cancelled() && github.event_name == \'push\' && github.ref_type == \'branch\' }}',
  ])
  assert.is(using(build.steps, 'cache/restore')[0]?.with?.['path'], '~/.cache/go-build\n~/go/pkg/mod\n')
  assert.is(using(build.steps, 'cache/restore')[1]?.with?.['path'], '~/.cache/slipway')
})

test('the same project has the same workflow', () => {
  for (const options of variants) assert.is(githubWorkflow(options), githubWorkflow(structuredClone(options)))
})

test('a name stays in its comment', () => {
  const [, , , odd] = variants
  assert.match(githubWorkflow(odd ?? plain), /^# Checks a\?name: evil on /)
  assert.is(read(odd ?? plain).name, 'release')
})

test('what a build.ts sends is read from its text', () => {
  assert.equal(sendsOf(undefined, true), { release: true, packages: true, tokens: ['GITHUB_TOKEN'], secrets: [] })
  assert.equal(sendsOf(undefined, false).packages, false)
  const script = `
    const { GITHUB_TOKEN: token, TAP_TOKEN, HOME, GITHUB_SHA_TOKEN } = process.env
    const key = process.env['SIGNING_KEY'], hook = process.env.SLACK_WEBHOOK, level = process.env.LEVEL, gh = process.env.GH_TOKEN
    githubRelease({ repository: 'a/b', token })
    ociRegistry('ghcr.io/a/b', { token })`
  assert.equal(sendsOf(script, false), { release: true, packages: true, tokens: ['GH_TOKEN', 'GITHUB_TOKEN'], secrets: ['SIGNING_KEY', 'SLACK_WEBHOOK', 'TAP_TOKEN'] })
  assert.equal(sendsOf('publish(send(directory(), archives))', true), { release: false, packages: false, tokens: ['GITHUB_TOKEN'], secrets: [] })
})

test('a shared cache at GitHub\'s registry is no image there', () => {
  const cached = "main(import.meta, { cache: registry('ghcr.io/a/cache') })"
  assert.equal(sendsOf(cached, false), { release: false, packages: false, cache: true, tokens: ['GITHUB_TOKEN'], secrets: [] })
  assert.is(sendsOf(`${cached}\nociRegistry('ghcr.io/a/b')`, false).packages, true)
  assert.is(sendsOf(cached.replace('ghcr.io', 'registry.example'), false).cache, undefined)
})

const actionlint = join(toolsFolder(), 'actionlint')

unless(existsSync(actionlint) ? undefined : 'needs actionlint')('actionlint finds nothing', async () => {
  const files = Object.fromEntries([...variants, caching].map((options, at) => [`${at}.yml`, githubWorkflow(options)]))
  await withFiles(files, async folder => {
    const { stdout } = await promisify(execFile)(actionlint, Object.keys(files), { cwd: folder })
    assert.is(stdout, '')
  })
  await withFiles({ 'bad.yml': githubWorkflow(plain).replace('"$SHARD"', '${{ github.event.pull_request.title }}') }, async folder => {
    const failed = await promisify(execFile)(actionlint, ['bad.yml'], { cwd: folder }).then(() => '', (error: { stdout: string }) => error.stdout)
    assert.match(failed, /untrusted/)
  })
})

test.run()
