import { mkdir, rm, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import compare from 'semver/functions/compare.js'
import valid from 'semver/functions/valid.js'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { ReadingContext } from '../../lib/contracts/reading.ts'
import { ReleaseError } from '../../lib/values/errors.ts'
import type { Version } from '../../lib/values/version.ts'
import { resolveVersion, type VersionOptions } from '../../tasks/resolve-version.ts'
import { gitRepository, type GitRepository } from '../support/git-repository.ts'

interface Context {
  repository: GitRepository
}

const test = suite<Context>('resolveVersion')

test.before.each(async context => {
  context.repository = await gitRepository()
  await context.repository.commit({ 'main.go': 'package main\n' })
})

test.after.each(async ({ repository }) => repository.remove())

interface Told {
  readonly version: Version
  readonly notices: readonly string[]
}

async function tell(
  { folder, exec }: Pick<GitRepository, 'folder' | 'exec'>,
  options: VersionOptions = {},
  more: Partial<ReadingContext> = {},
): Promise<Told> {
  const notices: string[] = []
  const notice = (line: string): number => notices.push(line)
  const context = { folder, exec, environment: {}, outputs: [join(folder, 'dist')], notice, ...more }
  return { version: await resolveVersion(options).read(context), notices }
}

async function semverOf(...args: Parameters<typeof tell>): Promise<string> {
  return (await tell(...args)).version.semver
}

async function errorOf(promise: Promise<unknown>): Promise<ReleaseError> {
  const error: unknown = await promise.then(() => undefined, (thrown: unknown) => thrown)
  assert.instance(error, ReleaseError)
  return error as ReleaseError
}

test('does nothing until it is read', () => {
  assert.is(resolveVersion({ prefix: '/no/such/place' }).reads, 'version from git')
})

test('reads a light tag', async ({ repository }) => {
  await repository.tag('v0.0.1')
  const commit = await repository.commit()
  await repository.tag('v0.0.2-rc.1')
  assert.equal(await tell(repository), {
    version: {
      semver: '0.0.2-rc.1', base: '0.0.2', stamp: '0.0.2-rc.1', tag: 'v0.0.2-rc.1', previous: 'v0.0.1', commit, date: '2026-11-21T08:52:00Z',
      prerelease: true, snapshot: false, dirty: false,
    },
    notices: [],
  })
})

test('reads an annotated tag, and one without v', async ({ repository }) => {
  await repository.tag('0.0.2', 'The second')
  const { version } = await tell(repository)
  assert.equal([version.semver, version.tag, version.prerelease], ['0.0.2', '0.0.2', false])
})

test('a candidate is stamped with its base where that is asked for; a snapshot never is', async ({ repository }) => {
  await repository.tag('v0.0.2-rc.1+b.7')
  const base = await tell(repository, { stamp: 'base' })
  assert.equal([base.version.semver, base.version.stamp, base.version.prerelease], ['0.0.2-rc.1+b.7', '0.0.2', true])
  assert.is((await tell(repository, { stamp: 'semver' })).version.stamp, '0.0.2-rc.1+b.7')
  assert.is((await tell(repository)).version.stamp, '0.0.2-rc.1+b.7')
  await repository.tag('v0.0.2')
  assert.is((await tell(repository, { stamp: 'base' })).version.stamp, '0.0.2')
  assert.is((await tell(repository, { stamp: 'base' }, { named: '0.0.2-rc.1+b.7', anywhere: true })).version.stamp, '0.0.2')
  const { semver, stamp } = (await tell(repository, { stamp: 'base' }, { snapshot: true })).version
  assert.is(stamp, semver)
})

test('reads the tags of one project among several', async ({ repository }) => {
  await repository.tag('api/v1.2.2')
  await repository.commit()
  await repository.tag('api/v1.2.3')
  await repository.tag('web/v7.0.0')
  await repository.tag('api/client/v8.0.0')
  const { version, notices } = await tell(repository, { prefix: 'api' })
  assert.equal([version.semver, version.tag, version.previous, notices], ['1.2.3', 'api/v1.2.3', 'api/v1.2.2', []])
  assert.is(await semverOf(repository, { prefix: 'web/' }), '7.0.0')
  const without = await tell(repository)
  assert.ok(without.version.snapshot)
  assert.match(without.version.semver, /^0\.0\.0-0\./)
})

test('releases the stable one of two tags, and says so', async ({ repository }) => {
  await repository.tag('v1.2.3-rc.2')
  await repository.tag('v1.2.3')
  const { version, notices } = await tell(repository)
  assert.is(version.semver, '1.2.3')
  assert.equal(notices, ['Of several tags on this commit v1.2.3 is released; --version names another: v1.2.3-rc.2'])
})

test('releases the tag that started the CI run', async ({ repository }) => {
  await repository.tag('v1.2.3-rc.2')
  await repository.tag('v1.2.3')
  const on = async (environment: Record<string, string>): Promise<string> => semverOf(repository, {}, { environment })
  assert.is(await on({ GITHUB_REF: 'refs/tags/v1.2.3-rc.2', GITHUB_REF_NAME: 'v1.2.3-rc.2' }), '1.2.3-rc.2')
  assert.is(await on({ CI_COMMIT_TAG: 'v1.2.3-rc.2' }), '1.2.3-rc.2')
  assert.is(await on({ GITHUB_REF: 'refs/heads/v1.2.3-rc.2' }), '1.2.3')
  assert.is(await on({ GITHUB_REF: 'refs/tags/elsewhere/v2.0.0' }), '1.2.3')
})

test('releases what is named, by tag or by version', async ({ repository }) => {
  await repository.tag('v1.2.3-rc.2')
  await repository.tag('v1.2.3')
  const environment = { GITHUB_REF: 'refs/tags/v1.2.3' }
  for (const named of ['1.2.3-rc.2', 'v1.2.3-rc.2']) {
    const { version, notices } = await tell(repository, { tag: 'v1.2.3' }, { named, environment })
    assert.equal([version.tag, notices], ['v1.2.3-rc.2', []])
  }
  assert.is(await semverOf(repository, { tag: '1.2.3-rc.2' }), '1.2.3-rc.2')
})

test('takes two forms of one version as one', async ({ repository }) => {
  await repository.tag('1.2.3')
  await repository.tag('v1.2.3')
  const { version, notices } = await tell(repository)
  assert.equal([version.tag, version.previous, notices], ['v1.2.3', undefined, []])
})

test('says how to tag a version that is named and not there', async ({ repository }) => {
  await repository.tag('v1.2.2')
  const { code, message, hint } = await errorOf(tell(repository, {}, { named: '1.2.3' }))
  assert.is(code, 'VERSION')
  assert.match(message, /^Cannot release 1\.2\.3: commit [0-9a-f]{12} has no such tag$/)
  assert.match(hint ?? '', 'git tag v1.2.3')
  const other = await errorOf(tell(repository, { prefix: 'api' }, { named: 'v1.2.3' }))
  assert.match(other.hint ?? '', 'git tag api/v1.2.3')
})

test('says where a version is that is named and not checked out', async ({ repository }) => {
  await repository.tag('1.2.2', 'annotated')
  await repository.commit()
  const { message, hint } = await errorOf(tell(repository, {}, { named: 'v1.2.2' }))
  assert.match(message, /^Cannot release v1\.2\.2: 1\.2\.2 is on commit [0-9a-f]{12}, not on [0-9a-f]{12}$/)
  assert.is(hint, 'Check it out: git checkout 1.2.2')
})

test('refuses a name that is no version, tag or not', async ({ repository }) => {
  await repository.tag('nightly')
  assert.is((await errorOf(tell(repository, {}, { named: 'nightly' }))).message,
    'Cannot release nightly: it is no semantic version')
})

test('ignores tags that are no version, in one line', async ({ repository }) => {
  await repository.tag('v1.2.3')
  await repository.tag('nightly')
  await repository.tag('2026.11.01')
  await repository.tag('v1.2')
  const { version, notices } = await tell(repository)
  assert.is(version.tag, 'v1.2.3')
  assert.equal(notices, ['Ignored on this commit, being no semantic version: 2026.11.01, nightly, v1.2'])
})

test('keeps build metadata', async ({ repository }) => {
  await repository.tag('v1.2.3+build.5')
  const { version } = await tell(repository)
  assert.equal([version.semver, version.base, version.tag], ['1.2.3+build.5', '1.2.3', 'v1.2.3+build.5'])
})

test('finds the previous version by kind', async ({ repository }) => {
  const seen: (string | undefined)[] = []
  for (const tag of ['v1.0.0', 'v1.1.0-rc.1', 'v1.1.0-rc.2', 'v1.1.0', 'v1.0.1', 'v1.2.0-rc.1']) {
    await repository.commit()
    await repository.tag(tag)
    seen.push((await tell(repository)).version.previous)
  }
  assert.equal(seen, [undefined, 'v1.0.0', 'v1.1.0-rc.1', 'v1.0.0', 'v1.0.0', 'v1.1.0'])
})

test('works with a detached head, in a worktree, in a folder below', async ({ repository }) => {
  await repository.tag('v1.2.3')
  await repository.commit()
  await repository.git('worktree', 'add', '--quiet', repository.beside('tree'), 'v1.2.3')
  await repository.git('checkout', '--quiet', 'v1.2.3')
  const deep = join(repository.folder, 'cmd/gateway')
  await mkdir(deep, { recursive: true })
  for (const folder of [repository.folder, repository.beside('tree'), deep]) {
    assert.is(await semverOf({ folder, exec: repository.exec }), '1.2.3')
  }
})

test('works in a submodule, which has tags of its own', async ({ repository }) => {
  await repository.tag('v1.2.3')
  const outer = repository.at(repository.beside('outer'))
  await mkdir(outer.folder)
  await outer.git('init', '--quiet')
  await outer.git('submodule', '--quiet', 'add', repository.folder, 'sub')
  await outer.commit()
  await outer.tag('v5.0.0')
  assert.is(await semverOf({ folder: join(outer.folder, 'sub'), exec: outer.exec }), '1.2.3')
  assert.is(await semverOf(outer), '5.0.0')
  await outer.write({ 'sub/main.go': 'package main // changed\n' })
  const { version } = await tell(outer)
  assert.match(version.because ?? '', 'sub/main.go is changed')
})

test('makes a snapshot of a commit without a tag', async ({ repository }) => {
  await repository.tag('v1.2.3')
  const commit = await repository.commit()
  const { version, notices } = await tell(repository)
  const semver = `1.2.4-0.20261121085200.g${commit.slice(0, 12)}`
  const because = 'the commit has no version tag (git tag v1.2.4)'
  assert.equal(version, {
    semver, base: '1.2.4', stamp: semver, previous: 'v1.2.3', commit, date: '2026-11-21T08:52:00Z', prerelease: true, snapshot: true,
    dirty: false, because,
  })
  assert.equal(notices, [`This is a snapshot, ${semver}: ${because}`])
})

test('makes snapshots that sort between their neighbours', async ({ repository }) => {
  const order = [await semverOf(repository)]
  for (const tag of ['v0.1.0-alpha', 'v0.1.0-rc.1', 'v0.1.0-rc.2', 'v0.1.0', 'v0.1.1-rc.1', 'v0.1.1', 'v1.0.0']) {
    await repository.tag(tag)
    order.push(await semverOf(repository))
    await repository.commit()
    order.push(await semverOf(repository))
  }
  assert.equal(order.filter(each => valid(each) !== each), [])
  assert.equal([...order].sort(compare), order)
})

test('makes a snapshot of a changed tree, with a digest of what is in it', async ({ repository }) => {
  await repository.tag('v1.2.3')
  const change = async (text: string): Promise<Version> => {
    await repository.write({ 'main.go': text })
    return (await tell(repository)).version
  }
  const version = await change('package main // changed\n')
  assert.match(version.semver, /^1\.2\.4-0\.20261121085100\.g[0-9a-f]{12}\.d[0-9a-f]{12}$/)
  assert.equal([version.snapshot, version.dirty, version.tag, version.because],
    [true, true, undefined, 'main.go is changed (commit that, or undo it)'])
  assert.is.not((await change('package main // otherwise\n')).semver, version.semver)
  assert.is((await change('package main // changed\n')).semver, version.semver)
  assert.is((await change('package main\n')).semver, '1.2.3')
})

test('takes what a release writes for no change, and an unread untracked file neither', async ({ repository }) => {
  await repository.commit({ 'dist/release.json': '1' })
  await repository.tag('v1.2.3')
  await repository.write({ 'dist/release.json': '2', 'dist/new': '', 'notes.txt': '' })
  assert.is(await semverOf(repository), '1.2.3')
  await symlink(repository.folder, repository.beside('link'))
  assert.is(await semverOf({ folder: repository.beside('link'), exec: repository.exec }), '1.2.3')
  await repository.write({ 'distance.go': '' })
  await repository.git('add', 'distance.go')
  assert.match((await tell(repository)).version.because ?? '', 'distance.go is changed')
})

test('takes an untracked file that the build reads for a change', async ({ repository }) => {
  await repository.tag('v1.2.3')
  await repository.write({ 'embedded.json': '1', 'web/embedded.json': '1' })
  const untracked = [join(repository.folder, 'embedded.json'), repository.beside('.gitconfig')]
  const { version } = await tell(repository, {}, { untracked })
  assert.equal([version.snapshot, version.dirty], [true, true])
  assert.is(version.because,
    'embedded.json and another file are read by the build and unknown to git (git add embedded.json)')
  await repository.write({ 'embedded.json': '2' })
  assert.is.not(await semverOf(repository, {}, { untracked }), version.semver)
})

test('makes a snapshot of a tagged commit when asked to', async ({ repository }) => {
  await repository.tag('v1.2.3-rc.1')
  const { version } = await tell(repository, {}, { snapshot: true, named: 'v1.2.3-rc.1' })
  assert.match(version.semver, /^1\.2\.3-rc\.1\.0\.20261121085100\.g[0-9a-f]{12}$/)
  assert.equal([version.snapshot, version.dirty, version.because], [true, false, '--snapshot asks for one'])
})

test('tells the same of a tagged release whatever the clone knows', async ({ repository }) => {
  const { exec, folder } = repository
  await repository.tag('v1.2.2')
  await repository.commit()
  await repository.tag('v1.2.3', 'annotated')
  const { previous, ...whole } = (await tell(repository)).version
  assert.is(previous, 'v1.2.2')
  const clones = { shallow: ['--depth=1'], bloodless: ['--filter=blob:none'], single: ['--single-branch'] }
  for (const [name, options] of Object.entries(clones)) {
    await repository.git('clone', '--quiet', ...options, `file://${folder}`, repository.beside(name))
    const { previous: _, ...version } = (await tell({ folder: repository.beside(name), exec })).version
    assert.equal(version, whole, name)
  }
  await repository.tag('v1.2.3-rc.1')
  const { previous: _, ...again } = (await tell(repository)).version
  assert.equal(again, whole)
})

test('makes a snapshot of a shallow clone without tags, and says what it lacks', async ({ repository }) => {
  await repository.tag('v1.2.3')
  await repository.commit()
  const from = `file://${repository.folder}`
  await repository.git('clone', '--quiet', '--depth=1', '--no-tags', from, repository.beside('clone'))
  const { version } = await tell({ folder: repository.beside('clone'), exec: repository.exec })
  assert.match(version.semver, /^0\.0\.0-0\.20261121085200\.g/)
  assert.match(version.because ?? '', 'git fetch --tags --unshallow')
})

test('is not led astray by the configuration of a user', async ({ repository }) => {
  await repository.tag('v1.2.3')
  const settings = {
    'log.showSignature': 'true', 'log.decorate': 'no', 'log.excludeDecoration': 'refs/tags/*', 'tag.sort': '-refname',
    'versionsort.suffix': '-rc', 'status.branch': 'true', 'status.short': 'true', 'status.submoduleSummary': 'true',
    'color.ui': 'always', 'format.pretty': 'raw', 'log.date': 'relative', 'core.pager': 'false',
    'core.fsmonitor': '/no/such/program',
  }
  for (const [name, value] of Object.entries(settings)) await repository.git('config', name, value)
  const { version, notices } = await tell(repository)
  assert.equal([version.semver, version.date, notices], ['1.2.3', '2026-11-21T08:51:00Z', []])
})

test('names what is wrong before anything else', async ({ repository }) => {
  await rm(join(repository.folder, '.git'), { recursive: true })
  assert.is((await errorOf(tell(repository))).code, 'GIT')
  await repository.git('init', '--quiet')
  assert.match((await errorOf(tell(repository))).message, 'its repository has no commit yet')
})

test.run()
