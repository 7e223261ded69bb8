import { execFile } from 'node:child_process'
import { mkdir, readFile, readdir, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { initGithub, type InitGithubOptions } from '../../../lib/commands/init/github.ts'
import { parseYaml } from '../../../lib/formats/yaml.ts'
import { ReleaseError } from '../../../lib/values/errors.ts'
import { slipway } from '../../support/run-cli.ts'
import { withFiles } from '../../support/with-files.ts'

const execute = promisify(execFile)
const file = '.github/workflows/release.yml'

const project = {
  'go.mod': 'module github.com/example/hello\n\ngo 1.23\n',
  'main.go': 'package main\n\nfunc main() {}\n',
  'build.ts': 'const { GITHUB_TOKEN: token, TAP_TOKEN } = process.env\ngithubRelease({ repository: "a/b", token })\ngitTap({ token: TAP_TOKEN })\n',
  'package-lock.json': '{}\n',
}

async function git(folder: string, ...args: readonly string[]): Promise<void> {
  await execute('git', ['-c', 'user.name=A', '-c', 'user.email=a@example.com', ...args], { cwd: folder, env: { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null' } })
}

async function repository(folder: string, branch = 'main'): Promise<void> {
  await git(folder, 'init', '--quiet', `--initial-branch=${branch}`)
  await git(folder, 'add', '--all')
  await git(folder, 'commit', '--quiet', '--message=One')
}

async function refused(options: InitGithubOptions): Promise<ReleaseError> {
  const error = await initGithub(options).then(() => undefined, (reason: unknown) => reason)
  assert.instance(error, ReleaseError)
  return error as ReleaseError
}

const textOf = async (...path: readonly string[]): Promise<string> => readFile(join(...path), 'utf8')

test('writes a workflow, and says which secrets it needs', () => withFiles(project, async folder => {
  await repository(folder)
  const { code, stdout, stderr } = await slipway(folder, 'init', '--github', '--shards', '3')
  assert.is(stderr, '')
  assert.is(code, 0)
  assert.is(stdout, [
    `Wrote ${file} for github.com/example/hello: a version tag is built on 3 machines, and published once.`,
    'The repository needs a secret: TAP_TOKEN.', '', 'It is yours from here on: read it, and commit it.', '',
  ].join('\n'))
  const text = await textOf(folder, file)
  assert.match(text, /\n {8}shard: \[1, 2, 3\]\n/)
  assert.match(text, /\n {10}TAP_TOKEN: \$\{\{ secrets\.TAP_TOKEN \}\}\n/)
  assert.match(text, /\n {6}contents: write {2}# .*\n {6}id-token: write/)
  assert.equal(Object.keys(parseYaml(text, file) as object), ['name', 'on', 'permissions', 'concurrency', 'jobs'])
  assert.equal((await readdir(folder)).sort(), ['.git', '.github', ...Object.keys(project)].sort())
}))

test('replaces nothing, a link to nowhere neither', () => withFiles({ ...project, [file]: 'mine\n' }, async folder => {
  const { code, stdout, stderr } = await slipway(folder, 'init', '--github')
  assert.is(code, 1)
  assert.is(stdout, '')
  assert.match(stderr, /^Cannot write .*release\.yml: it is there already\n {2}Move it away/)
  assert.is(await textOf(folder, file), 'mine\n')
  await withFiles(project, async other => {
    await mkdir(join(other, '.github/workflows'), { recursive: true })
    await symlink('nowhere', join(other, file))
    assert.is((await refused({ folder: other })).code, 'FILES')
  })
}))

test('stands at the repository\'s root for a module below it', async () => {
  const below = Object.fromEntries(Object.entries(project).map(([name, text]) => [`services/api/${name}`, text]))
  await withFiles({ ...below, 'services/api/.nvmrc': '22\n' }, async folder => {
    await repository(folder, 'master')
    await git(folder, 'tag', 'services/api/v1.0.0')
    const { written } = await initGithub({ folder: join(folder, 'services/api') })
    assert.is(written, file)
    const text = await textOf(folder, file)
    assert.match(text, /\n {4}branches: \[master\]\n {4}tags:\n {6}- 'services\/api\/v\[0-9\]/)
    assert.match(text, /\n {4}working-directory: services\/api\n/)
    assert.match(text, /node-version-file: services\/api\/\.nvmrc\n/)
    assert.equal(await readdir(join(folder, 'services/api')).then(names => names.includes('.github')), false)
  })
})

test('a folder that would be something else in a workflow is refused', async () => {
  const name = 'a${{ github.token }}'
  await withFiles(Object.fromEntries(Object.entries(project).map(([path, text]) => [`${name}/${path}`, text])), async folder => {
    await repository(folder)
    const { code, message } = await refused({ folder: join(folder, name) })
    assert.is(code, 'NAME')
    assert.match(message, /^Cannot write \.github\/workflows\/release\.yml for "a\$\{\{ github\.token \}\}": /)
    assert.not.ok((await readdir(folder)).includes('.github'))
  })
})

test('says what is not certain', async () => {
  const { 'go.mod': module, 'main.go': main } = project
  await withFiles({ 'go.mod': module, 'main.go': main, 'package.json': '{}', 'pnpm-lock.yaml': '', 'Dockerfile': '' }, async folder => {
    assert.equal((await initGithub({ folder })).notices, [
      `There is no git repository: ${file} belongs to the root of one.`,
      'There is no build.ts yet: npx slipway init writes one.',
      'The workflow says npm ci, and the project has a pnpm-lock.yaml: change that line to what it is installed with.',
    ])
    const text = await textOf(folder, file)
    assert.match(text, /npx tsx build\.mts release --shard/)
    assert.match(text, /packages: write/)
  })
  await withFiles({ 'go.mod': module, 'main.go': main, 'build.ts': 'directory()', 'package.json': '{ "engines": { "node": ">=22" } }' }, async folder => {
    const { notices } = await initGithub({ folder })
    assert.match(notices[1] ?? '', /^build\.ts sends nothing beyond its own machine yet/)
    assert.match(notices[2] ?? '', /needs a package-lock\.json/)
    assert.match(await textOf(folder, file), /node-version-file: package\.json\n/)
  })
})

test('says what is wrong with the command line', () => withFiles(project, async folder => {
  for (const shards of ['0', '257', '4a', '-1']) {
    const { code, stderr } = await slipway(folder, 'init', '--github', `--shards=${shards}`)
    assert.is(code, 2)
    assert.match(stderr, /--shards takes a number from 1 to 256, not /)
  }
  assert.match((await slipway(folder, 'init', '--shards', '2')).stderr, /--shards belongs to --github/)
  assert.match((await slipway(folder, 'init', '--github', '--force')).stderr, /there is no --force for it/)
  assert.match((await slipway(folder, 'init', '--github', '--chart')).stderr, /two things/)
  assert.match((await slipway(folder, 'init', '--github', '--port', '1')).stderr, /--name and --port belong to --chart/)
  assert.equal((await readdir(folder)).sort(), Object.keys(project).sort())
}))

test('says where there is no Go project', () => withFiles({}, async folder => {
  assert.is((await refused({ folder })).code, 'PROJECT')
}))

test.run()
