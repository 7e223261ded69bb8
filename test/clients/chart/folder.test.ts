import { execFileSync } from 'node:child_process'
import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { readChartFolder } from '../../../lib/clients/chart/folder.ts'
import { writeTree } from '../../support/file-tree.ts'
import { thrown } from '../../support/thrown.ts'
import { unless } from '../../support/unless.ts'

interface Context {
  /** The repository, with a chart in chart/. */
  root: string
  folder: string
  outside: string
  remove(): Promise<void>
}

const test = suite<Context>('readChartFolder')
const chart = { 'Chart.yaml': 'apiVersion: v2\nname: gateway\nversion: 0.0.1\n', 'values.yaml': '{}\n', 'templates/a.yaml': 'a' }

test.before.each(async context => {
  const temporary = await realpath(await mkdtemp(join(tmpdir(), 'chart-folder-')))
  const [root, outside] = [join(temporary, 'project'), join(temporary, 'outside')]
  await writeTree(join(root, 'chart'), chart)
  await writeTree(outside, { 'x.yaml': 'x' })
  Object.assign(context, { root, folder: join(root, 'chart'), outside, remove: () => rm(temporary, { recursive: true, force: true }) })
})
test.after.each(async ({ remove }) => remove())

const read = ({ folder, root }: Context): ReturnType<typeof readChartFolder> => readChartFolder(folder, { within: root })
const paths = (context: Context): readonly string[] => read(context).files.map(({ path }) => path)

test('all files, sorted, and what was read of them', async context => {
  await writeTree(context.folder, { '.helmignore': '*.bak\n', 'templates/x.bak': '', 'B': '', 'a': '', 'templates-b': '', 'templates/ü': '' })
  assert.equal(paths(context), ['.helmignore', 'B', 'Chart.yaml', 'a', 'templates-b', 'templates/a.yaml', 'templates/ü', 'values.yaml'])
  assert.equal(read(context).reads, paths(context).map(path => join(context.folder, path)).toSorted())
  await writeTree(context.folder, { '.helmignore': '.helmignore\n' })
  assert.not.ok(paths(context).includes('.helmignore'))
  assert.ok(read(context).reads.includes(join(context.folder, '.helmignore')), 'what it leaves out is decided by it')
})

test('a link to a file or a folder of the repository is its content, and both were read', async context => {
  const { root, folder } = context
  await writeTree(root, { 'LICENSE': 'license', 'shared/deep/b.yaml': 'b', 'shared/c.yaml': 'c' })
  await symlink('../LICENSE', join(folder, 'LICENSE'))
  await symlink(join(root, 'shared'), join(folder, 'templates/shared'))
  const { files, reads } = read(context)
  assert.equal(files.map(({ path, bytes }) => [path, Buffer.from(bytes).toString()]).filter(([path]) => !Object.hasOwn(chart, path ?? '')), [
    ['LICENSE', 'license'], ['templates/shared/c.yaml', 'c'], ['templates/shared/deep/b.yaml', 'b'],
  ])
  for (const path of ['LICENSE', 'chart/LICENSE', 'chart/templates/shared', 'shared/c.yaml', 'shared/deep/b.yaml']) assert.ok(reads.includes(join(root, path)), path)
})

test('a repository that is reached through a link is the same one', async context => {
  const { root, folder, outside } = context
  await writeTree(root, { LICENSE: 'license' })
  await symlink('../LICENSE', join(folder, 'LICENSE'))
  const alias = join(outside, 'alias')
  await symlink(root, alias)
  const { files, reads } = readChartFolder(join(alias, 'chart'), { within: alias })
  assert.ok(files.some(({ path }) => path === 'LICENSE'))
  assert.ok(reads.includes(join(alias, 'LICENSE')))
})

const links: readonly (readonly [name: string, to: (context: Context) => string, why: (context: Context) => string])[] = [
  ['outside', ({ outside }) => join(outside, 'x.yaml'), ({ root, outside }) => `it leads to ${join(outside, 'x.yaml')}, outside of ${root}`],
  ['a folder outside', () => '../../../outside', ({ root, outside }) => `it leads to ${outside}, outside of ${root}`],
  ['nowhere', () => 'nothing', () => 'what it leads to is not there'],
  ['itself', () => 'link', () => 'it leads back to itself'],
  ['a folder that it lies in', () => '..', () => 'it leads back to a folder that it lies in'],
  ['the repository', ({ root }) => root, () => 'it leads back to a folder that it lies in'],
]
for (const [name, to, why] of links) {
  test(`refused: a link to ${name}`, async context => {
    const link = join(context.folder, 'templates', 'link')
    await symlink(to(context), link)
    const { message, code, hint } = thrown(() => read(context))
    const place = name === 'the repository' ? join(context.root, 'chart') : link
    assert.is(message, `Cannot follow the link ${place}: ${why(context)}`)
    assert.equal([code, hint], ['FILES', 'Put a file in its place, or leave it out with a line in .helmignore.'])
  })
}

test('a link outside that is left out does no harm', async context => {
  await symlink(context.outside, join(context.folder, 'link'))
  await writeTree(context.folder, { '.helmignore': 'link\n' })
  assert.not.ok(paths(context).includes('link'))
})

unless(process.platform === 'win32' ? 'its pipes are no files' : undefined, test)('refused: a pipe, without waiting for what comes out of it', async context => {
  execFileSync('mkfifo', [join(context.folder, 'pipe')])
  assert.is(thrown(() => read(context)).message, `Cannot use the chart ${context.folder}: pipe is no file`)
})

test('refused: a socket', async context => {
  const server = createServer()
  await new Promise<void>(resolve => { server.listen(join(context.folder, 'socket'), () => { resolve() }) })
  assert.is(thrown(() => read(context)).message, `Cannot use the chart ${context.folder}: socket is no file`)
  await new Promise(resolve => { server.close(resolve) })
})

test('refused: a file over helm\'s limit', async context => {
  await writeFile(join(context.folder, 'big'), Buffer.alloc(5 * 1024 * 1024 + 1))
  assert.is(thrown(() => read(context)).message, `Cannot use the chart ${context.folder}: big has 5242881 bytes, and helm reads 5242880 of one file at most`)
})

const names: readonly (readonly [name: string, bytes: Buffer, why: string])[] = [
  ['no UTF-8', Buffer.from('b\xe4d', 'latin1'), 'it is no UTF-8'],
  ['a backslash', Buffer.from('a\\b'), 'helm takes its backslash for the end of a folder'],
  ['a line feed', Buffer.from('a\nb'), 'it has a control character'],
  ['dots at the start', Buffer.from('..x'), 'helm takes it for what leads outside'],
]
for (const [name, bytes, why] of names) {
  const reason = process.platform === 'linux' ? undefined : 'other systems do not take such a name'
  unless(reason, test)(`refused: a name with ${name}, but not where it is left out`, async context => {
    const file = Buffer.concat([Buffer.from(`${context.folder}/`), bytes])
    await writeFile(file, '')
    const { message, code } = thrown(() => read(context))
    assert.is(code, 'NAME')
    assert.is(message, `Cannot use the name of ${JSON.stringify(join(context.folder, bytes.toString()))}: ${why}`)
    await writeTree(context.folder, { '.helmignore': '/???\n' })
    assert.is(paths(context).length, 4)
  })
}

test('without a Chart.yaml the nearest folder that has one is named', async context => {
  const { root, folder } = context
  await writeTree(root, { 'deploy/helm/gateway/Chart.yaml': '', 'charts-of-others/x/y/z/Chart.yaml': '', 'deploy/readme': '', 'chart2/Chart.yml': '' })
  const hintOf = (path: string): readonly [string, string | undefined] => {
    const { message, hint } = thrown(() => readChartFolder(join(root, path), { within: root }))
    return [message, hint]
  }
  assert.equal(hintOf('deploy'), [`Cannot use ${join(root, 'deploy')} as a chart: it has no Chart.yaml`, 'Did you mean chart?'])
  assert.equal(hintOf('deploy/helm'), [`Cannot use ${join(root, 'deploy/helm')} as a chart: it has no Chart.yaml`, 'Did you mean deploy/helm/gateway?'])
  assert.equal(hintOf('chart2'), [`Cannot use ${join(root, 'chart2')} as a chart: it has a Chart.yml in place of a Chart.yaml`, 'Did you mean chart?'])
  assert.equal(hintOf('chrt'), [`Cannot use ${join(root, 'chrt')} as a chart: there is no such folder`, 'Did you mean chart?'])
  await rm(join(folder, 'Chart.yaml'))
  await mkdir(join(folder, 'Chart.yaml'))
  assert.match(thrown(() => read(context)).message, /it has no Chart\.yaml$/)
})

test('a Chart.yaml that .helmignore leaves out, and no chart anywhere', async context => {
  await writeTree(context.folder, { '.helmignore': 'Chart.*\n' })
  const { message, hint } = thrown(() => read(context))
  assert.equal([message, hint], [`Cannot use ${context.folder} as a chart: its Chart.yaml is left out by .helmignore`, 'Name a folder with a Chart.yaml, or make one: slipway init --chart'])
})

test.run()
