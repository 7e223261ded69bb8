import { fileURLToPath } from 'node:url'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { discover } from '../lib/project.ts'
import { ReleaseError } from '../lib/values/errors.ts'
import type { Project } from '../lib/values/project.ts'
import { withFiles } from './support/with-files.ts'

const program = 'package main\n\nfunc main() {}\n'

async function discovered(files: Record<string, string>, below = '.'): Promise<Omit<Project, 'place'>> {
  return withFiles(files, async folder => {
    const { place, ...project } = await discover(join(folder, below))
    assert.is(place.folder, join(folder, below))
    return project
  })
}

async function refused(files: Record<string, string>, below = '.'): Promise<{ message: string, hint: string }> {
  return withFiles(files, async folder => {
    try {
      await discover(join(folder, below))
    } catch (error) {
      assert.instance(error, ReleaseError)
      const { code, message, hint = '' } = error as ReleaseError
      assert.is(code, 'PROJECT')
      return { message: message.replaceAll(folder, '<folder>'), hint: hint.replaceAll(folder, '<folder>') }
    }
    throw new Error('it was not refused')
  })
}

test('a program at the root', async () => {
  const project = await discovered({ 'go.mod': 'module example.com/hello\n\ngo 1.23\n', 'main.go': program, 'LICENSE': 'Apache License\nVersion 2.0, January 2004' })
  assert.equal(project, {
    name: 'hello', module: 'example.com/hello', go: '1.23', license: 'Apache-2.0', documents: ['LICENSE'],
    mains: [{ program: 'hello', package: '.', variables: {} }],
  })
})

test('the project of the tests and the bench', async () => {
  const { name, mains } = await discover(fileURLToPath(new URL('support/sample-project', import.meta.url)))
  assert.is(name, 'sample')
  assert.equal(mains.map(main => main.package), ['./cmd/sample'])
  assert.is(mains[0]?.variables.version, 'main.version')
})

test('names leave out major versions', async () => {
  const named = async (module: string): Promise<string> => (await discovered({ 'go.mod': `module ${module}\n`, 'main.go': program })).name
  assert.is(await named('example.com/tool/v2'), 'tool')
  assert.is(await named('gopkg.in/tool.v3'), 'tool')
  assert.is(await named('tool'), 'tool')
  assert.is(await named('v2'), 'v2')
})

test('programs of a project, its own first', async () => {
  const { mains } = await discovered({
    'go.mod': 'module example.com/x\n', 'main.go': program, 'cmd/b/main.go': program, 'cmd/a/a.go': program,
    'deep/down/here/main.go': program, 'internal/tools/gen/main.go': program, 'examples/one/main.go': program,
  })
  assert.equal(mains.map(main => main.package), ['.', './cmd/a', './cmd/b', './deep/down/here'])
  assert.equal(mains.map(main => main.program), ['x', 'a', 'b', 'here'])
})

test('what stands aside counts where there is nothing else', async () => {
  const { mains } = await discovered({ 'go.mod': 'module example.com/x\n', 'x.go': 'package x\n', 'tools/gen/main.go': program })
  assert.equal(mains.map(main => main.package), ['./tools/gen'])
})

test('folders and files that no build takes', async () => {
  const { mains } = await discovered({
    'go.mod': 'module example.com/x\n',
    'gen.go': '//go:build ignore\n\npackage main\n\nfunc main() {}\n', 'x.go': 'package x\n', 'x_test.go': program,
    'testdata/main.go': program, 'vendor/a/main.go': program, 'node_modules/a/main.go': program, '_old/main.go': program,
    '.hidden/main.go': program, 'other/go.mod': 'module other\n', 'other/main.go': program,
    'plugin/main.go': 'package main\n\nvar Plugin int\n', 'cmd/x/x.go': `// ${'A long license. '.repeat(600)}\n\n${program}`,
  })
  assert.equal(mains.map(main => main.package), ['./cmd/x'])
})

test('version variables of the main package by their usual names', async () => {
  const { mains } = await discovered({
    'go.mod': 'module example.com/x\n', 'main.go': program,
    'info.go': 'package main\n\nvar (\n\tgitCommit = "none"\n\tVersion = "dev"\n\tbuildDate string\n)\n\nconst version = "1"\nvar revision = name()\n',
  })
  assert.equal(mains[0]?.variables, { version: 'main.Version', commit: 'main.gitCommit', date: 'main.buildDate' })
})

test('version variables of a package that it imports', async () => {
  const { mains } = await discovered({
    'go.mod': 'module example.com/x\n',
    'cmd/x/main.go': 'package main\n\nimport "example.com/x/internal/app"\n\nfunc main() { app.Run() }\n',
    'internal/app/app.go': 'package app\n\nimport (\n\t"fmt"\n\t"example.com/x/internal/version"\n)\n\nvar name = "x"\n',
    'internal/version/version.go': 'package version\n\nvar Version, Commit = "dev", ""\n',
    'other/version/version.go': 'package version\n\nvar Version = "not linked in"\n',
  })
  assert.equal(mains[0]?.variables, { version: 'example.com/x/internal/version.Version', commit: 'example.com/x/internal/version.Commit' })
})

test('no go.mod: names the nearest one below', async () => {
  const { message, hint } = await refused({ 'README.md': '', 'services/api/go.mod': 'module a\n', 'services/node_modules/b/go.mod': 'module b\n' })
  assert.is(message, 'Cannot find a Go project in <folder>: it has no go.mod')
  assert.match(hint, /--project .*services\/api\.$/)
})

test('no go.mod, and none below', async () => {
  assert.match((await refused({ 'README.md': '' })).hint, /go mod init/)
})

test('a workspace: lists its modules', async () => {
  const { message, hint } = await refused({ 'go.work': 'go 1.23\nuse (\n\t./api\n\t./web\n)\n', 'api/go.mod': 'module api\n' })
  assert.is(message, 'Cannot find a Go project in <folder>: its go.work lists api, web')
  assert.match(hint, /--project .*api\.$/)
})

test('a folder that is not there', async () => {
  assert.is((await refused({}, 'none')).message, 'Cannot find a Go project in <folder>/none: there is no such folder')
})

test('a go.mod without a module', async () => {
  assert.match((await refused({ 'go.mod': 'go 1.23\n' })).message, /it names no module$/)
})

test('no main package: names modules below', async () => {
  const { message, hint } = await refused({ 'go.mod': 'module example.com/lib\n', 'lib.go': 'package lib\n', 'cli/go.mod': 'module cli\n' })
  assert.is(message, 'Cannot release example.com/lib in <folder>: it has no main package')
  assert.match(hint, /cli/)
})

test.run()
