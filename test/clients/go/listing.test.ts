import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import {
  appendFile, cp, mkdir, mkdtemp, readFile, realpath, rm, stat, symlink, utimes, writeFile,
} from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { goInputs } from '../../../lib/clients/go/inputs.ts'
import { goListing, type Listing, type ListingRequest } from '../../../lib/clients/go/listing.ts'
import { compileEnvironment, readToolchain } from '../../../lib/clients/go/toolchain.ts'
import { hashFile } from '../../../lib/clients/hash-file.ts'
import type { Exec } from '../../../lib/contracts/exec.ts'
import { digestOfValue } from '../../../lib/values/digest.ts'
import { ReleaseError } from '../../../lib/values/errors.ts'
import type { Source } from '../../../lib/values/source.ts'
import type { Toolchain } from '../../../lib/values/toolchain.ts'
import { writeTree } from '../../support/file-tree.ts'
import { observerIn, type TestObserver } from '../../support/observer.ts'

interface Context {
  /** The repository. */
  folder: string
  toolchain: Toolchain
  observer: TestObserver
}

const test = suite<Context>('go listing')

test.before(async context => {
  context.toolchain = await readToolchain({ exec: observerIn(tmpdir()).exec, environment: process.env })
})
test.before.each(async context => {
  context.folder = join(await mkdtemp(join(await realpath(tmpdir()), 'slipway-listing-')), 'repository')
  await mkdir(context.folder)
  context.observer = observerIn(context.folder)
})
test.after.each(({ folder }) => rm(dirname(folder), { recursive: true, force: true }))

const goMod = 'module example.com/gateway\n\ngo 1.21\n'
const main = 'package main\n\nfunc main() { println("gateway") }\n'

const workspace = {
  'go.work': 'go 1.21\n\nuse (\n\t./app\n\t./lib\n)\n',
  'app/go.mod': 'module example.com/app\n\ngo 1.21\n', 'app/main.go': go('main', ['example.com/lib'], 'func main() {}'),
  'lib/go.mod': 'module example.com/lib\n\ngo 1.21\n', 'lib/lib.go': 'package lib\n',
}

function sourceOf(repository: string, path = '.'): Source {
  const folder = join(repository, path)
  return { kind: 'source', use: 'go', place: { folder, repository, outputs: [join(folder, 'dist')] } }
}

function request({ folder, toolchain }: Context, more: Partial<ListingRequest> = {}): ListingRequest {
  return { source: sourceOf(folder), toolchain, target: 'linux/amd64', package: '.', ...more }
}

function filesOf({ files }: Listing, folder: string): readonly string[] {
  return files.map(file => relative(folder, file)).sort()
}

async function keyOf(observer: TestObserver, asked: ListingRequest, fresh = false): Promise<string> {
  return digestOfValue((await goInputs(observer, asked, fresh)).value)
}

async function refusal(reading: Promise<unknown>): Promise<ReleaseError> {
  const error = await reading.then(() => undefined, (thrown: unknown) => thrown)
  assert.instance(error, ReleaseError)
  return error as ReleaseError
}

/** Compiles what was asked for in the app of a workspace, and returns the digest of the binary. */
async function compiled({ observer, toolchain }: Context, asked: ListingRequest, root: string): Promise<string> {
  const output = `${root}-binary`
  const flags = ['-trimpath', '-buildvcs=false', `-tags=${asked.tags?.join(',') ?? ''}`, '-o', output]
  const env = compileEnvironment(toolchain, asked.target, { work: join(root, 'go.work') })
  await observer.exec(toolchain.place.program, ['build', ...flags, asked.package], { cwd: join(root, 'app'), env })
  return (await hashFile(output)).digest
}

/** A Go file: its package, what it imports, and the rest. */
function go(name: string, imports: readonly string[], ...rest: readonly string[]): string {
  return [`package ${name}`, ...imports.map(path => `import _ "${path}"`), ...rest, ''].join('\n')
}

test('names what a compile reads, and nothing else', async context => {
  const { folder, observer } = context
  await writeTree(folder, {
    'go.mod': goMod, 'README.md': 'hello',
    'cmd/deep/main.go': go('main', ['example.com/gateway/internal'], 'func main() {}'),
    'cmd/deep/main_test.go': go('main', []), 'cmd/deep/default.pgo': '', 'internal/internal.go': go('internal', []),
    'internal/internal_windows.go': go('internal', ['os']),
    'internal/extra.go': `//go:build extra\n\n${go('internal', [])}`,
    'unused/unused.go': go('unused', []),
  })
  const listing = await goListing(observer, request(context, { package: './cmd/deep' }))
  assert.equal(filesOf(listing, folder), ['cmd/deep/default.pgo', 'cmd/deep/main.go', 'go.mod', 'internal/internal.go'])
  assert.is(listing.module, 'example.com/gateway')
  assert.is(listing.importPath, 'example.com/gateway/cmd/deep')
  const [internal, deep] = ['internal', 'cmd/deep'].map(path => join(folder, path))
  assert.equal(listing.packages, [
    { importPath: 'example.com/gateway/internal', folder: internal, sources: [`${internal}/internal.go`] },
    { importPath: listing.importPath, folder: deep, sources: [`${deep}/main.go`] },
  ])
  assert.ok(listing.others.includes('runtime'))
  assert.equal(listing.modules, [])
  const asked = request(context, { package: './cmd/deep', target: 'windows/amd64', tags: ['extra'] })
  const windows = filesOf(await goListing(observer, asked), folder)
  assert.equal(windows.slice(3), ['internal/extra.go', 'internal/internal.go', 'internal/internal_windows.go'])
})

test('asks go again only when another set of files could be read', async context => {
  const { folder } = context
  await writeTree(folder, { 'go.mod': goMod, 'main.go': main, 'doc/doc.md': 'one' })
  const asked = request(context)
  const keys: string[] = []
  const commands = async (change: Record<string, string>): Promise<number> => {
    await writeTree(folder, change)
    const observer = context.observer = context.observer.again()
    keys.push(await keyOf(observer, asked))
    return observer.commands.length
  }
  assert.is(await commands({}), 1)
  assert.is(await commands({}), 0)
  assert.is(await commands({ 'doc/doc.md': 'another', 'dist/gateway.tar.gz': 'made' }), 0)
  assert.is(new Set(keys).size, 1)
  assert.is(await commands({ 'main.go': main.replace('gateway', 'door') }), 0)
  assert.is(new Set(keys).size, 2)
  assert.is(await commands({ 'more.go': 'package main\n\nfunc more() {}\n' }), 1)
  assert.is(await commands({ 'more.go': 'package main\n\nimport _ "os"\n\nfunc more() {}\n' }), 1)
  assert.is(await commands({ 'more.go': '//go:build windows\n\npackage main\n' }), 1)
  assert.is(await commands({ 'go.mod': goMod.replace('1.21', '1.22') }), 1)
  assert.is(new Set(keys).size, 5)
  assert.is(keys.at(-2), keys[3], 'a file that is not read changes nothing')
})

test('is the same wherever the source stands', async context => {
  const { folder, observer } = context
  const other = join(dirname(folder), 'elsewhere/deeper')
  await writeTree(folder, { 'go.mod': goMod, 'main.go': main })
  await cp(folder, other, { recursive: true })
  const first = await goInputs(observer, request(context))
  const moved = observer.again()
  const second = await goInputs(moved, { ...request(context), source: sourceOf(other) })
  assert.equal(second.value, first.value)
  assert.is(moved.commands.length, 0)
  assert.equal(second.reads, [join(other, 'go.mod'), join(other, 'main.go')])
})

function embedding(patterns: string): string {
  return `package main\n\nimport "embed"\n\n//go:embed ${patterns}\nvar files embed.FS\n\nfunc main() {}\n`
}

test('reads embedded files at every call, whatever git, the clock and their size say', async context => {
  const { folder, observer } = context
  await writeTree(folder, {
    'go.mod': goMod, '.gitignore': 'static\n', 'static/a.txt': 'one', 'static/.hidden': 'no',
    'static/deep/b.txt': 'two', 'other/.seen': 'yes', 'main.go': embedding('static all:other'),
  })
  const asked = request(context)
  const listed = filesOf(await goListing(observer, asked), folder)
  assert.equal(listed, ['go.mod', 'main.go', 'other/.seen', 'static/a.txt', 'static/deep/b.txt'])
  const file = join(folder, 'static/a.txt')
  const before = await keyOf(observer, asked)
  const { atime, mtime } = await stat(file)
  await writeFile(file, 'two')
  await utimes(file, atime, mtime)
  assert.is(await keyOf(observer, asked), before, 'once in a run')
  assert.is.not(await keyOf(observer, asked, true), before, 'unless read anew')
  assert.is.not(await keyOf(observer.again(), asked), before, 'and in every run')
  await writeTree(folder, { 'static/new.txt': 'new' })
  const again = observer.again()
  assert.ok(filesOf(await goListing(again, asked), folder).includes('static/new.txt'))
  assert.is(again.commands.length, 1)
})

test('is not kept where it reaches what the tree is not read for', async context => {
  const { folder, observer } = context
  await writeTree(folder, {
    'go.mod': goMod, 'node_modules/lib/lib.js': 'one', 'main.go': embedding('node_modules/lib/*.js'),
  })
  const asked = request(context)
  assert.ok(filesOf(await goListing(observer, asked), folder).includes('node_modules/lib/lib.js'))
  const before = await keyOf(observer, asked)
  await writeTree(folder, { 'node_modules/lib/lib.js': 'two' })
  const again = observer.again()
  assert.is.not(await keyOf(again, asked), before)
  await keyOf(again, asked)
  assert.is(again.commands.length, 1, 'once in a run')
})

test('is not kept where the tree changes while go looks at it', async context => {
  const { folder, observer } = context
  await writeTree(folder, { 'go.mod': goMod, 'main.go': main })
  const asked = request(context)
  const exec: Exec = async (...call) => {
    await writeTree(folder, { 'more.go': go('main', []) })
    return observer.exec(...call)
  }
  const during = await goListing({ ...observer, exec }, asked)
  assert.equal(filesOf(during, folder), ['go.mod', 'main.go', 'more.go'])
  await rm(join(folder, 'more.go'))
  const again = observer.again()
  assert.equal(filesOf(await goListing(again, asked), folder), ['go.mod', 'main.go'])
  assert.is(again.commands.length, 1)
})

test('refuses to take in what releases make', async context => {
  const { folder, observer } = context
  await writeTree(folder, { 'go.mod': goMod, 'dist/old.tar.gz': 'x', 'main.go': embedding('dist') })
  const error = await refusal(goListing(observer, request(context)))
  assert.is(error.code, 'PROJECT')
  assert.match(error.message, /takes in dist\/old\.tar\.gz, which is made by releases$/)
})

test('knows vendored packages by their files', async context => {
  const { folder, observer, toolchain } = context
  await writeTree(folder, {
    ...workspace, 'go.work': '', 'app/go.mod': `${workspace['app/go.mod']}
require example.com/lib v1.2.3\n\nreplace example.com/lib => ../lib\n`,
  })
  const app = join(folder, 'app')
  const vendored = 'vendor/example.com/lib'
  await rm(join(folder, 'go.work'))
  await observer.exec(toolchain.place.program, ['mod', 'vendor'], { cwd: app, env: { GOFLAGS: '', GOENV: 'off' } })
  const asked = request(context, { source: sourceOf(folder, 'app') })
  const files = ['../lib/go.mod', 'go.mod', 'main.go', `${vendored}/lib.go`, 'vendor/modules.txt']
  assert.equal(filesOf(await goListing(observer, asked), app), files)
  await writeTree(app, { [`${vendored}/more.go`]: go('lib', []) })
  assert.ok(filesOf(await goListing(observer.again(), asked), app).includes(`${vendored}/more.go`))
})

test('follows replacements out of the tree, relative and absolute', async context => {
  const { folder, observer } = context
  const outside = join(dirname(folder), 'outside')
  await writeTree(outside, {
    'go.mod': 'module example.com/two\n\ngo 1.21\n', 'two.go': go('two', []),
    'unread.go': `//go:build never\n\n${go('two', [])}`,
  })
  await writeTree(folder, {
    'app/go.mod': 'module example.com/app\n\ngo 1.21\n\n'
      + 'require (\n\texample.com/one v0.0.0\n\texample.com/two v0.0.0\n)\n'
      + `\nreplace example.com/one => ../one\n\nreplace (\n\texample.com/two => ${outside}\n)\n`,
    'app/main.go': go('main', ['example.com/one', 'example.com/two'], 'func main() {}'),
    'one/go.mod': 'module example.com/one\n\ngo 1.21\n', 'one/one.go': go('one', []),
  })
  const asked = request(context, { source: sourceOf(folder, 'app') })
  const files = filesOf(await goListing(observer, asked), join(folder, 'app'))
  assert.equal(files, [
    '../../outside/go.mod', '../../outside/two.go', '../one/go.mod', '../one/one.go', 'go.mod', 'main.go',
  ])
  await writeTree(outside, { 'three.go': 'package two\n' })
  assert.is((await goListing(observer.again(), asked)).files.length, files.length + 1)
})

test('reads a workspace of the repository, from one of its modules and from its root', async context => {
  const { folder, observer } = context
  await writeTree(folder, workspace)
  const expected = ['app/go.mod', 'app/main.go', 'go.work', 'lib/go.mod', 'lib/lib.go']
  const inside = await goListing(observer, request(context, { source: sourceOf(folder, 'app') }))
  assert.equal(filesOf(inside, folder), expected)
  assert.is(inside.module, 'example.com/app')
  assert.equal(filesOf(await goListing(observer, request(context, { package: './app' })), folder), expected)
})

test('ignores a go.work and a go.mod outside of the repository', async context => {
  const { folder, observer } = context
  await writeTree(dirname(folder), { 'go.work': 'go 1.21\n\nuse ./other\n', 'go.mod': 'module example.com/outside\n' })
  await writeTree(folder, { 'app/go.mod': goMod, 'app/main.go': main })
  const listing = await goListing(observer, request(context, { source: sourceOf(folder, 'app') }))
  assert.equal(filesOf(listing, folder), ['app/go.mod', 'app/main.go'])
  const error = await refusal(goListing(observer, request(context)))
  assert.is(error.code, 'PROJECT')
  assert.match(error.message, /there is no go\.mod in it, nor above it in its repository$/)
})

test('with cgo has every file of the modules where C is compiled, and only there', async context => {
  const { folder, observer } = context
  await writeTree(folder, {
    'go.mod': goMod, 'main.go': main, 'c.go': 'package main\n\n// #include "sub/x.inc"\nimport "C"\n', 'x.c': '',
    'sub/x.inc': 'int x;', 'README.md': 'hello', 'nested/go.mod': 'module x\n', 'nested/x.go': go('x', []),
  })
  assert.equal(filesOf(await goListing(observer, request(context)), folder), ['go.mod', 'main.go'])
  const asked = request(context, { cgo: true })
  const files = filesOf(await goListing(observer, asked), folder)
  assert.equal(files, ['README.md', 'c.go', 'go.mod', 'main.go', 'sub/x.inc', 'x.c'])
  await rm(join(folder, 'c.go'))
  await rm(join(folder, 'x.c'))
  assert.equal(filesOf(await goListing(observer.again(), asked), folder), ['go.mod', 'main.go'])
})

test('follows what assembler files include', async context => {
  const { folder, observer } = context
  await writeTree(folder, {
    'go.mod': goMod, 'main.go': main, 'asm_amd64.s': '#include "textflag.h"\n#include "inc/one.inc"\n',
    'inc/one.inc': '#include "two.h"\n', 'two.h': '', 'beside.h': '', 'inc/unread.inc': '',
  })
  const listing = await goListing(observer, request(context))
  assert.equal(filesOf(listing, folder), ['asm_amd64.s', 'beside.h', 'go.mod', 'inc/one.inc', 'main.go', 'two.h'])
})

test('follows links to files and folders, and never in circles', async context => {
  const { folder, observer } = context
  const outside = join(dirname(folder), 'outside')
  await writeTree(outside, { 'linked.go': 'package main\n', 'pkg/pkg.go': 'package pkg\n' })
  await writeTree(folder, { 'go.mod': goMod, 'main.go': go('main', ['example.com/gateway/pkg'], 'func main() {}') })
  await symlink(join(outside, 'linked.go'), join(folder, 'linked.go'))
  await symlink(join(outside, 'pkg'), join(folder, 'pkg'))
  await symlink('.', join(folder, 'circle'))
  await symlink('nowhere', join(folder, 'broken'))
  const asked = request(context)
  assert.equal(filesOf(await goListing(observer, asked), folder), ['go.mod', 'linked.go', 'main.go', 'pkg/pkg.go'])
  const before = await keyOf(observer, asked)
  await appendFile(join(outside, 'linked.go'), '\nfunc f() {}\n')
  const changed = await keyOf(observer.again(), asked)
  assert.is.not(changed, before)
  await writeTree(outside, { 'pkg/more.go': 'package pkg\n' })
  assert.is.not(await keyOf(observer.again(), asked), changed)
})

test('holds in a folder that is reached through a link', async context => {
  const { folder, observer } = context
  await writeTree(folder, workspace)
  const link = join(dirname(folder), 'link')
  await symlink(folder, link)
  const listing = await goListing(observer, request(context, { source: sourceOf(link, 'app') }))
  assert.equal(filesOf(listing, link), ['app/go.mod', 'app/main.go', 'go.work', 'lib/go.mod', 'lib/lib.go'])
})

test('is all that a compile needs: a copy of the listed files alone gives the same bytes', async context => {
  const { folder, observer } = context
  const copy = join(dirname(folder), 'copy')
  await writeTree(folder, {
    ...workspace,
    'app/cmd/x/main.go': go('main', ['embed'], 'import "example.com/lib"', '//go:embed text/*.txt', 'var text string',
      'func add(a, b int64) int64', 'func main() { println(text, lib.Name, add(1, 2)) }'),
    'app/cmd/x/text/one.txt': 'one', 'app/cmd/x/text/one.md': 'not this',
    'app/cmd/x/zero.go': `//go:build !extra\n\n${go('main', [], 'func init() { never() }')}`,
    'app/cmd/x/add_amd64.s': '#include "../../asm/macros.inc"\nTEXT ·add(SB), 4, $0-24\n\tMOVQ a+0(FP), AX\n'
      + '\tADDQ b+8(FP), AX\n\tMOVQ AX, ret+16(FP)\n\tFINISH\n',
    'app/asm/macros.inc': '#define FINISH RET\n', 'lib/lib_linux.go': go('lib', [], 'const Name = "linux"'),
    'lib/lib_darwin.go': go('lib', [], 'const Name = "darwin"'),
  })
  const asked = request(context, { source: sourceOf(folder, 'app'), package: './cmd/x', tags: ['extra'] })
  const { files } = await goListing(observer, asked)
  for (const file of files) await writeTree(copy, { [relative(folder, file)]: await readFile(file) })
  assert.is(await compiled(context, asked, copy), await compiled(context, asked, folder))
})

interface Refusal {
  readonly name: string
  /** Beside a go.mod and a main package, or instead of them. */
  readonly files: Readonly<Record<string, string>>
  readonly package?: string
  readonly code?: string
  readonly message: RegExp
  readonly hint: RegExp
}

const refusals: readonly Refusal[] = [
  { name: 'go.mod asks for a newer Go', files: { 'go.mod': 'module x\n\ngo 1.99\n' }, code: 'TOOLCHAIN',
    message: /go\.mod requires go 1\.99, this is go 1\.[.\w]+$/, hint: /Install Go 1\.99 or newer/ },
  { name: 'go.mod cannot be read', files: { 'go.mod': 'module x\nrequier y\n' },
    message: /go\.mod:2: unknown directive: requier/, hint: /Mend that line/ },
  { name: 'the folder is not there', files: {}, package: './cmd/door',
    message: /directory not found/, hint: /main package in a folder/ },
  { name: 'the package is named like one of Go\'s', files: { 'cmd/door/main.go': main }, package: 'cmd/door',
    message: /there is no package cmd\/door/, hint: /\.\/cmd\/door/ },
  { name: 'it is a library', files: { 'main.go': go('lib', []) },
    message: /it is package lib, which is no program/, hint: /main package/ },
  { name: 'it is several packages', files: { 'cmd/door/main.go': main }, package: './...',
    message: /that is 2 packages/, hint: /Name one/ },
  { name: 'there are no Go files', files: { 'doc/doc.md': '' }, package: './doc',
    message: /there are no Go files in/, hint: /main package/ },
  { name: 'no file is for this platform', files: { 'door/main_windows.go': main }, package: './door',
    message: /build constraints exclude all Go files/, hint: /out of the targets/ },
  { name: 'an import is of no module', files: { 'main.go': go('main', ['example.com/other']) },
    message: /go\.mod requires no module that has the package example\.com\/other$/, hint: /go mod tidy/ },
  { name: 'an embedded file is not there', files: { 'main.go': embedding('web/*') },
    message: /go:embed web\/\*: no matching files found/, hint: /Make the files/ },
  { name: 'its module is not in go.work', files: { 'go.work': 'go 1.21\n\nuse ./b\n', 'b/go.mod': 'module b\n' },
    message: /not listed in go\.work/, hint: /go work use/ },
  { name: 'go.work lists nothing', files: { 'go.work': 'go 1.21\n' },
    message: /go\.work lists no modules/, hint: /go work use/ },
  { name: 'go.work is too old', files: { 'go.work': 'go 1.20\n\nuse .\n' },
    message: /go\.work lists go 1\.20/, hint: /go work use/ },
  { name: 'go.work lists what is not there', files: { 'go.work': 'go 1.21\n\nuse ./b\n' },
    message: /cannot load module b listed in go\.work/, hint: /Mend go\.work/ },
  { name: 'vendor does not agree',
    files: { 'go.mod': `${goMod}\nrequire example.com/x v1.0.0\n`, 'vendor/modules.txt': '# example.com/y v1.0.0\n' },
    message: /does not agree/, hint: /go mod vendor/ },
  { name: 'it is no Go', files: { 'main.go': 'package main\n\nimport fmt\n' }, code: 'COMPILE',
    message: /main\.go:3:11: missing import path/, hint: /^$/ },
]

for (const { name, files, package: path = '.', code = 'PROJECT', message, hint } of refusals) {
  test(`says so where ${name}`, async context => {
    await writeTree(context.folder, { 'go.mod': goMod, 'main.go': main, ...files })
    const error = await refusal(goListing(context.observer, request(context, { package: path })))
    assert.match(error.message, message)
    assert.is(error.code, code)
    assert.match(error.message, /^Cannot compile \S+ for linux\/amd64: /)
    assert.match(error.hint ?? '', hint)
  })
}

test.run()
