import { spawnSync } from 'node:child_process'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { cut, type CutOptions } from '../../lib/commands/cut.ts'
import type { Options } from '../../lib/commands/options.ts'
import type { Setting } from '../../lib/commands/setting.ts'
import { errorsIn } from '../../lib/commands/run/print-errors.ts'
import { ReleaseError } from '../../lib/values/errors.ts'
import { gitRepository, type GitRepository } from '../support/git-repository.ts'
import { merge, say } from '../support/history.ts'
import { unless } from '../support/unless.ts'

interface Context {
  repository: GitRepository
  /** A bare repository that it comes from. */
  remote: string
  setting(of?: GitRepository, options?: Partial<Options>): Setting
}

const test = suite<Context>('cut')

test.before.each(async context => {
  const repository = await gitRepository()
  const remote = repository.beside('remote.git')
  await repository.git('init', '--quiet', '--bare', remote)
  await repository.git('remote', 'add', 'origin', remote)
  const setting = ({ folder }: GitRepository = repository, options: Partial<Options> = {}): Setting => ({
    file: join(folder, 'build.ts'), definition: { goals: () => ({}) }, options: { cache: true, yes: true, ...options }, goals: [], folder, place: { root: folder },
    environment: {
      PATH: process.env['PATH'], HOME: repository.beside(''), GIT_CONFIG_NOSYSTEM: '1', GIT_COMMITTER_NAME: 'Ann', GIT_COMMITTER_EMAIL: 'ann@example.com', GIT_DIR: '/nowhere', GIT_INDEX_FILE: '/nowhere/index',
    },
    signal: new AbortController().signal, exitCode: () => 130,
  })
  Object.assign(context, { repository, remote, setting })
  await say(repository, 'feat: first', { files: { 'main.go': 'package main\n', '.gitignore': 'ignored\n' } })
  await repository.tag('v1.0.0')
  await say(repository, 'fix: second (#2)')
  await repository.git('push', '--quiet', 'origin', 'main', 'v1.0.0')
})
test.after.each(async ({ repository }) => repository.remove())

interface Done {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** Cuts a version, and tells what is printed. */
async function done(setting: Setting, options: CutOptions): Promise<Done> {
  const printed = { stdout: '', stderr: '' }
  const originals = { stdout: process.stdout.write, stderr: process.stderr.write }
  for (const name of ['stdout', 'stderr'] as const) process[name].write = (text: string | Uint8Array) => { printed[name] += String(text); return true }
  try {
    return { code: await cut(setting, options), ...printed }
  } finally {
    Object.assign(process.stdout, { write: originals.stdout })
    Object.assign(process.stderr, { write: originals.stderr })
  }
}

/** Why a version is not cut: `why | hint`. Nothing is tagged. */
async function refusals(repository: GitRepository, setting: Setting, options: CutOptions): Promise<readonly string[]> {
  const before = await repository.git('for-each-ref')
  const thrown: unknown = await done(setting, options).then(() => undefined, (error: unknown) => error)
  assert.ok(thrown, 'it was cut')
  assert.is(await repository.git('for-each-ref'), before)
  return errorsIn(thrown).map(error => {
    if (!(error instanceof ReleaseError)) throw error
    assert.match(error.message, /^Cannot cut \S/)
    assert.ok(error.hint, error.message)
    return `${error.message.replace(/^Cannot cut [^:]+: /, '')} | ${error.hint}`
  })
}

const short = (commit: string): string => commit.slice(0, 12)
const headOf = async (repository: GitRepository, name = 'HEAD'): Promise<string> => repository.git('rev-parse', `${name}^{commit}`)

test('it shows what is in a version, tags the commit with that, and says how to push it', async ({ repository, setting }) => {
  const head = await headOf(repository)
  const { code, stdout, stderr } = await done(setting(), { version: '1.0.1' })
  assert.equal([code, stderr], [0, ''])
  assert.is(stdout, [
    `v1.0.1 would be ${short(head)} of main: one commit after v1.0.0`, '', 'Fixes', '', '- second (#2)', '', `Tagged ${short(head)} as v1.0.1.`, 'Make it public: git push origin v1.0.1', '',
  ].join('\n'))
  assert.is(await headOf(repository, 'v1.0.1'), head)
  assert.is(await repository.git('cat-file', '-t', 'v1.0.1'), 'tag')
  assert.is(await repository.git('for-each-ref', '--format=%(taggername) %(taggeremail)%0a%(contents)', 'refs/tags/v1.0.1'), 'Ann <ann@example.com>\nv1.0.1\n\nFixes\n\n- second (#2)')
  assert.not.match(await repository.git('ls-remote', 'origin'), /v1\.0\.1/)
  await repository.git('push', '--quiet', 'origin', 'v1.0.1')
})

test('--push sends the tag, and nothing else', async ({ repository, remote, setting }) => {
  await repository.tag('other')
  const { stdout } = await done(setting(), { version: 'v1.0.1', push: true })
  assert.match(stdout, /Tagged \w+ as v1\.0\.1\.\nPushed it to origin\.\n$/)
  const there = (await repository.git('ls-remote', remote)).split('\n').map(line => line.split('\t')[1])
  assert.equal(there, ['HEAD', 'refs/heads/main', 'refs/tags/v1.0.0', 'refs/tags/v1.0.1', 'refs/tags/v1.0.1^{}'])
})

test('without a yes nothing is tagged; neither in a rehearsal', async ({ repository, setting }) => {
  const asked = await done(setting(repository, { yes: false }), { version: '1.0.1' })
  assert.equal([asked.code, asked.stderr], [1, 'Nothing is written: say --yes to agree to it.\n'])
  assert.match(asked.stdout, /- second \(#2\)\n\n$/)
  const dry = await done(setting(repository, { dryRun: true }), { version: '1.0.1', push: true })
  assert.equal([dry.code, dry.stdout.split('\n').at(-2)], [0, 'Nothing is tagged: this is a rehearsal.'])
  assert.is(await repository.git('tag', '--list'), 'v1.0.0')
})

test('--json has all of it, --quiet nothing', async ({ repository, setting }) => {
  const { stdout } = await done(setting(repository, { json: true }), { next: 'rc' })
  const { changes, ...data } = JSON.parse(stdout) as { changes: readonly { title: string }[] }
  assert.equal(changes.map(({ title }) => title), ['Fixes'])
  assert.equal(data, { version: '1.0.1-rc.1', tag: 'v1.0.1-rc.1', commit: await headOf(repository), branch: 'main', remote: 'origin', previous: 'v1.0.0', commits: 1, tagged: true, pushed: false })
  assert.is((await done(setting(repository, { quiet: true }), { version: '1.0.1' })).stdout, '')
})

test('--next names the version that the commits ask for, candidates are numbered', async ({ repository, setting }) => {
  const next = async (kind: string): Promise<string | undefined> => /Tagged \w+ as (\S+)\.$/m.exec((await done(setting(), { next: kind, push: true })).stdout)?.[1]
  const change = async (message: string): Promise<void> => {
    await say(repository, message)
    await repository.git('push', '--quiet', 'origin', 'main')
  }
  assert.is(await next('rc'), 'v1.0.1-rc.1')
  await change('fix: more')
  assert.is(await next('rc'), 'v1.0.1-rc.2')
  await change('feat: something')
  assert.is(await next('rc'), 'v1.1.0-rc.1')
  assert.is(await next('minor'), 'v1.1.0', 'a stable version of a candidate\'s commit')
  await change('fix!: drop it')
  assert.is(await next('rc'), 'v2.0.0-rc.1')
  await change('docs: it')
  assert.is(await next('patch'), 'v1.1.1')
  await change('docs: again')
  assert.is(await next('major'), 'v2.0.0')
})

test('tags keep their form, and a first one has a v', async ({ repository, setting }) => {
  await repository.git('push', '--quiet', 'origin', ':v1.0.0')
  await repository.git('tag', '--delete', 'v1.0.0')
  await repository.git('tag', '1.0.0', 'HEAD~1')
  await done(setting(), { version: 'v1.0.1' })
  await repository.git('tag', '--delete', '1.0.0', '1.0.1')
  const { stdout } = await done(setting(), { next: 'rc' })
  assert.match(stdout, /^v0\.1\.0-rc\.1 would be \w+ of main: the first version\n/)
  assert.is(await repository.git('tag', '--list'), 'v0.1.0-rc.1')
})

test('a project among others has its prefix, its own versions and changes', async ({ repository, setting }) => {
  await say(repository, 'feat: inside', { files: { 'api/go.mod': 'module x\n' } })
  await repository.tag('api/v0.1.0')
  await say(repository, 'fix: inside', { files: { 'api/go.mod': 'module y\n' } })
  await say(repository, 'feat!: outside', { files: { 'main.go': 'package other\n' } })
  await repository.git('push', '--quiet', 'origin', 'main')
  await repository.write({ 'elsewhere.txt': 'unknown to git, and none of its business' })
  const api = repository.at(join(repository.folder, 'api'))
  const { stdout } = await done(setting(api), { next: 'rc' })
  assert.match(stdout, /^api\/v0\.1\.1-rc\.1 would be \w+ of main: one commit after api\/v0\.1\.0\n\nFixes\n\n- inside\n/)
  assert.match((await done(setting(api), { version: 'api/v0.1.1' })).stdout, /Make it public: git push origin api\/v0\.1\.1\n$/)
  await rm(join(repository.folder, 'elsewhere.txt'))
  assert.match((await done(setting(), { version: '2.0.0', prefix: 'cli' })).stdout, /^cli\/v2\.0\.0 would be \w+ of main: the first version\n/)
})

test('a merge on the release branch is cut, checked out alone, in a worktree, after more has come', async ({ repository, setting }) => {
  await repository.git('switch', '--quiet', '--create', 'develop')
  await say(repository, 'feat: developed')
  await repository.git('switch', '--quiet', 'main')
  await repository.git('merge', '--quiet', '--no-ff', '--message=Merge branch \'develop\'', 'develop')
  const merged = await headOf(repository)
  await say(repository, 'fix: after')
  const later = await headOf(repository)
  await repository.git('push', '--quiet', 'origin', 'main', 'develop')
  await repository.git('worktree', 'add', '--quiet', '--detach', repository.beside('tree'), merged)
  const tree = repository.at(repository.beside('tree'))
  assert.match((await done(setting(tree), { version: '1.1.0-rc.1' })).stdout, new RegExp(`^v1\\.1\\.0-rc\\.1 would be ${short(merged)} of main: 2 commits after v1\\.0\\.0\\n`))
  assert.is(await headOf(repository, 'v1.1.0-rc.1'), merged)
  await tree.git('checkout', '--quiet', 'develop')
  assert.equal(await refusals(repository, setting(tree), { version: '1.1.0-rc.2' }), [
    `develop is at ${short(await headOf(tree))}, main at ${short(later)} | Merge it and switch: git switch main (or name the branch that releases come from: --branch)`,
  ])
  await tree.git('checkout', '--quiet', '--detach', later)
  assert.is((await done(setting(tree), { version: '1.1.0-rc.2' })).code, 0)
})

test('a clone that has only the remote\'s branch is enough', async ({ repository, remote, setting }) => {
  const clone = repository.at(repository.beside('clone'))
  await repository.git('clone', '--quiet', '--no-checkout', remote, clone.folder)
  await clone.git('checkout', '--quiet', '--detach', 'origin/main')
  await clone.git('branch', '--quiet', '--delete', '--force', 'main')
  assert.is((await done(setting(clone), { version: '1.0.1', push: true })).code, 0)
  assert.match(await repository.git('ls-remote', remote), /refs\/tags\/v1\.0\.1\n/)
})

test('without a remote, and with one that is left out', async ({ repository, remote, setting }) => {
  await rm(remote, { recursive: true })
  const [silent] = await refusals(repository, setting(), { version: '1.0.1' })
  assert.match(silent ?? '', /^origin does not answer: '.*remote\.git' does not appear to be a git repository \| Reach it, or cut without it: --no-remote$/)
  assert.match((await done(setting(), { version: '1.0.1-rc.1', remote: false })).stdout, /There is no remote to push it to\.\n$/)
  await repository.git('remote', 'remove', 'origin')
  assert.equal(await refusals(repository, setting(), { version: '1.0.1', push: true }), ['there is no remote to push it to | Add one: git remote add origin ADDRESS'])
  assert.match((await done(setting(), { version: '1.0.1' })).stdout, /There is no remote to push it to\.\n$/)
})

interface Refusal {
  readonly what: string
  readonly make: (repository: GitRepository, remote: string) => Promise<unknown>
  readonly options?: CutOptions
  /** Beginnings; words that are different each time are left out. */
  readonly found: readonly string[]
}

const inClone = async (repository: GitRepository, remote: string, act: (clone: GitRepository) => Promise<unknown>): Promise<void> => {
  const clone = repository.at(repository.beside('other'))
  await repository.git('clone', '--quiet', remote, clone.folder)
  await act(clone)
}

const table: readonly Refusal[] = [
  { what: 'a changed file', make: async repository => repository.write({ 'main.go': 'package changed\n' }), found: ['main.go is changed | Commit that, or undo it'] },
  {
    what: 'staged and unknown files, not those that are ignored or made by a release',
    make: async repository => {
      await repository.write({ 'new.go': '', 'a.txt': '', 'b.txt': '', 'ignored': '', 'dist/x': '', 'dist.run.json': '', '.dist.slipway/x': '' })
      await repository.git('add', 'new.go')
    },
    found: ['new.go is changed | ', 'a.txt and another are unknown to git | Add and commit it, remove it, or list it in .gitignore.'],
  },
  { what: 'another branch', make: async repository => { await repository.git('switch', '--quiet', '--create', 'topic'); await say(repository, 'x') }, found: ['topic is at <id>, main at <id> | Merge it and switch: git switch main'] },
  { what: 'an older commit', make: async repository => repository.git('checkout', '--quiet', 'v1.0.0'), found: ['what is checked out is at <id>, main at <id> | ', '<id> is v1.0.0 already | Commit what is new first.'] },
  { what: 'no such branch', make: async () => undefined, options: { version: '1.0.1', branch: 'trunk' }, found: ['there is no branch trunk here | Name the branch that releases come from: --branch master', 'origin has no branch trunk | Push it: git push origin trunk'] },
  {
    what: 'development that is not merged', make: async repository => { await repository.git('switch', '--quiet', '--create', 'develop'); await say(repository, 'x'); await repository.git('switch', '--quiet', 'main') },
    found: ['develop has commits that <id> has not | Merge them: git switch main && git merge --no-ff develop (or cut without them: --no-develop)'],
  },
  {
    what: 'development at the remote that is not here', make: async (repository, remote) => inClone(repository, remote, async clone => { await clone.git('switch', '--quiet', '--create', 'dev'); await say(clone, 'x'); await clone.git('push', '--quiet', 'origin', 'dev') }),
    found: ['dev has commits that <id> has not | '],
  },
  { what: 'no branch of development', make: async () => undefined, options: { version: '1.0.1', develop: 'nowhere' }, found: ['there is no branch nowhere, neither here nor at a remote | '] },
  { what: 'commits that are not pushed', make: async repository => say(repository, 'x'), found: ['origin does not have all of main | Push it: git push origin main'] },
  { what: 'commits that are not fetched', make: async (repository, remote) => inClone(repository, remote, async clone => { await say(clone, 'x'); await clone.git('push', '--quiet', 'origin', 'main') }), found: ['origin has commits on main that are not here | Take them: git pull --ff-only origin main'] },
  {
    what: 'branches that went apart', make: async (repository, remote) => {
      await inClone(repository, remote, async clone => { await say(clone, 'x'); await clone.git('push', '--quiet', 'origin', 'main') })
      await say(repository, 'y')
      await repository.git('fetch', '--quiet')
    },
    found: ['main here and at origin have each what the other has not | '],
  },
  { what: 'a tag that is there', make: async repository => repository.git('tag', 'v1.0.1', 'HEAD~1'), found: ['v1.0.1 is on <id> already | Cut the next one'] },
  { what: 'a tag that is there in another form', make: async repository => repository.git('tag', '1.0.1', 'HEAD~1'), found: ['1.0.1 is on <id> already | '] },
  {
    what: 'a tag that is at the remote alone', make: async (repository, remote) => inClone(repository, remote, async clone => { await clone.git('tag', '--annotate', '--message=x', 'v1.0.1'); await clone.git('push', '--quiet', 'origin', 'v1.0.1') }),
    found: ['v1.0.1 is at origin and not here | Fetch them: git fetch --tags origin', 'v1.0.1 is on <id> at origin already | '],
  },
  { what: 'a tag that moved', make: async repository => repository.git('tag', '--force', 'v1.0.0'), found: ['v1.0.0 is on <id> here and on <id> at origin | Keep one of them', '<id> is v1.0.0 already | '] },
  { what: 'a version that is too low', make: async () => undefined, options: { version: '0.9.0' }, found: ['v1.0.0 is higher | Name a higher one'] },
  { what: 'a candidate of what is out', make: async () => undefined, options: { version: '1.0.0-rc.1' }, found: ['v1.0.0 is higher | '] },
  { what: 'a candidate out of order', make: async () => undefined, options: { version: '1.0.1-rc.2' }, found: ['there is no 1.0.1-rc.1 before it | Cut 1.0.1-rc.1.'] },
  { what: 'a second candidate of one commit', make: async repository => { await repository.tag('v1.0.1-rc.1') }, options: { next: 'rc' }, found: ['<id> is v1.0.1-rc.1 already | Commit what is new first, or cut the stable version.'] },
  { what: 'no semantic version', make: async () => undefined, options: { version: '1.0' }, found: ['it is no semantic version | '] },
  { what: 'no version', make: async () => undefined, options: {}, found: ['no version is named | Name one'] },
  { what: 'two versions', make: async () => undefined, options: { version: '1.0.1', next: 'rc' }, found: ['a version is named, and --next would name another | '] },
  { what: 'an unknown kind', make: async () => undefined, options: { next: 'beta' }, found: ['--next does not know beta | '] },
  {
    what: 'several things at once', make: async repository => { await repository.write({ 'main.go': 'x', 'new': 'x' }); await repository.git('tag', 'v1.0.1', 'HEAD~1') },
    found: ['main.go is changed | ', 'new is unknown to git | ', 'v1.0.1 is on <id> already | '],
  },
]
for (const { what, make, options = { version: '1.0.1' }, found } of table) {
  test(`nothing is tagged where there is ${what}`, async ({ repository, remote, setting }) => {
    await make(repository, remote)
    const said = (await refusals(repository, setting(), options)).map(line => line.replaceAll(/\b[\da-f]{12}\b/g, '<id>'))
    assert.equal(said.map((line, index) => line.slice(0, found[index]?.length)), found, said.join('\n'))
  })
}

test('a shallow clone does not tell what came before', async ({ repository, remote, setting }) => {
  await repository.git('clone', '--quiet', '--depth=1', `file://${remote}`, repository.beside('shallow'))
  const shallow = repository.at(repository.beside('shallow'))
  const found = await refusals(shallow, setting(shallow), { version: '1.0.1' })
  assert.equal(found, ['the clone is shallow, so it does not tell what came before | Fetch the rest: git fetch --tags --unshallow', 'v1.0.0 is at origin and not here | Fetch them: git fetch --tags origin'])
  await shallow.git('fetch', '--quiet', '--tags', '--unshallow')
  assert.is((await done(setting(shallow), { version: '1.0.1' })).code, 0)
})

test('nobody who could tag', async ({ repository, setting }) => {
  const { environment, ...rest } = setting()
  await repository.git('config', 'user.useConfigOnly', 'true')
  const nameless = { ...rest, environment: { ...environment, GIT_COMMITTER_NAME: undefined, GIT_COMMITTER_EMAIL: undefined } }
  assert.equal(await refusals(repository, nameless, { version: '1.0.1' }), ['git does not know who tags | Tell it: git config user.name NAME && git config user.email ADDRESS'])
})

test('build.ts names the branches, for releases and for work; the command line goes before it', async ({ repository, setting }) => {
  const at = (release: Setting['definition']['release']): Setting => ({ ...setting(), definition: { goals: () => ({}), ...release && { release } } })
  await repository.git('switch', '--quiet', '--create', 'release-1')
  await repository.git('branch', '--quiet', 'work')
  await repository.git('push', '--quiet', 'origin', 'release-1')
  await repository.git('switch', '--quiet', 'work')
  await say(repository, 'feat: more')
  await repository.git('switch', '--quiet', 'release-1')
  const branchOf = async (release: Setting['definition']['release'], options: CutOptions = {}): Promise<string | undefined> =>
    / of (\S+): /.exec((await done({ ...at(release), options: { cache: true, dryRun: true } }, { version: '1.0.1', ...options })).stdout)?.[1]
  assert.is(await branchOf({ branch: 'release-1' }), 'release-1')
  assert.is(await branchOf({ branch: ['main', 'release-*'] }), 'release-1', 'the one that is checked out')
  assert.is(await branchOf({ branch: ['main', 'release-*'] }, { branch: 'main' }), 'main')
  assert.match((await refusals(repository, at({ branch: 'release-1', develop: 'work' }), { version: '1.0.1' })).join(), /^work has commits that \w+ has not/)
  assert.is(await branchOf({ branch: 'release-1', develop: 'work' }, { develop: false }), 'release-1')
  await repository.git('switch', '--quiet', 'work')
  assert.match((await refusals(repository, at({ branch: ['main', 'release-*'] }), { version: '1.0.1' })).join(), /^work is at \w+, main at/)
})

test('an older line has a branch of its own, whose versions alone count', async ({ repository, setting }) => {
  await say(repository, 'feat!: big')
  await repository.tag('v2.0.0')
  await repository.git('push', '--quiet', 'origin', 'main', 'v2.0.0')
  await repository.git('switch', '--quiet', '--create', 'release-1', 'main~1')
  await repository.git('push', '--quiet', 'origin', 'release-1')
  assert.match((await done(setting(), { next: 'patch', branch: 'release-1' })).stdout, /^v1\.0\.1 would be \w+ of release-1: one commit after v1\.0\.0\n/)
  await say(repository, 'fix: one more')
  await repository.git('push', '--quiet', 'origin', 'release-1')
  assert.equal((await refusals(repository, setting(), { version: '1.0.0', branch: 'release-1' })).map(line => line.split(' | ')[0]?.replace(/\b[\da-f]{12}\b/, '<id>')), ['v1.0.0 is on <id> already'])
})

test('what was merged is told by its number, hooks and rules of the remote are heard', async ({ repository, remote, setting }) => {
  await merge(repository, 'Merge pull request #7 from ann/topic', ['feat: topic'])
  await repository.git('push', '--quiet', 'origin', 'main')
  await repository.at(remote).write({ 'hooks/update': '#!/bin/sh\necho "tags are made by robots" >&2\nexit 1\n' })
  await repository.exec('chmod', ['+x', join(remote, 'hooks/update')])
  const error = await done(setting(), { version: '1.1.0', push: true }).then(() => undefined, (thrown: unknown) => thrown as ReleaseError)
  assert.is(error?.message, 'Cannot push v1.1.0 to origin: git refuses; the tag is here, and nowhere else')
  assert.is(error?.hint, 'Do what git says, then: git push origin v1.1.0 (or take it back: git tag --delete v1.1.0)')
  assert.match(error?.output ?? '', /tags are made by robots/)
  assert.match(await repository.git('cat-file', '-p', 'v1.1.0'), /\n- topic \(#7\)\n/)
})

const keygen = spawnSync('ssh-keygen', ['-?']).error === undefined
unless<Context>(keygen ? undefined : 'needs ssh-keygen', test)('a tag is signed where git is told to, and is not made where that fails', async ({ repository, setting }) => {
  const key = repository.beside('key')
  await repository.exec('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', key])
  for (const [name, value] of [['tag.gpgSign', 'true'], ['gpg.format', 'ssh'], ['user.signingKey', `${key}.pub`]] as const) await repository.git('config', name, value)
  await done(setting(), { version: '1.0.1-rc.1' })
  assert.match(await repository.git('cat-file', '-p', 'v1.0.1-rc.1'), /\n- second \(#2\)\n-----BEGIN SSH SIGNATURE-----\n/)
  await rm(key)
  await rm(`${key}.pub`)
  const error = await done(setting(), { version: '1.0.1' }).then(() => undefined, (thrown: unknown) => thrown as ReleaseError)
  assert.match(error?.message ?? '', /^Cannot tag \w{12} as v1\.0\.1: git could not sign it$/)
  assert.is(await repository.git('tag', '--list'), 'v1.0.0\nv1.0.1-rc.1')
})

test.run()
