import { readdir } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { copyProject } from '../../../lib/commands/check/copy-project.ts'
import { writeTree } from '../../support/file-tree.ts'
import { type GitRepository, gitRepository } from '../../support/git-repository.ts'

interface Context {
  repository: GitRepository
}

const test = suite<Context>('copy of a project')

test.before.each(async context => { context.repository = await gitRepository() })
test.after.each(({ repository }) => repository.remove())

/** The folder of the copy's project and the files that stand where, without git's own. */
async function copyOf(repository: GitRepository, folder = '.'): Promise<{ project: string, files: readonly string[] }> {
  const target = repository.beside('copies/one')
  const place = { root: join(repository.folder, folder) }
  const project = await copyProject({ exec: repository.exec, folder: place.root, place }, target)
  const entries = await readdir(target, { recursive: true, withFileTypes: true })
  const files = entries.filter(entry => entry.isFile()).map(entry => relative(target, join(entry.parentPath, entry.name)).split(sep).join('/'))
  return { project: relative(target, project).split(sep).join('/'), files: files.filter(file => !file.includes('.git/')).sort() }
}

test('is the whole repository, but for what releases and package managers put there', async ({ repository }) => {
  await repository.commit({
    'lib.go': '', 'app/go.mod': 'module a\n', 'app/dist/release.json': '', 'app/dist.run.json': '', 'app/node_modules/x.js': '',
  })
  assert.equal(await copyOf(repository, 'app'), { project: 'app', files: ['app/go.mod', 'lib.go'] })
})

test('has the modules outside of it that go.mod replaces others by, at the same place from there', async ({ repository }) => {
  await repository.commit({ 'go.mod': 'module a\nreplace (\n\tx => ../cache\n\ty => ../missing\n\tz => ./inside\n\tw => example.com/w v1.0.0\n)\n', 'inside/go.mod': 'module z\n' })
  await writeTree(repository.beside('cache'), { 'go.mod': 'module x\n', 'deep/x.go': '', '.git/HEAD': '', 'node_modules/y.js': '' })
  assert.equal(await copyOf(repository), { project: 'project', files: ['cache/deep/x.go', 'cache/go.mod', 'project/go.mod', 'project/inside/go.mod'] })
})

test('has those that go.work names, and those that take the place of others there', async ({ repository }) => {
  await repository.commit({ 'go.work': 'use ./app\nuse ../deep/used\n', 'app/go.mod': 'module a\n' })
  await writeTree(repository.beside('deep'), { 'used/go.mod': 'module u\nreplace x => ../other\n', 'other/go.mod': 'module x\n', 'third/go.mod': 'module t\n' })
  assert.equal(await copyOf(repository, 'app'), {
    project: 'project/app', files: ['deep/other/go.mod', 'deep/used/go.mod', 'project/app/go.mod', 'project/go.work'],
  })
})

test('has one that stands around the repository, and the repository in it once', async ({ repository }) => {
  const inner = repository.at(join(repository.folder, 'inner'))
  await repository.commit({ 'go.mod': 'module x\n', 'inner/app/go.mod': 'module a\nreplace x => ../..\n' })
  await inner.git('init', '--quiet')
  assert.equal(await copyOf(inner, 'app'), { project: 'inner/app', files: ['go.mod', 'inner/app/go.mod'] })
})

test.run()
