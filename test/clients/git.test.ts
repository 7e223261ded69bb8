import { chmod, mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { changedFiles, headOf, reachableTags, repositoryOf, trackedFiles, treeDigest } from '../../lib/clients/git.ts'
import { ReleaseError } from '../../lib/values/errors.ts'
import { gitRepository, type GitRepository } from '../support/git-repository.ts'

interface Context {
  repository: GitRepository
}

const test = suite<Context>('git')

test.before.each(async context => {
  context.repository = await gitRepository()
})

test.after.each(async ({ repository }) => repository.remove())

async function errorOf(promise: Promise<unknown>): Promise<ReleaseError> {
  const error: unknown = await promise.then(() => undefined, (thrown: unknown) => thrown)
  assert.instance(error, ReleaseError)
  return error as ReleaseError
}

async function tagsBelow({ exec, folder }: GitRepository, prefix = ''): Promise<readonly string[]> {
  return (await reachableTags(exec, folder, prefix)).map(({ tag }) => tag)
}

async function changed({ exec, folder }: GitRepository): Promise<readonly string[]> {
  return (await changedFiles(exec, folder)).map(({ path }) => path)
}

/** A repository with a submodule in `sub`, and the submodule. */
async function withSubmodule(repository: GitRepository): Promise<GitRepository> {
  const library = repository.at(repository.beside('library'))
  await mkdir(library.folder)
  await library.git('init', '--quiet')
  await library.commit({ 'lib.go': 'package lib\n' })
  await library.tag('v9.9.9')
  await repository.commit({ 'main.go': 'package main\n' })
  await repository.git('submodule', '--quiet', 'add', library.folder, 'sub')
  await repository.commit()
  return repository.at(join(repository.folder, 'sub'))
}

test('finds commit, time and every tag of the checked-out commit', async ({ repository }) => {
  await repository.commit({ 'main.go': 'package main\n' })
  await repository.tag('v0.9.0')
  const commit = await repository.commit({ 'main.go': 'package main // 2\n' })
  await repository.tag('v1.0.0')
  await repository.tag('api/v2.0.0', 'annotated')
  await repository.tag('a,b')
  await repository.git('tag', '--annotate', '--message=nested', 'nested', 'api/v2.0.0')
  const head = await headOf(repository.exec, repository.folder)
  assert.equal([head.commit, head.time], [commit, Date.UTC(2026, 10, 21, 8, 52) / 1000])
  assert.equal([...head.tags].sort(), ['a,b', 'api/v2.0.0', 'nested', 'v1.0.0'])
})

test('finds tags that are reachable, by prefix, with their commits', async ({ repository }) => {
  const first = await repository.commit()
  await repository.tag('v1.0.0', 'annotated')
  await repository.tag('api/v1.0.0')
  await repository.tag('api/client/v1.0.0')
  await repository.git('switch', '--quiet', '--create', 'other')
  await repository.commit()
  await repository.tag('v2.0.0')
  await repository.git('switch', '--quiet', 'main')
  await repository.commit()
  assert.equal(await reachableTags(repository.exec, repository.folder), [{ tag: 'v1.0.0', commit: first }])
  assert.equal(await tagsBelow(repository, 'api/'), ['api/v1.0.0'])
})

test('names changes of tracked files, whatever the configuration says', async ({ repository }) => {
  await repository.commit({
    'kept.go': '', 'changed.go': '', 'staged.go': '', 'deleted.go': '', 'ä\n.go': '', 'mode.sh': '',
    'old.go': 'long enough\n', '.gitignore': 'ignored\n',
  })
  assert.equal(await changed(repository), [])
  await repository.write({ 'changed.go': '1', 'staged.go': '1', 'ä\n.go': '1' })
  await repository.write({ 'untracked.go': '', 'ignored': '', 'new.go': '' })
  await repository.git('add', 'staged.go', 'new.go')
  await rm(join(repository.folder, 'deleted.go'))
  await chmod(join(repository.folder, 'mode.sh'), 0o755)
  await repository.git('mv', 'old.go', 'renamed.go')
  await repository.git('config', 'status.renames', 'copies')
  await repository.git('config', 'status.showUntrackedFiles', 'all')
  assert.equal([...await changed(repository)].sort(), [
    'changed.go', 'deleted.go', 'mode.sh', 'new.go', 'old.go', 'renamed.go', 'staged.go', 'ä\n.go',
  ])
  await mkdir(join(repository.folder, 'deep'))
  assert.is((await changedFiles(repository.exec, join(repository.folder, 'deep'))).length, 8)
})

test('names files in conflict', async ({ repository }) => {
  await repository.commit({ 'a b.go': '1' })
  await repository.git('switch', '--quiet', '--create', 'other')
  await repository.commit({ 'a b.go': '2' })
  await repository.git('switch', '--quiet', 'main')
  await repository.commit({ 'a b.go': '3' })
  await repository.git('merge', 'other').catch(() => {})
  assert.equal(await changed(repository), ['a b.go'])
})

test('does not touch the index', async ({ repository }) => {
  await repository.commit({ 'main.go': 'package main\n' })
  await rm(join(repository.folder, '.git/index.lock'), { force: true })
  await writeFile(join(repository.folder, '.git/index.lock'), 'held by someone else')
  await repository.write({ 'main.go': 'package main // changed\n' })
  assert.equal(await changed(repository), ['main.go'])
})

test('looks into submodules: tracked files and commits count, untracked files do not', async ({ repository }) => {
  const submodule = await withSubmodule(repository)
  await repository.git('config', '--file', '.gitmodules', 'submodule.sub.ignore', 'all')
  await repository.commit()
  await submodule.write({ 'untracked.go': '' })
  assert.equal(await changed(repository), [])
  await submodule.write({ 'lib.go': 'package lib // changed\n' })
  assert.equal(await changed(repository), ['sub/lib.go'])
  const commit = await submodule.commit()
  assert.equal(await changedFiles(repository.exec, repository.folder), [{ path: 'sub', commit }])
})

test('knows the repository of a folder, a worktree and a submodule', async ({ repository }) => {
  const submodule = await withSubmodule(repository)
  const { exec, folder } = repository
  const deep = join(folder, 'deep/er')
  await mkdir(deep, { recursive: true })
  assert.equal(await repositoryOf(exec, deep), { root: folder, gitFolder: join(folder, '.git'), shallow: false })
  assert.equal(await repositoryOf(exec, submodule.folder),
    { root: submodule.folder, gitFolder: join(folder, '.git/modules/sub'), shallow: false })
  assert.equal((await headOf(exec, submodule.folder)).tags, ['v9.9.9'])
  await repository.git('worktree', 'add', '--quiet', '--detach', repository.beside('tree'))
  assert.equal(await repositoryOf(exec, repository.beside('tree')),
    { root: repository.beside('tree'), gitFolder: join(folder, '.git/worktrees/tree'), shallow: false })
  await repository.git('clone', '--quiet', '--depth=1', `file://${folder}`, repository.beside('shallow'))
  assert.ok((await repositoryOf(exec, repository.beside('shallow'))).shallow)
})

test('lists tracked files, those of submodules too', async ({ repository }) => {
  await withSubmodule(repository)
  await repository.write({ 'untracked.go': '', 'ü\n.go': '' })
  await repository.git('add', 'ü\n.go')
  assert.equal([...await trackedFiles(repository.exec, repository.folder)].sort(),
    ['.gitmodules', 'main.go', 'sub/lib.go', 'ü\n.go'].map(path => join(repository.folder, path)))
})

test('gives changed trees a digest by what is in them', async ({ repository }) => {
  const { folder, exec } = repository
  await repository.commit({ 'a.go': 'a\n', 'b.go': 'b\n' })
  const digest = async (): Promise<string> => treeDigest(folder, await changedFiles(exec, folder))
  const seen = new Set<string>()
  const expectNew = async (): Promise<void> => {
    const size = seen.size
    assert.is(seen.add(await digest()).size, size + 1)
  }
  await expectNew()
  await repository.write({ 'a.go': 'changed\n' })
  await expectNew()
  await repository.git('add', 'a.go')
  assert.ok(seen.has(await digest()), 'staging changes nothing')
  await chmod(join(folder, 'a.go'), 0o755)
  await expectNew()
  await rename(join(folder, 'a.go'), join(folder, 'c.go'))
  await expectNew()
  await symlink('b.go', join(folder, 'a.go'))
  await expectNew()
  assert.is.not(await treeDigest(folder, [{ path: 'c.go' }]), await treeDigest(folder, [{ path: 'b.go' }]))
  assert.is(await treeDigest(folder, [{ path: 'c.go' }, { path: 'b.go' }]),
    await treeDigest(folder, [{ path: 'b.go' }, { path: 'c.go' }]))
})

test('says what to do about a repository of another user', async ({ repository }) => {
  await repository.commit()
  const exec: typeof repository.exec = async (program, args, options) =>
    repository.exec(program, args, { ...options, env: { ...options?.env, GIT_TEST_ASSUME_DIFFERENT_OWNER: '1' } })
  const { code, message, hint } = await errorOf(headOf(exec, repository.folder))
  assert.is(code, 'GIT')
  assert.is(message, `Cannot read ${repository.folder} with git: the repository belongs to another user`)
  assert.is(hint, `If you trust it, run: git config --global --add safe.directory ${repository.folder}`)
})

test('says where there is no repository, no commit, no work tree', async ({ repository }) => {
  const { exec, folder } = repository
  for (const call of [headOf, reachableTags]) {
    const { code, message } = await errorOf(call(exec, folder))
    assert.equal([code, message], ['GIT', `Cannot tell the version of ${folder}: its repository has no commit yet`])
  }
  await rm(join(folder, '.git'), { recursive: true })
  for (const call of [headOf, repositoryOf, changedFiles, trackedFiles, reachableTags]) {
    const { code, message } = await errorOf(call(exec, folder))
    assert.equal([code, message], ['GIT', `Cannot read ${folder} with git: it is in no git repository`])
  }
  await repository.git('init', '--quiet', '--bare')
  assert.match((await errorOf(changedFiles(exec, folder))).message, 'it is a bare repository')
})

test('says where there is no git', async ({ repository }) => {
  const exec: typeof repository.exec = async (program, args, options) =>
    repository.exec(program, args, { ...options, env: { ...options?.env, PATH: '/nowhere' } })
  const { code, message, hint } = await errorOf(headOf(exec, repository.folder))
  assert.equal([code, message], ['GIT', `Cannot read ${repository.folder} with git: there is no git on the PATH`])
  assert.match(hint ?? '', 'Install git')
})

test.run()
