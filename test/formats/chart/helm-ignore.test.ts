import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { readChartFolder } from '../../../lib/clients/chart/folder.ts'
import { helmIgnore } from '../../../lib/formats/chart/helm-ignore.ts'
import { unpackChart } from '../../../lib/formats/chart/unpack.ts'
import { ReleaseError } from '../../../lib/values/errors.ts'
import { thrown } from '../../support/thrown.ts'
import { unless } from '../../support/unless.ts'
import { withFiles } from '../../support/with-files.ts'
import { helm3, runHelm } from './support/helm.ts'

const tree: Readonly<Record<string, string>> = {
  'Chart.yaml': 'apiVersion: v2\nname: gateway\nversion: 0.0.1\n', 'values.yaml': '{}\n', 'README.md': '', 'a.bak': '', 'notes.txt': '', '.hidden': '', '#hash': '', '!bang': '',
  'templates/a.yaml': '', 'templates/.hidden': '', 'templates/.dir/b.yaml': '', 'templates/deep/.kept': '', 'templates/deep/c.yaml': '', 'ci/x-values.yaml': '', 'ci/deep/y.bak': '',
  'files/a[1].txt': '', 'files/a1.txt': '', 'files/a-.txt': '', 'files/äö.txt': '', 'files/with space ': '', 'crds/notes.txt': '', 'docs/README.md': '', 'docs/docs/README.md': '',
}

const ignores: readonly string[] = [
  '', '# nothing\n\n   \n', '*.bak', '/*.bak', 'ci/*.bak', 'ci/', 'ci', '/ci', 'README.md', '/README.md', 'docs', 'docs/', '/docs/', 'docs/docs', '  *.bak  \r\nnotes.txt\r\n', '\uFEFF*.bak',
  'notes.txt/', '?otes.txt', '*', '*.*', '.*', '/.*', '*/*', '*/*/*', 'files/a[0-9].txt', 'files/a[!0-9].txt', 'files/a[^0-9].txt', 'files/a\\[1\\].txt', 'files/[a-z]*', 'files/??.txt', 'files/a[9-0].txt',
  'files/[^9-0]1.txt', 'files/with*', '!*.yaml', '!*', '!templates/', '!Chart.yaml', '*.bak\n!a.bak', '\\#hash', '#hash', '\\!bang', '!!bang', 'Chart.yaml', 'templates/*', 'templates', 'a[\\]].bak', '//ci',
  './ci', 'ci/.', 'files[/]a1.txt', 'files[^x]a1.txt', '{a,b}.bak', '\u0085*.bak', '.helmignore',
]

/** The paths that helm packs, or that it packs nothing. */
async function packed(folder: string): Promise<readonly string[] | undefined> {
  const to = await mkdtemp(join(tmpdir(), 'packed-'))
  try {
    const { code } = await runHelm(helm3, ['package', folder, '-d', to], folder)
    return code === 0 ? (await unpackChart(await readFile(join(to, 'gateway-0.0.1.tgz')), 'it')).map(({ path }) => path) : undefined
  } finally {
    await rm(to, { recursive: true, force: true })
  }
}

for (const text of ignores) {
  unless(helm3.reason)(`helm packs the same files with ${JSON.stringify(text)}`, async () => {
    await withFiles({ ...tree, '.helmignore': text }, async folder => {
      const ours = ((): readonly string[] | undefined => {
        try {
          return readChartFolder(folder, { within: folder }).files.map(({ path }) => path)
        } catch (error) {
          if (error instanceof ReleaseError && error.message.endsWith('its Chart.yaml is left out by .helmignore')) return undefined
          throw error
        }
      })()
      assert.equal(ours, await packed(folder))
    })
  })
}

for (const [text, why] of [
  ['a\n**/b', 'line 2 has two stars, which helm does not know'], ['[', 'line 1 is no pattern: ['], ['a[]b]', 'line 1 is no pattern: a[]b]'], ['[-a]', 'line 1 is no pattern: [-a]'],
  ['a\\', 'line 1 is no pattern: a\\'], ['x'.repeat(65_536), 'line 1 is too long'],
] as const) {
  test(`refused: ${JSON.stringify(text).slice(0, 20)}`, () => assert.is(thrown(() => helmIgnore(text, 'chart/.helmignore')).message, `Cannot use chart/.helmignore: ${why}`))

  unless(helm3.reason)(`helm refuses it too: ${JSON.stringify(text).slice(0, 20)}`, async () => {
    await withFiles({ ...tree, '.helmignore': text }, async folder => assert.is(await packed(folder), undefined))
  })
}

test('without a .helmignore only what begins with a dot right in templates/ is left out', () => {
  const left = helmIgnore('', '.helmignore')
  assert.equal(['templates/.x', 'templates/x', '.x', 'templates/a/.x', 'templates/.'].map(path => left(path, false)), [true, false, false, false, false])
})

test.run()
