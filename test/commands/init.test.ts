import { execFile } from 'node:child_process'
import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { init, type Initialised } from '../../lib/commands/init.ts'
import { slipway } from '../support/run-cli.ts'
import { withFiles } from '../support/with-files.ts'

const execute = promisify(execFile)

const project = {
  'go.mod': 'module example.com/hello\n\ngo 1.23\n',
  'cmd/hello/main.go': 'package main\n\nvar version = "dev"\n\nfunc main() { println(version) }\n',
  'README.md': '# hello\n',
}

const packages = { slipway: '^1.0.0', tsx: '^4.0.0' }

async function initialise(folder: string, force = false): Promise<Initialised> {
  return init({ folder, force, packages })
}

async function git(folder: string, ...args: readonly string[]): Promise<void> {
  const identity = ['-c', 'user.name=A', '-c', 'user.email=a@example.com']
  await execute('git', [...identity, ...args], { cwd: folder, env: { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null' } })
}

const there = async (file: string): Promise<boolean> => stat(file).then(() => true, () => false)
const textOf = async (...path: readonly string[]): Promise<string> => readFile(join(...path), 'utf8')

test('writes a build.ts and a package.json, and says what comes next', () => withFiles(project, async folder => {
  const { code, stdout, stderr } = await slipway(folder, 'init')
  assert.is(stderr, '')
  assert.is(code, 0)
  assert.match(stdout, /^Wrote build\.ts and package\.json for example\.com\/hello:\n  hello in \.\/cmd\/hello, with main\.version set\n/)
  assert.match(stdout, /\n  npm install\n  npx tsx build\.ts\n/)
  assert.match(await textOf(folder, 'build.ts'), /main: '\.\/cmd\/hello',\n.*\n +stamp: \{ 'main\.version': version\.semver \},/)
  const { type, devDependencies } = JSON.parse(await textOf(folder, 'package.json')) as Record<string, Record<string, string>>
  assert.is(type, 'module')
  assert.equal(Object.keys(devDependencies ?? {}), ['slipway', 'tsx'])
  assert.not.ok(await there(join(folder, '.gitignore')))
}))

test('takes a folder, and replaces a build.ts only when it is told to', () => withFiles({
  'deep/go.mod': 'module a\n', 'deep/main.go': 'package main\nfunc main() {}\n', 'deep/build.ts': '// mine\n',
}, async folder => {
  const { code, stderr } = await slipway(folder, 'init', 'deep')
  assert.is(code, 1)
  assert.match(stderr, /^Cannot write .*build\.ts: it is there already\n  Add --force/)
  assert.is(await textOf(folder, 'deep/build.ts'), '// mine\n')
  assert.not.ok(await there(join(folder, 'deep/package.json')))
  assert.match((await slipway(folder, 'init', 'deep', '--force')).stdout, /\n  cd deep\n/)
  assert.match(await textOf(folder, 'deep/build.ts'), /^\/\/ How a \(a\) is released/)
}))

test('leaves a package.json as it is', async () => {
  const common = { ...project, 'package.json': '{ "name": "hello" }' }
  await withFiles(common, async folder => {
    const { written, next } = await initialise(folder)
    assert.equal(written, ['build.mts'])
    assert.equal(next, ['npm install --save-dev slipway tsx', 'npx tsx build.mts', 'npx tsx build.mts release'])
    assert.is(await textOf(folder, 'package.json'), common['package.json'])
    assert.match(await textOf(folder, 'build.mts'), /npx tsx build\.mts/)
  })
  const modern = { ...project, 'package.json': '{ "type": "module", "devDependencies": { "slipway": "1", "tsx": "4" } }' }
  await withFiles(modern, async folder => {
    const { written, next } = await initialise(folder)
    assert.equal(written, ['build.ts'])
    assert.equal(next, ['npx tsx build.ts', 'npx tsx build.ts release'])
  })
})

test('adds to .gitignore what is missing there', () => withFiles({ ...project, '.gitignore': 'bin\ndist' }, async folder => {
  await initialise(folder)
  assert.is(await textOf(folder, '.gitignore'), 'bin\ndist\n/dist.run.json\nnode_modules/\n')
  assert.equal((await initialise(folder, true)).written, ['build.ts'])
  assert.is(await textOf(folder, '.gitignore'), 'bin\ndist\n/dist.run.json\nnode_modules/\n')
}))

test('makes a .gitignore where git is used', () => withFiles(project, async folder => {
  await git(folder, 'init', '--quiet')
  assert.equal((await initialise(folder)).written, ['build.ts', 'package.json', '.gitignore'])
  assert.is(await textOf(folder, '.gitignore'), '/dist/\n/dist.run.json\nnode_modules/\n')
}))

test('knows the tags of a module in a repository of several', () => withFiles({
  'api/go.mod': 'module example.com/all/api\n', 'api/main.go': 'package main\nfunc main() {}\n',
}, async folder => {
  const api = join(folder, 'api')
  await git(folder, 'init', '--quiet')
  await git(folder, 'add', '--all')
  await git(folder, 'commit', '--quiet', '--message=One')
  await initialise(api)
  assert.match(await textOf(api, 'build.ts'), /resolveVersion\(\)/)
  await git(folder, 'tag', 'api/v1.2.3')
  await initialise(api, true)
  assert.match(await textOf(api, 'build.ts'), /resolveVersion\(\{ prefix: 'api\/' \}\)/)
}))

test('says what is wrong with the command line', () => withFiles({}, async folder => {
  const misspelt = await slipway(folder, 'inti')
  assert.is(misspelt.code, 2)
  assert.match(misspelt.stderr, /Did you mean init\?/)
  assert.match((await slipway(folder, 'release')).stderr, /npx tsx build\.ts release/)
  assert.match((await slipway(folder, 'init', '--frce')).stderr, /there is no option --frce/)
  assert.is((await slipway(folder, 'init', 'a', 'b')).code, 2)
  assert.match((await slipway(folder)).stdout, /^Usage: slipway init/)
  assert.match((await slipway(folder, '--version')).stdout, /^\d+\.\d+\.\d+/)
}))

test('says where there is no Go project', () => withFiles({}, async folder => {
  const { code, stderr } = await slipway(folder, 'init')
  assert.is(code, 1)
  assert.match(stderr, /^Cannot find a Go project in .*: it has no go\.mod\n  /)
}))

test.run()
