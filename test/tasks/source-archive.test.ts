import { execFile } from 'node:child_process'
import { chmod, mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { ReleaseError } from '../../lib/values/errors.ts'
import { sourceArchive } from '../../tasks/source-archive.ts'
import { source } from '../../tasks/source.ts'
import { gitRepository, type GitRepository } from '../support/git-repository.ts'
import { failure, graphFixture, made, type GraphFixture } from '../support/graph-fixture.ts'
import { releaseValue } from '../support/release-value.ts'

interface Context {
  graph: GraphFixture
  repository: GitRepository
  /** `mode name size` of every member, as tar lists it. */
  members(folder?: string): Promise<readonly string[]>
}

const test = suite<Context>('source archive')
const { project, version } = releaseValue()

const pack = (folder: string, name?: string) => sourceArchive({ project, version, source: source({ folder }), ...(name ? { name } : {}) })

test.before.each(async context => {
  const [graph, repository] = await Promise.all([graphFixture(), gitRepository()])
  await repository.write({ 'main.go': 'package main\n', 'docs/a.md': 'a', 'tests/big.bin': 'x', 'secret/key': 'x', '.gitattributes': 'tests export-ignore\n*.key export-ignore\n', '.gitignore': 'ignored\n' })
  await repository.write({ 'ignored': 'x' })
  await writeFile(join(repository.folder, 'run.sh'), '#!/bin/sh\n', { mode: 0o755 })
  await symlink('docs/a.md', join(repository.folder, 'README.md'))
  await repository.commit()
  await repository.write({ 'untracked.txt': 'x' })
  Object.assign(context, {
    graph, repository, members: async (folder = repository.folder) => {
      const step = pack(folder)
      const file = await graph.cache.content.file(made(await graph.run([step]), step))
      const { stdout } = await promisify(execFile)('tar', ['--full-time', '--utc', '-tvzf', file], { env: { ...process.env, LC_ALL: 'C' } })
      return stdout.trim().split('\n').map(line => line.replace(/^(\S+) 0\/0 +\d+ (\S+ \S+) /, '$1 $2 ').replace('gateway_1.2.3_source', '*'))
    },
  })
})
test.after.each(async ({ graph, repository }) => {
  await graph.close()
  await repository.remove()
})

test('with the base for a stamp, a candidate has the bytes of the stable version', async ({ graph, repository }) => {
  const of = (semver: string) => sourceArchive({ project, version: { ...version, semver }, source: source({ folder: repository.folder }) })
  const steps = ['1.2.3-rc.1', '1.2.3'].map(of)
  const outcomes = await graph.run(steps)
  assert.equal(steps.map(({ outline }) => outline.name), ['gateway_1.2.3-rc.1_source.tar.gz', 'gateway_1.2.3_source.tar.gz'])
  assert.is(new Set(steps.map(step => made(outcomes, step).digest)).size, 1)
})

test('it holds what git knows, as it stands, without what is not to be exported', async ({ members, repository }) => {
  assert.is(pack(repository.folder).outline.name, 'gateway_1.2.3_source.tar.gz')
  const time = '2026-11-21 08:51:00'
  assert.equal(await members(), [
    `-rw-r--r-- ${time} */.gitattributes`, `-rw-r--r-- ${time} */.gitignore`, `lrwxrwxrwx ${time} */README.md -> docs/a.md`, `-rw-r--r-- ${time} */docs/a.md`,
    `-rw-r--r-- ${time} */main.go`, `-rwxr-xr-x ${time} */run.sh`, `-rw-r--r-- ${time} */secret/key`,
  ])
})

test('submodules go in with their files', async ({ members, repository }) => {
  const other = repository.at(repository.beside('library'))
  await mkdir(other.folder)
  await other.git('init', '--quiet')
  await other.commit({ 'lib.go': 'package lib\n' })
  await repository.git('submodule', '--quiet', 'add', other.folder, 'third/library')
  await repository.commit()
  assert.ok((await members()).some(line => line.endsWith(' */third/library/lib.go')))
})

test('it is packed once, wherever the project stands, and again when a tracked file changes', async ({ graph, repository }) => {
  const state = async (folder = repository.folder) => (await graph.run([pack(folder)])).get(pack(folder).recipe)?.state
  assert.equal([await state(), await state()], ['made', 'cached'])
  await writeFile(join(repository.folder, 'untracked.txt'), 'changed')
  await writeFile(join(repository.folder, 'tests/big.bin'), 'changed')
  assert.is(await state(), 'cached')
  await repository.git('clone', '--quiet', '.', repository.beside('clone'))
  assert.is(await state(repository.beside('clone')), 'cached')
  await chmod(join(repository.folder, 'main.go'), 0o755)
  assert.is(await state(), 'made')
  await rm(join(repository.folder, 'README.md'))
  await symlink('main.go', join(repository.folder, 'README.md'))
  assert.is(await state(), 'made')
  await rm(join(repository.folder, 'docs/a.md'))
  assert.is(await state(), 'made')
})

test('a name of the user\'s own is the folder in it, too', async ({ graph, repository }) => {
  const step = pack(repository.folder, 'src')
  assert.is(step.outline.name, 'src.tar.gz')
  const { stdout } = await promisify(execFile)('tar', ['-tzf', await graph.cache.content.file(made(await graph.run([step]), step))])
  assert.ok(stdout.split('\n').filter(line => line !== '').every(line => line.startsWith('src/')))
})

test('a folder that is in no repository is an error', async ({ graph }) => {
  await writeFile(join(graph.project, 'main.go'), 'package main\n')
  const error = failure(await graph.plan([pack(graph.project)]), pack(graph.project)) as ReleaseError
  assert.equal([error.code, error.message], ['GIT', `Cannot read ${graph.project} with git: it is in no git repository`])
  assert.is(await readFile(join(graph.project, 'main.go'), 'utf8'), 'package main\n')
})

test.run()
