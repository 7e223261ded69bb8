import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { GitTapOptions } from '../../lib/destinations/git-tap.ts'
import { gitTap } from '../../lib/destinations/git-tap.ts'
import type { Tapped } from '../../lib/destinations/git-tap/tapped-files.ts'
import type { Step } from '../../lib/graph/step.ts'
import type { ReleaseError } from '../../lib/values/errors.ts'
import { publish, send } from '../../tasks/publish.ts'
import { missing } from '../support/needs.ts'
import { unless } from '../support/unless.ts'
import { ghApi } from '../testing/support/gh.ts'
import { reader, type ShownPull, tapGithub, type TapGithub, writer } from '../testing/support/tap-github.ts'
import { demoOf, fileOf, releaseOf, tapFixture, type TapFixture } from './support/tap-fixture.ts'

interface Context {
  github: TapGithub
  tap: TapFixture
  release(version: string, what?: readonly Step<Tapped>[], options?: Partial<GitTapOptions>): Promise<readonly ReleaseError[]>
  pulls(state?: string): Promise<readonly ShownPull[]>
}

const test = suite<Context>('gitTap by pull request')
const own = 'slipway/gateway-1.2.3'
const files = (version: string): readonly Step<Tapped>[] => [demoOf({ 'compose.yaml': `version: ${version}\n`, [`only/${version}`]: '' }, version)]

test.before.each(async context => {
  const [github, tap] = await Promise.all([tapGithub(), tapFixture()])
  Object.assign(context, {
    github, tap,
    release: async (version: string, what = files(version), options: Partial<GitTapOptions> = {}) => {
      const outcomes = await tap.graph.run([publish(send(github.tap(options), what))], { release: releaseOf(version) })
      return [...outcomes.values()].flatMap(outcome => outcome.state === 'failed' ? [outcome.error as ReleaseError] : [])
    },
    pulls: (state = 'open') => github.ask<readonly ShownPull[]>('GET', `/pulls?state=${state}`),
  })
})
test.after.each(async ({ github, tap }) => {
  assert.equal([github.mistakes, github.leaks], [[], []])
  await Promise.all([github.close(), tap.close()])
})

async function stateOf({ github, tap }: Context, version: string): Promise<string> {
  return (await github.tap().probe(demoOf({}, version).outline, tap.world())).state
}

async function retract({ github, tap }: Context, version: string, options: Partial<GitTapOptions> = {}) {
  const world = tap.world(releaseOf(version))
  const session = await github.tap(options).open(world.release, world)
  return session.retract(files(version).map(({ outline }) => outline), world)
}

test('a release is a branch with one commit, and a pull request that says where it comes from', async context => {
  const { github, release, pulls } = context
  assert.is(await stateOf(context, '1.2.3'), 'absent')
  assert.equal(await release('1.2.3'), [])
  const [pull, ...others] = await pulls()
  assert.equal(others, [])
  assert.equal([pull?.title, pull?.head.ref, pull?.base.ref, pull?.draft, pull?.labels.map(({ name }) => name)], ['gateway 1.2.3', own, 'main', false, ['release']])
  assert.match(pull?.body ?? '', /gateway 1\.2\.3, made from commit 0123456789abcdef0123456789abcdef01234567/)
  assert.is(await github.git('log', '--format=%s', `main..${own}`), 'gateway 1.2.3')
  assert.is(await github.git('ls-tree', '-r', '--name-only', 'main'), '')
  assert.is(await stateOf(context, '1.2.3'), 'staged')
})

test('the address of the pull request is told', async ({ github, tap, release }) => {
  const notices: string[] = []
  const end = publish(send(github.tap(), files('1.2.3')))
  await tap.graph.run([end], { release: releaseOf('1.2.3'), emit: event => { if (event.type === 'notice') notices.push(event.line) } })
  assert.ok(notices.some(line => line.endsWith(`has 1.2.3 once ${github.url}/example/tap/pull/1 is merged.`)), notices.join('\n'))
  assert.equal(await release('1.2.3'), [])
})

for (const method of ['merge', 'squash', 'rebase']) {
  test(`merged by ${method}, it is public, and another run changes nothing`, async context => {
    const { github, release, pulls } = context
    await release('1.2.3')
    assert.is((await github.ask<{ merged: boolean }>('PUT', '/pulls/1/merge', { merge_method: method }, writer)).merged, true)
    assert.is(await stateOf(context, '1.2.3'), 'public')
    const before = await github.git('show-ref')
    assert.equal(await release('1.2.3'), [])
    assert.is(await github.git('show-ref'), before)
    assert.equal([(await pulls()).length, (await pulls('all')).length], [0, 1])
    // The next version finds the branch of the first one there, and leaves it.
    assert.equal(await release('1.2.4'), [])
    assert.equal((await pulls()).map(({ head }) => head.ref), ['slipway/gateway-1.2.4'])
  })
}

test('a run again puts title, body and labels right, and keeps the labels of others', async ({ github, release, pulls }) => {
  await release('1.2.3')
  await github.ask('PATCH', '/pulls/1', { title: 'Mine', body: 'x' }, writer)
  await github.ask('POST', '/issues/1/labels', { labels: ['urgent'] }, writer)
  assert.equal(await release('1.2.3', undefined, { pullRequest: { labels: ['Release', 'tap'], title: ({ version }) => `Take ${version.semver}`, body: 'Please\r\nmerge\r\n' } }), [])
  const [pull, ...others] = await pulls()
  assert.equal([pull?.title, pull?.body, pull?.labels.map(({ name }) => name), others.length], ['Take 1.2.3', 'Please\nmerge\n', ['release', 'urgent', 'tap'], 0])
})

test('a draft is opened as one', async ({ release, pulls }) => {
  assert.equal(await release('1.2.3', undefined, { pullRequest: { draft: true } }), [])
  assert.equal((await pulls()).map(({ draft }) => draft), [true])
})

test('where an answer is lost, or GitHub has one already, no second one is opened', async ({ github, release, pulls }) => {
  for (const [at, fault] of [['POST', 'lost'], ['POST', 'error'], ['GET', 'cut'], ['PATCH', 'lost']] as const) {
    const version = `1.2.${['POST', 'GET', 'PATCH'].indexOf(at)}${fault.length}`
    const count = github.requests.length
    // The request of that kind comes after as many others as in a run that nothing disturbs.
    await release(version)
    const run = github.requests.slice(count)
    const number = run.findIndex(({ method, path }) => method === (at === 'PATCH' ? 'POST' : at) && /\/pulls(\?|$)/.test(path)) + 1
    assert.ok(number > 0)
    const next = `2.${version.slice(2)}`
    github.break(fault, { at: number })
    await release(next)
    assert.equal(await release(next), [])
    assert.equal((await pulls()).filter(({ title }) => title === `gateway ${next}`).length, 1)
  }
})

test('two runs at once open one', async ({ release, pulls }) => {
  const both = await Promise.all([release('1.2.3'), release('1.2.3')])
  assert.equal(both, [[], []])
  assert.is((await pulls('all')).length, 1)
})

test('where the branch below has moved, the commit is made anew on top of it', async ({ github, tap, release, pulls }) => {
  await release('1.2.3')
  await tap.person.git('fetch', '--quiet', github.bare, 'main')
  await tap.person.git('checkout', '--quiet', '--detach', 'FETCH_HEAD')
  await tap.person.commit({ 'README.md': 'of a person\n' })
  await tap.person.git('push', '--quiet', github.bare, 'HEAD:refs/heads/main')
  assert.equal(await release('1.2.3'), [])
  assert.is(await github.git('log', '--format=%s', `main..${own}`), 'gateway 1.2.3')
  assert.is(await github.git('rev-parse', 'main'), await github.git('rev-parse', `${own}^`))
  assert.is((await pulls('all')).length, 1)
})

test('what persons add to the branch stays', async ({ github, tap, release }) => {
  await release('1.2.3')
  await tap.person.git('fetch', '--quiet', github.bare, own)
  await tap.person.git('checkout', '--quiet', '--detach', 'FETCH_HEAD')
  await tap.person.commit({ 'NOTES.md': 'of a person\n' })
  const head = await tap.person.git('rev-parse', 'HEAD')
  await tap.person.git('push', '--quiet', github.bare, `HEAD:refs/heads/${own}`)
  assert.equal(await release('1.2.3'), [])
  assert.is(await github.git('rev-parse', own), head)
  await tap.person.commit({ 'compose.yaml': 'of a person\n' })
  await tap.person.git('push', '--quiet', github.bare, `HEAD:refs/heads/${own}`)
  assert.equal(await release('1.2.3'), [])
  assert.is(await github.git('log', '--reverse', '--format=%s', `main..${own}`), 'gateway 1.2.3\nChange\nChange\ngateway 1.2.3')
  assert.equal([await github.git('show', `${own}:compose.yaml`), await github.git('show', `${own}:NOTES.md`)], ['version: 1.2.3', 'of a person'])
})

test('with one branch for all, the next version takes the place of the last one, and a lower one does not', async ({ github, release, pulls }) => {
  const options = { pullRequest: { branch: 'releases' } }
  assert.equal([...await release('1.2.3', undefined, options), ...await release('1.3.0', undefined, options), ...await release('1.2.4', undefined, options)], [])
  assert.equal((await pulls('all')).map(({ title, head, state }) => [title, head.ref, state]), [['gateway 1.3.0', 'releases', 'open']])
  assert.is(await github.git('ls-tree', '-r', '--name-only', 'releases'), '.slipway/gateway.json\ncompose.yaml\nonly/1.3.0')
})

test('the same version with other bytes is refused while it is proposed, too', async ({ github, release }) => {
  await release('1.2.3')
  const before = await github.git('show-ref')
  const [error] = await release('1.2.3', [demoOf({ 'compose.yaml': 'other\n' })])
  assert.match(error?.message ?? '', /^Cannot put gateway_1\.2\.3_compose into .*: 1\.2\.3 is there as sha256:/)
  assert.is(await github.git('show-ref'), before)
})

test('taken back, the pull request is closed and the branch is gone; a release after that is a new one', async context => {
  const { github, release, pulls } = context
  await release('1.2.3')
  assert.equal(await retract(context, '1.2.3'), [])
  assert.equal([await github.git('for-each-ref', '--format=%(refname:short)'), (await pulls()).length], ['main', 0])
  assert.equal(await retract(context, '1.2.3'), [])
  assert.equal(await release('1.2.3'), [])
  assert.equal([(await pulls()).length, (await pulls('all')).length], [1, 2])
})

test('merged, it is taken back by another pull request, and until that is merged it is said to stay', async context => {
  const { github, release, pulls } = context
  await release('1.2.2')
  await github.ask('PUT', '/pulls/1/merge', {}, writer)
  await release('1.2.3')
  await github.ask('PUT', '/pulls/2/merge', { merge_method: 'squash' }, writer)
  for (const problems of [await retract(context, '1.2.3'), await retract(context, '1.2.3')]) {
    const [problem] = problems
    assert.match(problem?.message ?? '', /^Cannot take back 1\.2\.3 at tap .* at once: it was merged, and stays until http.*\/pull\/3 is merged$/)
  }
  assert.equal((await pulls()).map(({ title, head }) => [title, head.ref]), [['Take back gateway 1.2.3', `${own}-taken-back`]])
  await github.ask('PUT', '/pulls/3/merge', {}, writer)
  assert.equal(await retract(context, '1.2.3'), [])
  assert.equal([await stateOf(context, '1.2.3'), await stateOf(context, '1.2.2')], ['absent', 'public'])
  assert.is(await github.git('ls-tree', '-r', '--name-only', 'main'), '.slipway/gateway.json\ncompose.yaml\nonly/1.2.2')
})

test('a version that is merged and outranked is not proposed', async ({ github, release, pulls }) => {
  await release('1.3.0')
  await github.ask('PUT', '/pulls/1/merge', {}, writer)
  assert.equal(await release('1.2.9'), [])
  assert.is((await pulls('all')).length, 1)
})

test('two folders of one repository are two pull requests', async ({ release, pulls }) => {
  await release('1.2.3', [fileOf('a.txt', 'a')], { folder: 'Formula' })
  await release('1.2.3', [fileOf('a.txt', 'a')], { folder: 'Casks' })
  assert.equal((await pulls()).map(({ head }) => head.ref).sort(), ['slipway/Casks/gateway-1.2.3', 'slipway/Formula/gateway-1.2.3'])
})

test('what cannot be is refused where it is written', () => {
  for (const [options, why] of [
    [{ repository: 'https://gitlab.com/example/demo.git', pullRequest: true }, /gitlab\.com is not GitHub/], [{ repository: './demo.git', pullRequest: true }, /does not say which repository of GitHub it is/],
    [{ repository: 'example/demo', pullRequest: { branch: 'main' } }, /main would be merged into itself/], [{ repository: 'example/demo', pullRequest: { branch: 'a b' } }, /is no name of a branch/],
    [{ repository: 'example/demo', pullRequest: { api: 'http://github.example.com' } }, /it is no https address/],
  ] as const) assert.throws(() => gitTap(options), (error: Error) => why.test(error.message))
  for (const repository of ['example/demo', 'git@github.com:example/demo.git', 'https://github.example.com/example/demo.git']) assert.is(gitTap({ repository, pullRequest: true }).deferred, true)
})

unless(missing('gh'), test)('gh sees the pull request', async ({ github, release }) => {
  assert.equal(await release('1.2.3'), [])
  const shown = async () => JSON.parse(await ghApi(github, reader, 'repos/example/tap/pulls?state=all')) as readonly ShownPull[]
  assert.equal((await shown()).map(({ title, state, head }) => [title, state, head.ref]), [['gateway 1.2.3', 'open', own]])
  await ghApi(github, writer, '--method=PUT', 'repos/example/tap/pulls/1/merge')
  assert.equal((await shown()).map(({ merged_at: at }) => typeof at), ['string'])
})

test.run()
