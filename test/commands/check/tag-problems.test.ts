import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Setting } from '../../../lib/commands/setting.ts'
import { futureNotice, tagProblems } from '../../../lib/commands/check/tag-problems.ts'
import type { BuildDefinition } from '../../../lib/goals.ts'
import { gitRepository, type GitRepository } from '../../support/git-repository.ts'
import { releaseValue } from '../../support/release-value.ts'

interface Context {
  repository: GitRepository
  /** A bare repository that it comes from. */
  remote: string
  first: string
  head: string
}

const test = suite<Context>('what is wrong with a tag')

test.before.each(async context => {
  const repository = await gitRepository()
  const remote = repository.beside('remote.git')
  await repository.git('init', '--quiet', '--bare', remote)
  await repository.git('remote', 'add', 'origin', remote)
  const first = await repository.commit({ 'a.txt': 'a' })
  const head = await repository.commit({ 'a.txt': 'b' })
  await repository.git('push', '--quiet', 'origin', 'main')
  Object.assign(context, { repository, remote, first, head })
})
test.after.each(async ({ repository }) => repository.remove())

interface Asking {
  readonly release?: BuildDefinition['release']
  readonly publishing?: boolean
  readonly environment?: Setting['environment']
}

/** What is wrong with the commit that is checked out, as `why | hint`, and what is noticed. */
async function told({ folder, git, beside }: GitRepository, { release, publishing = true, environment = {} }: Asking = {}): Promise<{ readonly errors: readonly string[]; readonly notices: readonly string[] }> {
  const notices: string[] = []
  const definition: BuildDefinition = { goals: () => ({}), ...release && { release } }
  const version = { ...releaseValue().version, commit: await git('rev-parse', 'HEAD'), tag: 'v1.2.3' }
  const errors = await tagProblems(version, {
    publishing, emit: event => { if (event.type === 'notice') notices.push(event.line) },
    setting: { folder, definition, signal: new AbortController().signal, environment: { PATH: process.env['PATH'], HOME: beside(''), GIT_CONFIG_NOSYSTEM: '1', GIT_DIR: '/nowhere', ...environment } },
  })
  for (const { message, code } of errors) {
    assert.match(message, /^Cannot publish v1\.2\.3: /)
    assert.is(code, 'GIT')
  }
  return { errors: errors.map(({ message, hint }) => `${message.replace('Cannot publish v1.2.3: ', '')} | ${hint}`), notices }
}

const fine = { errors: [], notices: [] }
const short = (commit: string): string => commit.slice(0, 12)

/** Somebody else's clone, with the commit at a tag checked out. */
async function clone({ repository, remote }: Context, ...options: readonly string[]): Promise<GitRepository> {
  const folder = repository.beside(`clone-${options.join('').replaceAll(/\W/g, '')}`)
  await repository.git('clone', '--quiet', ...options, `file://${remote}`, folder)
  return repository.at(folder)
}

/** As actions/checkout does it for a tag: https://github.com/actions/checkout, "fetch-depth". */
async function checkout({ repository, remote }: Context, depth: 0 | 1): Promise<GitRepository> {
  const folder = repository.beside(`checkout-${depth}`)
  await repository.git('init', '--quiet', folder)
  const at = repository.at(folder)
  await at.git('remote', 'add', 'origin', `file://${remote}`)
  await at.git('fetch', '--quiet', '--no-tags', ...depth === 0 ? ['origin', '+refs/heads/*:refs/remotes/origin/*', '+refs/tags/*:refs/tags/*'] : ['--depth=1', 'origin', '+refs/tags/v1.2.3:refs/tags/v1.2.3'])
  await at.git('checkout', '--quiet', '--force', 'refs/tags/v1.2.3')
  return at
}

test('a commit on main is fine: its head, one before it, a merge; here, at the remote, without a remote', async context => {
  const { repository, first } = context
  assert.equal(await told(repository), fine)
  await repository.git('checkout', '--quiet', '--detach', first)
  assert.equal(await told(repository), fine)
  assert.equal(await told(await clone(context)), fine)
  await repository.git('switch', '--quiet', 'main')
  await repository.commit({ 'not-pushed.txt': 'x' })
  assert.equal(await told(repository), fine)
  await repository.git('remote', 'remove', 'origin')
  assert.equal(await told(repository), fine)
})

test('a commit that is not on main is one error, which names where it is', async ({ repository, head }) => {
  await repository.git('switch', '--quiet', '--create', 'topic')
  const topic = await repository.commit({ 'topic.txt': 'x' })
  const expected = [`${short(topic)} is not on main, which is at ${short(head)}; it is on topic | Merge it into main and tag the next version there, or name the branch that versions are on in build.ts: release: { branch: 'topic' }.`]
  await repository.tag('v1.2.3')
  await repository.git('push', '--quiet', 'origin', 'v1.2.3')
  assert.equal(await told(repository), { errors: expected, notices: [] })
  assert.equal(await told(repository, { publishing: false }), { errors: expected, notices: [] })
  for (const branch of ['topic', ['main', 'topic'], 't*', ['x', '*']]) assert.equal(await told(repository, { release: { branch } }), fine, String(branch))
  assert.match((await told(repository, { release: { branch: ['main', 'release-*'] } })).errors.join(), /is not on main or release-\*/)
  assert.match((await told(repository, { release: { branch: 'to.ic' } })).errors.join(), /there is no branch to\.ic, neither here nor at origin/)
})

test('a checkout of a tag by actions/checkout: with all of the history, with one commit', async context => {
  const { repository, first } = context
  await repository.git('tag', 'v1.2.3')
  await repository.git('push', '--quiet', 'origin', 'v1.2.3')
  assert.equal(await told(await checkout(context, 0)), fine)
  assert.equal(await told(await checkout(context, 1)), fine, 'the head of main at the remote is this very commit')
  await repository.commit({ 'later.txt': 'x' })
  await repository.git('push', '--quiet', 'origin', 'main')
  const shallow = repository.at(repository.beside('checkout-1'))
  const commit = await shallow.git('rev-parse', 'HEAD')
  const unknown = `the clone is shallow, so nobody can tell whether ${short(commit)} is on main`
  const hint = 'Fetch the rest: git fetch --unshallow origin main; with actions/checkout, fetch-depth: 0.'
  assert.equal(await told(shallow), { errors: [`${unknown} | ${hint}`], notices: [] })
  assert.equal(await told(shallow, { publishing: false }), { errors: [], notices: [`The${unknown.slice(3)}. ${hint}`] })
  await shallow.git('fetch', '--quiet', '--unshallow', 'origin', 'main')
  const { errors: [whole] } = await told(shallow)
  assert.is(whole, undefined, 'what was fetched is enough')
  assert.ok(first)
})

test('a head at the remote that is not here tells nothing, and what to fetch is said', async context => {
  const { repository } = context
  const other = await clone(context)
  await repository.git('switch', '--quiet', '--create', 'topic')
  const topic = await repository.commit({ 'topic.txt': 'x' })
  const later = await other.commit({ 'later.txt': 'x' })
  await other.git('push', '--quiet', 'origin', 'main')
  assert.equal(await told(repository), {
    errors: [`${short(topic)} is not on main as it is here, and main is at ${short(later)} at origin, which is not here | Fetch it: git fetch origin main`], notices: [],
  })
})

test('a repository that calls it master, one that calls it otherwise, and one that has none', async context => {
  const { repository, remote } = context
  await repository.git('push', '--quiet', 'origin', 'main:trunk')
  await repository.git('symbolic-ref', 'HEAD', 'refs/heads/topic')
  await repository.git('branch', '--quiet', '--delete', '--force', 'main')
  await repository.at(remote).git('symbolic-ref', 'HEAD', 'refs/heads/trunk')
  await repository.at(remote).git('branch', '--quiet', '--delete', '--force', 'main')
  await repository.git('fetch', '--quiet', '--prune', 'origin')
  await repository.git('push', '--quiet', 'origin', 'origin/trunk:refs/tags/v1.2.3')
  assert.equal(await told(await clone(context)), fine, 'what a clone begins with')
  const at = await checkout(context, 0)
  assert.match((await told(at)).errors.join(), /^there is no branch main, neither here nor at origin, and \w+ has to be on it \| Name the branch that versions are on in build\.ts: release: \{ branch: 'trunk' \}\.$/)
  await repository.git('push', '--quiet', 'origin', 'origin/trunk:refs/heads/master')
  assert.equal(await told(at), fine, 'master, by the remote\'s word')
})

test('a tag that is another commit at the remote is told', async ({ repository, first, head }) => {
  await repository.git('push', '--quiet', 'origin', `${first}:refs/tags/v1.2.3`)
  await repository.tag('v1.2.3', 'annotated')
  assert.equal(await told(repository), {
    errors: [`it is on ${short(first)} at origin, and on ${short(head)} here | A version is tagged once: tag the next one, or take the tag that is there: git fetch origin --force tag v1.2.3`], notices: [],
  })
  await repository.git('push', '--quiet', '--force', 'origin', 'v1.2.3')
  assert.equal(await told(repository), fine)
})

test('a remote that does not answer is noticed, but in a run that its tag has started', async ({ repository }) => {
  await repository.git('remote', 'set-url', 'origin', join(repository.folder, 'gone'))
  const { errors, notices } = await told(repository)
  assert.equal(errors, [])
  assert.equal(notices.length, 1)
  assert.match(notices[0] ?? '', /^origin does not answer, so nobody can tell whether v1\.2\.3 is the same there: '.*gone' does not appear to be a git repository$/)
  assert.equal(await told(repository, { environment: { GITHUB_REF: 'refs/tags/v1.2.3' } }), fine)
  assert.equal(await told(repository, { environment: { CI_COMMIT_TAG: 'v1.2.3' } }), fine)
  assert.equal((await told(repository, { environment: { CI_COMMIT_TAG: 'v1.2.2' } })).notices, notices)
  await repository.git('switch', '--quiet', '--detach')
  await repository.git('branch', '--quiet', '--delete', '--force', 'main')
  await repository.git('update-ref', '-d', 'refs/remotes/origin/main')
  assert.match((await told(repository)).errors.join(), /^there is no branch main here, and \w+ has to be on it \| Fetch it: git fetch origin main:refs\/remotes\/origin\/main; or name the branch/)
})

test('a commit of the future is noticed', () => {
  const date = '2026-11-21T08:51:00Z'
  const at = Date.parse(date)
  assert.equal([at + 1, at, at - 299_000].map(now => futureNotice({ date }, now)), [undefined, undefined, undefined])
  assert.is(futureNotice({ date }, at - 3_600_000), 'The commit is of 2026-11-21T08:51:00Z, 60 min 0 s after this machine\'s clock: that or the clock of who committed is wrong')
})

test.run()
