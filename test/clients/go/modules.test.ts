import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { mkdtemp, readdir, readFile, realpath, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { goInputs } from '../../../lib/clients/go/inputs.ts'
import { goListing, type ListingRequest } from '../../../lib/clients/go/listing.ts'
import { downloadModules } from '../../../lib/clients/go/modules.ts'
import { readToolchain } from '../../../lib/clients/go/toolchain.ts'
import { ReleaseError } from '../../../lib/values/errors.ts'
import type { Source } from '../../../lib/values/source.ts'
import type { Toolchain } from '../../../lib/values/toolchain.ts'
import { writeTree } from '../../support/file-tree.ts'
import { moduleProxy } from '../../support/module-proxy.ts'
import { observerIn, type TestObserver } from '../../support/observer.ts'

interface Context {
  folder: string
  observer: TestObserver
  toolchain: Toolchain
  source: Source
}

const test = suite<Context>('go modules')

test.before.each(async context => {
  const root = await mkdtemp(join(await realpath(tmpdir()), 'slipway-proxied-'))
  const environment = {
    HOME: process.env['HOME'], GOMODCACHE: join(root, 'modules'), GOFLAGS: '-modcacherw', GONOSUMDB: 'proxy.test/*',
    GOPROXY: await moduleProxy(join(root, 'proxy'), proxied),
  }
  context.folder = join(root, 'project')
  context.observer = observerIn(root)
  context.toolchain = await readToolchain({ exec: context.observer.exec, environment })
  const { folder } = context
  context.source = { kind: 'source', use: 'go', place: { folder, repository: folder, outputs: [] } }
})
test.after.each(({ folder }) => rm(join(folder, '..'), { recursive: true, force: true }))

const one = 'module proxy.test/one\n\ngo 1.21\n'
const two = 'module proxy.test/two\n\ngo 1.21\n\nrequire proxy.test/one v1.1.0\n'
const proxied = [
  { path: 'proxy.test/one', version: 'v1.0.0', files: { 'go.mod': one, 'one.go': 'package one\n' } },
  { path: 'proxy.test/one', version: 'v1.1.0', files: { 'go.mod': one, 'one.go': 'package one\n\nvar New string\n' } },
  {
    path: 'proxy.test/two', version: 'v1.0.0',
    files: { 'go.mod': two, 'sub/two.go': 'package two\n\nimport _ "proxy.test/one"\n' },
  },
]

const goMod = `module example.com/app

go 1.21

require (
\tproxy.test/one v1.1.0
\tproxy.test/two v1.0.0
)
`
const main = 'package main\n\nimport _ "proxy.test/two/sub"\n\nfunc main() {}\n'

/** Lets go itself write go.sum, with a module cache of its own. */
async function tidy({ observer, toolchain, folder: project }: Context, folder: string): Promise<void> {
  const env = { ...toolchain.place.environment, GOMODCACHE: join(project, '../tidied'), GOENV: 'off', GOWORK: 'off' }
  await observer.exec(toolchain.place.program, ['mod', 'tidy'], { cwd: folder, env })
}

/** Every file with its bytes and the time it was written. */
async function state(folder: string): Promise<Record<string, string>> {
  const names = await readdir(folder, { recursive: true, withFileTypes: true })
  const files = names.filter(entry => entry.isFile()).map(entry => join(entry.parentPath, entry.name)).sort()
  return Object.fromEntries(await Promise.all(files.map(async file =>
    [file, `${(await stat(file)).mtimeMs} ${await readFile(file, 'utf8')}`] as const)))
}

function request({ source, toolchain }: Context, main = '.'): ListingRequest {
  return { source, toolchain, target: 'linux/amd64', package: main }
}

async function refusal(reading: Promise<unknown>): Promise<ReleaseError> {
  const error = await reading.then(() => undefined, (thrown: unknown) => thrown)
  assert.instance(error, ReleaseError)
  return error as ReleaseError
}

function downloads({ commands }: TestObserver): number {
  return commands.filter(command => command.startsWith('go mod download')).length
}

test('are downloaded when one is missing, once, and nothing is written into the project', async context => {
  const { folder, observer } = context
  await writeTree(folder, { 'go.mod': goMod, 'main.go': main })
  await tidy(context, folder)
  const before = await state(folder)
  const [listing] = await Promise.all([
    goListing(observer, request(context)),
    goListing(observer, { ...request(context), target: 'windows/amd64' }),
  ])
  assert.is(downloads(observer), 1)
  const names = listing.modules.map(({ path, version }) => `${path}@${version}`)
  assert.equal(names, ['proxy.test/one@v1.1.0', 'proxy.test/two@v1.0.0'])
  assert.match(listing.modules[0]?.sum ?? '', /^h1:/)
  assert.ok(listing.others.includes('proxy.test/two/sub'))
  assert.equal(listing.packages.map(({ importPath }) => importPath), ['example.com/app'])
  assert.equal(await state(folder), before)
  const again = observer.again()
  await goListing(again, { ...request(context), target: 'darwin/arm64' })
  assert.is(downloads(again), 0)
})

test('are part of what a compile depends on', async context => {
  const { folder, observer } = context
  await writeTree(folder, { 'go.mod': goMod, 'main.go': main })
  await tidy(context, folder)
  const { value, reads } = await goInputs(observer, request(context))
  assert.equal(reads, ['go.mod', 'go.sum', 'main.go'].map(name => join(folder, name)))
  const { modules } = value as { modules: readonly { path: string }[] }
  assert.equal(modules.map(({ path }) => path), ['proxy.test/one', 'proxy.test/two'])
})

test('that others stand in for are named with them', async context => {
  const { folder, observer } = context
  await writeTree(folder, {
    'go.mod': 'module example.com/app\n\ngo 1.21\n\nrequire example.com/old v1.0.0\n\n'
      + 'replace example.com/old => proxy.test/one v1.0.0\n',
    'main.go': 'package main\n\nimport _ "example.com/old"\n\nfunc main() {}\n',
  })
  await tidy(context, folder)
  const [module] = (await goListing(observer, request(context))).modules
  const replacedBy = { path: 'proxy.test/one', version: 'v1.0.0' }
  assert.equal({ ...module, sum: '' }, { path: 'example.com/old', version: 'v1.0.0', sum: '', replacedBy })
  assert.match(module?.sum ?? '', /^h1:/)
})

test('of a workspace are downloaded without a word in go.work.sum', async context => {
  const { folder, observer } = context
  await writeTree(folder, {
    'go.work': 'go 1.21\n\nuse (\n\t./app\n\t./lib\n)\n', 'lib/go.mod': goMod.replace('/app', '/lib'),
    'lib/lib.go': main.replace('main', 'lib'), 'app/go.mod': 'module example.com/app\n\ngo 1.21\n',
    'app/main.go': 'package main\n\nimport _ "example.com/lib"\n\nfunc main() {}\n',
  })
  await tidy(context, join(folder, 'lib'))
  const before = await state(folder)
  const listing = await goListing(observer, request(context, './app'))
  assert.is(downloads(observer), 1)
  assert.equal(listing.packages.map(({ importPath }) => importPath), ['example.com/lib', 'example.com/app'])
  assert.equal(listing.modules.length, 2)
  assert.equal(await state(folder), before)
})

test('that a workspace selects but has no sums of are told apart from missing ones', async context => {
  const { folder, observer } = context
  await writeTree(folder, {
    'go.work': 'go 1.21\n\nuse (\n\t./app\n\t./lib\n)\n', 'lib/go.mod': goMod.replace('/app', '/lib'),
    'lib/lib.go': main.replace('main', 'lib'),
    'app/go.mod': 'module example.com/app\n\ngo 1.21\n\nrequire proxy.test/one v1.0.0\n',
    'app/main.go': 'package main\n\nimport (\n\t_ "example.com/lib"\n\t_ "proxy.test/one"\n)\n\nfunc main() {}\n',
  })
  await tidy(context, join(folder, 'lib'))
  const before = await state(folder)
  const error = await refusal(goListing(observer, request(context, './app')))
  assert.is(error.code, 'PROJECT')
  assert.match(error.message, /go\.work\.sum lacks checksums/)
  assert.match(error.hint ?? '', /go mod download.*commit go\.work\.sum/)
  assert.equal(await state(folder), before)
})

test('without a sum are the project\'s to mend, and go.sum stays as it is', async context => {
  const { folder, observer } = context
  await writeTree(folder, { 'go.mod': goMod, 'main.go': main })
  const before = await state(folder)
  const error = await refusal(goListing(observer, request(context)))
  assert.is(error.code, 'PROJECT')
  assert.match(error.message, /missing go\.sum entry/)
  assert.match(error.hint ?? '', /go mod tidy/)
  await downloadModules(observer, context.source, context.toolchain)
  assert.equal(await state(folder), before)
})

test('that are vendored need no download', async context => {
  const { folder, observer, toolchain } = context
  await writeTree(folder, { 'go.mod': goMod, 'main.go': main })
  await tidy(context, folder)
  const env = { ...toolchain.place.environment, GOMODCACHE: join(folder, '../tidied'), GOENV: 'off' }
  await observer.exec(toolchain.place.program, ['mod', 'vendor'], { cwd: folder, env })
  const before = await state(folder)
  const { packages, files, modules } = await goListing(observer, request(context))
  assert.is(downloads(observer), 0)
  const paths = packages.map(({ importPath }) => importPath)
  assert.equal(paths, ['proxy.test/one', 'proxy.test/two/sub', 'example.com/app'])
  assert.ok(files.includes(join(folder, 'vendor/proxy.test/two/sub/two.go')))
  assert.is(modules.length, 2)
  assert.equal(await state(folder), before)
})

test('that cannot be had are an error with go\'s own words', async context => {
  const { folder, observer, toolchain } = context
  await writeTree(folder, { 'go.mod': goMod, 'main.go': main })
  await tidy(context, folder)
  const environment = { ...toolchain.place.environment, GOPROXY: 'file:///nowhere' }
  const nowhere = { ...toolchain, place: { ...toolchain.place, environment } }
  const error = await refusal(goListing(observer, { ...request(context), toolchain: nowhere }))
  assert.is(error.code, 'COMMAND')
  assert.match(error.message, /^Cannot download the modules of .*: /)
  assert.match(error.output ?? '', /proxy\.test\/one@v1\.1\.0: reading file:\/\/\/nowhere/)
  assert.match(error.hint ?? '', /GOPROXY/)
})

test.run()
