import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { selectFiles, type Selection } from '../../lib/clients/select-files.ts'
import { ReleaseError } from '../../lib/values/errors.ts'
import { source } from '../../tasks/source.ts'

interface Context {
  folder: string
  /** Where files go, by what chooses them. */
  select(...selections: readonly (string | Selection)[]): Promise<readonly string[]>
  refused(...selections: readonly (string | Selection)[]): Promise<ReleaseError>
}

const test = suite<Context>('select files')

const tree = [
  'LICENSE', 'README.md', '.env', 'docs/a.md', 'docs/b.txt', 'docs/deep/c.md', 'app/[id].tsx', 'app/(group)/x.ts', 'bin/run', '.git/config', 'sub/.git',
  'dist/release.json', 'dist/a.md', 'dist.run.json', '.dist.slipway/draft-1/a.md', '.dist.md',
]

test.before(async context => {
  const folder = await mkdtemp(join(tmpdir(), 'select-'))
  for (const path of tree) {
    await mkdir(dirname(join(folder, path)), { recursive: true })
    await writeFile(join(folder, path), path)
  }
  await chmod(join(folder, 'bin/run'), 0o700)
  await chmod(join(folder, 'README.md'), 0o600)
  await symlink('LICENSE', join(folder, 'COPYING'))
  await symlink('docs', join(folder, 'manual'))
  await symlink('nowhere', join(folder, 'broken'))
  const files = (selections: readonly (string | Selection)[]) => selectFiles(source({ folder }), selections)
  Object.assign(context, {
    folder, select: async (...selections: readonly (string | Selection)[]) => (await files(selections)).map(({ path, mode }) => `${path} ${mode.toString(8)}`),
    refused: async (...selections: readonly (string | Selection)[]) => {
      const error: unknown = await files(selections).then(() => undefined, (thrown: unknown) => thrown)
      assert.instance(error, ReleaseError)
      return error
    },
  })
})
test.after(({ folder }) => rm(folder, { recursive: true }))

test('a path is that file, a glob all that it matches, sorted, with plain modes', async ({ select }) => {
  assert.equal(await select('README.md', 'LICENSE'), ['LICENSE 644', 'README.md 644'])
  assert.equal(await select('docs/**', 'bin/*'), ['bin/run 755', 'docs/a.md 644', 'docs/b.txt 644', 'docs/deep/c.md 644'])
  assert.equal(await select('**/*.md'), ['.dist.md 644', 'README.md 644', 'docs/a.md 644', 'docs/deep/c.md 644'])
  assert.equal(await select('./LICENSE', 'docs//a.md', './docs/*.txt'), ['LICENSE 644', 'docs/a.md 644', 'docs/b.txt 644'])
  assert.equal(await select('{LICENSE,README.md}', 'LICENSE'), ['LICENSE 644', 'README.md 644'])
  assert.equal(await select('.env'), ['.env 644'])
})

test('they go where they are told, with the mode they are told', async ({ select }) => {
  assert.equal(await select({ glob: 'LICENSE', to: 'legal' }), ['legal/LICENSE 644'])
  assert.equal(await select({ glob: 'docs/**', to: 'man', mode: 0o600 }), ['man/a.md 600', 'man/b.txt 600', 'man/deep/c.md 600'])
  assert.equal(await select({ glob: './docs/deep/*.md', to: '.' }), ['c.md 644'])
  assert.equal(await select({ glob: 'docs/*/c.md', to: 'x/y/' }), ['x/y/deep/c.md 644'])
  assert.equal(await select({ glob: 'bin/run', mode: 0o644 }), ['bin/run 644'])
})

test('a name with brackets is a name where there is such a file', async ({ select }) => {
  assert.equal(await select('app/[id].tsx', 'app/(group)/x.ts'), ['app/(group)/x.ts 644', 'app/[id].tsx 644'])
  assert.equal(await select({ glob: 'app/[id].tsx', to: 'web' }), ['web/[id].tsx 644'])
})

test('what releases write and what git keeps is never matched', async ({ select }) => {
  const all = await select('**')
  for (const left of ['.git/config', 'sub/.git', 'dist/a.md', 'dist/release.json', 'dist.run.json', '.dist.slipway/draft-1/a.md']) {
    assert.not(all.some(line => line.startsWith(left)), left)
  }
  assert.ok(all.includes('.dist.md 644'))
})

test('a link to a file is that file where it is named; no glob follows one', async ({ select, refused }) => {
  assert.equal(await select('COPYING', 'manual/a.md'), ['COPYING 644', 'manual/a.md 644'])
  assert.equal((await select('**')).filter(line => /COPYING|manual|broken/.test(line)), [])
  assert.match((await refused('broken')).message, /^Cannot take the files broken: nothing in .* matches$/)
})

test('what matches nothing is named, beside others that do', async ({ folder, refused }) => {
  const { code, message, hint } = await refused('LICENSE', '**/*.rst', 'docs/**')
  assert.equal([code, message, hint], ['FILES', `Cannot take the files **/*.rst: nothing in ${folder} matches`, 'Correct the glob, or take it out of build.ts.'])
  assert.match((await refused('license.txt')).message, /^Cannot take the files license\.txt: nothing/)
})

test('a folder is not taken for its files', async ({ refused }) => {
  for (const glob of ['docs', 'docs/', './docs']) {
    const { message, hint } = await refused(glob)
    assert.match(message, /: it is a folder$/)
    assert.is(hint, 'Write docs/** for all that is in it.')
  }
})

test('nothing is taken from outside, or placed there', async ({ refused }) => {
  const outside: readonly (string | Selection)[] = ['../x', 'docs/../../x', '/etc/passwd', '**/../x', { glob: 'LICENSE', to: '..' }, { glob: 'LICENSE', to: '/etc' }, { glob: 'LICENSE', to: 'a/../..' }]
  for (const selection of outside) assert.match((await refused(selection)).message, /it leads outside$/)
})

test('two files at one place are refused, one file twice is one', async ({ select, refused }) => {
  const { code, message } = await refused({ glob: 'docs/a.md', to: 'x' }, { glob: 'dist/a.md', to: 'x' })
  assert.is(code, 'NAME')
  assert.match(message, /^Cannot put two files at x\/a\.md: .*docs\/a\.md and .*dist\/a\.md$/)
  assert.equal(await select('docs/a.md', 'docs/*.md'), ['docs/a.md 644'])
})

test.run()
