import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { execFile } from 'node:child_process'
import { mkdtemp, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { goListing } from '../../../lib/clients/go/listing.ts'
import { checkStamps } from '../../../lib/clients/go/stamps.ts'
import { compileEnvironment, readToolchain } from '../../../lib/clients/go/toolchain.ts'
import type { Problem } from '../../../lib/values/problem.ts'
import type { Target } from '../../../lib/values/target.ts'
import type { Toolchain } from '../../../lib/values/toolchain.ts'
import { writeTree } from '../../support/file-tree.ts'
import { moduleProxy } from '../../support/module-proxy.ts'
import { observerIn, type TestObserver } from '../../support/observer.ts'

interface Context {
  root: string
  folder: string
  observer: TestObserver
  toolchain: Toolchain
}

const test = suite<Context>('go stamps')

const files = {
  'go.mod': 'module example.com/app\n\ngo 1.21\n\nrequire proxy.test/Capital/lib/v2 v2.0.0\n',
  'cmd/app/main.go': `package main

import (
	"example.com/app/internal/build"
	"proxy.test/Capital/lib/v2/sub"
	"runtime/debug"
)

var version, commit = "dev", ""

const name = "app"

func main() { println(version, commit, name, build.Date, build.Where, sub.Version, debug.Stack) }
`,
  'internal/build/build.go': 'package build\n\nvar Date string\n\nvar Number = 1\n',
  'internal/build/build_linux.go': 'package build\n\nvar Where, OnlyLinux string\n',
  'internal/build/build_other.go': '//go:build !linux\n\npackage build\n\nvar Where string\n',
  'internal/unused/unused.go': 'package unused\n\nvar Version string\n',
}

test.before(async context => {
  context.root = await mkdtemp(join(await realpath(tmpdir()), 'slipway-stamped-'))
  context.folder = join(context.root, 'project')
  context.observer = observerIn(context.root)
  const lib = {
    'go.mod': 'module proxy.test/Capital/lib/v2\n\ngo 1.21\n', 'sub/sub.go': 'package sub\n\nvar Version string\n',
  }
  const GOPROXY = await moduleProxy(join(context.root, 'proxy'), [
    { path: 'proxy.test/Capital/lib/v2', escaped: 'proxy.test/!capital/lib/v2', version: 'v2.0.0', files: lib }])
  const environment = {
    HOME: process.env['HOME'], GOMODCACHE: join(context.root, 'modules'), GOFLAGS: '-modcacherw', GONOSUMDB: '*',
    GOPROXY,
  }
  context.toolchain = await readToolchain({ exec: context.observer.exec, environment })
  await writeTree(context.folder, files)
  const env = { ...context.toolchain.place.environment, GOENV: 'off', GOWORK: 'off' }
  await context.observer.exec('go', ['mod', 'tidy'], { cwd: context.folder, env })
})
test.after(({ root }) => rm(root, { recursive: true, force: true }))

async function problems(
  { folder, observer, toolchain }: Context, names: readonly string[], target: Target = 'linux/amd64',
): Promise<readonly Problem[]> {
  const source = { kind: 'source', use: 'go', place: { folder, repository: folder, outputs: [] } } as const
  const listing = await goListing(observer, { source, toolchain, target, package: './cmd/app' })
  return checkStamps(listing, Object.fromEntries(names.map(name => [name, 'stamped'])))
}

const stampable = [
  'main.version', 'main.commit', 'example.com/app/internal/build.Date', 'example.com/app/internal/build.Where',
  'proxy.test/Capital/lib/v2/sub.Version', 'runtime.buildVersion',
]

test('are no problem where the linker sets them', async context => {
  const { folder, observer, toolchain } = context
  assert.equal(await problems(context, stampable), [])
  const flags = stampable.slice(0, -1).map(name => `-X ${name}=stamped`).join(' ')
  const env = compileEnvironment(toolchain, toolchain.place.host)
  const program = join(context.root, 'stamped')
  await observer.exec('go', ['build', `-ldflags=${flags}`, '-o', program, './cmd/app'], { cwd: folder, env })
  const { stderr } = await observer.exec(program, [])
  assert.match(stderr, /^stamped stamped app stamped stamped stamped /)
})

test('of the program by its import path are as unknown to the linker as to us', async context => {
  const { folder, observer, toolchain } = context
  const [problem] = await problems(context, ['example.com/app/cmd/app.version'])
  assert.match(problem?.message ?? '', /to the linker, the package of a program is main$/)
  assert.is(problem?.hint, 'Did you mean main.version?')
  const program = join(context.root, 'unstamped')
  const flags = '-X example.com/app/cmd/app.version=stamped'
  await observer.exec('go', ['build', `-ldflags=${flags}`, '-o', program, './cmd/app'], {
    cwd: folder, env: compileEnvironment(toolchain, toolchain.place.host),
  })
  assert.match((await observer.exec(program, [])).stderr, /^dev /)
})

const refusals: readonly (readonly [stamp: string, why: string, hint?: string])[] = [
  ['main.Version', 'there is no such variable', 'Did you mean main.version?'],
  ['version', 'it is not said which package it is in', 'Did you mean main.version?'],
  ['main.name', 'it is a constant, not a variable'],
  ['main.main', 'it is a function, not a variable'],
  ['example.com/app/internal/build.Number', 'it is initialised by 1, which is no string'],
  ['example.com/app/internal/buidl.Date', 'example.com/app/internal/buidl is no package of this program',
    'Did you mean example.com/app/internal/build.Date?'],
  ['example.com/app/internal/unused.Version', 'example.com/app/internal/unused is no package of this program'],
  ['proxy.test/Capital/lib/v2/sub.Versoin', 'there is no such variable'],
  ['runtime.nothing', 'there is no such variable'],
]

for (const [stamp, why, hint] of refusals) {
  test(`such as ${stamp} are refused`, async context => {
    const found = await problems(context, [stamp, 'main.version'])
    assert.is(found.length, 1)
    const [problem] = found
    assert.equal({ ...problem, hint }, { where: stamp, code: 'STAMP', message: `Cannot stamp ${stamp}: ${why}`, hint })
    assert.ok(problem?.hint)
    if (hint !== undefined) assert.is(problem?.hint, hint)
  })
}

test('of another target are told apart from those that are nowhere', async context => {
  const name = 'example.com/app/internal/build.OnlyLinux'
  assert.equal(await problems(context, [name]), [])
  const [problem] = await problems(context, [name], 'windows/amd64')
  assert.match(problem?.message ?? '', /build_linux\.go declares it, and is not compiled for this target$/)
})

const mebibyte = 1024 ** 2

/** Go files as generators write them, 13 MiB each: many declarations, one large value, one long string, one large function. */
function generated(): Readonly<Record<string, string>> {
  const fill = (line: (row: number) => string): string => {
    const length = line(0).length
    return Array.from({ length: Math.ceil(13 * mebibyte / length) }, (_, row) => line(row % 10)).join('')
  }
  const wrap = (begin: string, line: (row: number) => string, end: string): string =>
    `package main\n\n// Nothing here is the version or the lost.\n\n${begin}${fill(line)}${end}`
  return {
    'app/main.go': 'package main\n\nvar version = "dev"\n\nfunc main() {}\n',
    'app/a_constants.go': wrap('const (\n', row => `\tgeneratedConstant${row} = "generated constant ${row}"\n`, ')\n'),
    'app/b_table.go': wrap('var table = []map[string]any{\n', row => `\t{"version": ${row}, "more": []int{1, 2}},\n`, '}\n'),
    'app/c_text.go': wrap('var text = "', row => `\\x0${row}`, '"\n'),
    'app/d_function.go': wrap('func fill() {\n', row => `\tif version == "${row}" { println(text) }\n`, '}\n\nvar found string\n'),
  }
}

test('of files as large as generators make them take no more memory than one of them', async ({ root }) => {
  await writeTree(join(root, 'large'), generated())
  const script = fileURLToPath(new URL('support/check-stamps.ts', import.meta.url))
  const run = async (...stamps: readonly string[]): Promise<{ grown: number, messages: readonly string[], hints: readonly string[] }> => {
    const args = ['--max-old-space-size=32', '--max-semi-space-size=2', '--import', 'tsx', script, join(root, 'large/app'), ...stamps]
    return JSON.parse((await promisify(execFile)(process.execPath, args)).stdout) as { grown: number; messages: readonly string[]; hints: readonly string[] }
  }
  const present = await run('main.version', 'main.found')
  assert.equal(present.messages, [])
  assert.ok(present.grown < 48 * mebibyte, String(present.grown / mebibyte))
  const absent = await run('main.table', 'main.lost')
  assert.equal(absent.messages, [
    'Cannot stamp main.table: it is initialised by []map[string]any{…}', 'Cannot stamp main.lost: there is no such variable',
  ])
  assert.is(absent.hints[1], 'Did you mean main.text?')
  assert.ok(absent.grown < 80 * mebibyte, String(absent.grown / mebibyte))
})

test.run()
