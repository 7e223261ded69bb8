import { execFileSync } from 'node:child_process'
import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { dockerContext } from '../../lib/clients/docker-context.ts'
import { readTar } from '../../lib/formats/tar-reader.ts'
import { digestOf } from '../../lib/values/digest.ts'
import { ReleaseError } from '../../lib/values/errors.ts'
import { collect } from '../formats/support/collect.ts'
import { writeTree } from '../support/file-tree.ts'

const test = suite<{ folder: string }>('docker-context')

test.before.each(async context => { context.folder = await mkdtemp(join(tmpdir(), 'context-')) })
test.after.each(({ folder }) => rm(folder, { recursive: true, force: true }))

const time = new Date('2026-01-02T03:04:05Z')

async function pathsOf(folder: string, dockerfile?: string, outputs?: readonly string[]): Promise<readonly string[]> {
  return (await dockerContext(folder, dockerfile, outputs)).entries.map(({ path }) => path)
}

async function errorOf(promise: Promise<unknown>): Promise<ReleaseError> {
  const error: unknown = await promise.then(() => undefined, (thrown: unknown) => thrown)
  assert.instance(error, ReleaseError)
  return error as ReleaseError
}

test('everything is in it, sorted, with modes that do not depend on who checked it out', async ({ folder }) => {
  await writeTree(folder, { 'Dockerfile': 'FROM scratch', 'b/run.sh': '#!/bin/sh', 'b/secret': 'x', 'a.txt': 'text' })
  await mkdir(join(folder, 'empty'))
  await symlink('../elsewhere', join(folder, 'b/link'))
  await chmod(join(folder, 'b/run.sh'), 0o700)
  await chmod(join(folder, 'b/secret'), 0o600)
  execFileSync('mkfifo', [join(folder, 'pipe')])
  const { entries, dockerfile } = await dockerContext(folder)
  assert.is(dockerfile, 'Dockerfile')
  assert.equal(entries.map(({ path, type, mode }) => [path, type, mode.toString(8)]), [
    ['Dockerfile', 'file', '644'], ['a.txt', 'file', '644'], ['b', 'directory', '755'], ['b/link', 'symlink', '777'],
    ['b/run.sh', 'file', '755'], ['b/secret', 'file', '644'], ['empty', 'directory', '755'],
  ])
  assert.is(entries[1]?.digest, digestOf('text'))
  assert.is(entries[3]?.digest, digestOf('../elsewhere'))
})

test('its tar is what the list says, and the same every time', async ({ folder }) => {
  await writeTree(folder, { Dockerfile: 'FROM scratch', 'b/file': 'text' })
  await symlink('file', join(folder, 'b/link'))
  await mkdir(join(folder, 'empty'))
  const context = await dockerContext(folder)
  const [first, second] = [await collect(context.tar(time, 'classic')), await collect((await dockerContext(folder)).tar(time, 'classic'))]
  assert.equal(first, second)
  const found: unknown[] = []
  for await (const { name, type, mode, link, body } of readTar((async function* () { yield first })(), 'it')) {
    const bytes = await collect(body)
    found.push([name.replace(/\/$/, ''), type, mode, digestOf(type === 'symlink' ? link : bytes)])
  }
  assert.equal(found, context.entries.map(({ path, type, mode, digest }) => [path, type, mode, digest]))
  await writeFile(join(folder, 'tar'), first)
  assert.match(execFileSync('tar', ['tvf', join(folder, 'tar'), '--utc'], { encoding: 'utf8' }), /^drwxr-xr-x 0\/0 .* 2026-01-02 03:04 empty\/$/m)
})

test('.dockerignore leaves out, and takes back in', async ({ folder }) => {
  await writeTree(folder, {
    '.dockerignore': '# comment\n*\n!src\n!Dockerfile\nsrc/**/*_test.go\n!**/kept.md', 'Dockerfile': '', 'src/a.go': '', 'src/x/a_test.go': '', 'src/x/a.go': '',
    'docs/deep/kept.md': '', 'docs/deep/other.md': '', 'node_modules/x': '',
  })
  assert.equal(await pathsOf(folder), ['Dockerfile', 'docs', 'docs/deep', 'docs/deep/kept.md', 'src', 'src/a.go', 'src/x', 'src/x/a.go'])
})

test('the .dockerignore of a Dockerfile takes the place of the other', async ({ folder }) => {
  await writeTree(folder, { '.dockerignore': 'a', 'build/app.Dockerfile': '', 'build/app.Dockerfile.dockerignore': 'b\n.dockerignore', 'a': '', 'b': '', 'Dockerfile': '' })
  assert.equal(await pathsOf(folder, 'build/app.Dockerfile'), ['Dockerfile', 'a', 'build', 'build/app.Dockerfile', 'build/app.Dockerfile.dockerignore'])
  assert.equal(await pathsOf(folder), ['.dockerignore', 'Dockerfile', 'b', 'build', 'build/app.Dockerfile', 'build/app.Dockerfile.dockerignore'])
})

test('a Dockerfile that is left out, or lies elsewhere, is there for the Engine alone', async ({ folder }) => {
  await writeTree(folder, { 'app/.dockerignore': 'Dockerfile\n.dockerignore', 'app/Dockerfile': 'FROM a', 'app/x': '', 'Dockerfile.other': 'FROM b' })
  for (const [named, text] of [[undefined, 'FROM a'], [join(folder, 'Dockerfile.other'), 'FROM b'], ['../Dockerfile.other', 'FROM b']] as const) {
    const { dockerfile, entries, tar } = await dockerContext(join(folder, 'app'), named)
    assert.is(dockerfile, '.dockerfile')
    assert.equal(entries.map(({ path }) => path), ['.dockerfile', 'x'])
    assert.is(entries[0]?.digest, digestOf(text))
    const inTar = async (builder: 'buildkit' | 'classic'): Promise<ReadonlyMap<string, string>> => {
      const found = new Map<string, string>()
      for await (const { name, body } of readTar(tar(time, builder), 'it')) found.set(name, (await collect(body)).toString())
      return found
    }
    assert.equal([...await inTar('buildkit')], [['.dockerfile', text], ['x', '']])
    assert.equal([...await inTar('classic')], [['.dockerfile', text], ['.dockerignore', '.dockerfile\n.dockerignore\n'], ['x', '']])
  }
})

test('what git keeps is never part of it, in a worktree and in a submodule either', async ({ folder }) => {
  await writeTree(folder, { 'Dockerfile': '', '.git/HEAD': 'x', '.gitignore': '', 'module/.git': 'gitdir: elsewhere', 'module/a.git': '' })
  assert.equal(await pathsOf(folder), ['.gitignore', 'Dockerfile', 'module', 'module/a.git'])
})

test('what a release writes is never part of it', async ({ folder }) => {
  await writeTree(folder, { Dockerfile: '', 'dist/x': '', 'sub/dist/x': '' })
  assert.equal(await pathsOf(folder, undefined, [join(folder, 'dist')]), ['Dockerfile', 'sub', 'sub/dist', 'sub/dist/x'])
})

test('a file that changes between the list and the tar is an error, not another image', async ({ folder }) => {
  await writeTree(folder, { Dockerfile: '', a: 'one' })
  const { tar } = await dockerContext(folder)
  for (const text of ['two', 'more', 'o']) {
    await writeFile(join(folder, 'a'), text)
    const error = await errorOf(collect(tar(time, 'buildkit')))
    assert.is(error.code, 'CHANGED')
    assert.match(error.message, /^Cannot build from a: it changed while it was read$/)
  }
})

test('what is not there is told in words', async ({ folder }) => {
  assert.match((await errorOf(dockerContext(join(folder, 'none')))).message, /^Cannot use .*none for an image: it is not there$/)
  assert.match((await errorOf(dockerContext(folder))).message, /^Cannot use Dockerfile of .* for an image: it is not there$/)
  await writeTree(folder, { Dockerfile: '', '.dockerignore': '[' })
  assert.match((await errorOf(dockerContext(folder))).message, /^Cannot use \.dockerignore: line 1 is no pattern/)
})

test.run()
