import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { execFileSync } from 'node:child_process'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { generateProject } from './sample-project.ts'

let folder = ''
test.before.each(async () => { folder = await mkdtemp(join(tmpdir(), 'sample-')) })
test.after.each(() => rm(folder, { recursive: true, force: true }))

const git = (where: string, ...args: readonly string[]) =>
  execFileSync('git', ['-C', where, ...args], { encoding: 'utf8' }).trim()

test('the commit has the same id wherever it is made', async () => {
  const one = await generateProject(join(folder, 'one'))
  const two = await generateProject(join(folder, 'two'))
  assert.is(one.commit, two.commit)
  assert.is(git(one.folder, 'describe', '--tags', '--exact-match'), 'v1.2.3')
  assert.is(git(one.folder, 'status', '--short'), '')
})

test('touching changes one line of the main package, each turn to another text', async () => {
  const project = await generateProject(folder, { name: 'portal', tag: false })
  const path = join(folder, 'cmd/portal/main.go')
  const texts = [await readFile(path, 'utf8')]
  for (const turn of [1, 2]) {
    await project.touch(turn)
    texts.push(await readFile(path, 'utf8'))
  }
  assert.is(new Set(texts).size, 3)
  assert.is(git(folder, 'diff', '--shortstat'), '1 file changed, 1 insertion(+), 1 deletion(-)')
  assert.is(git(folder, 'tag'), '')
})

test('another name reaches every import', async () => {
  const project = await generateProject(folder, { name: 'portal' })
  assert.is(project.main, './cmd/portal')
  assert.not.match(git(folder, 'grep', '--no-index', 'example.com/', '--', '*.go'), 'example.com/sample')
})

test.run()
