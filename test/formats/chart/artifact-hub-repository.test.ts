import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { checkHubRepository, hubRepositoryText, type HubRepository } from '../../../lib/formats/chart/artifact-hub-repository.ts'
import { parseYaml } from '../../../lib/formats/yaml.ts'
import { thrown } from '../../support/thrown.ts'

const whole: HubRepository = {
  repositoryID: '0c8a8c4e-2b1f-4c1f-9d0a-1f2e3d4c5b6a', owners: [{ name: 'A. Writer', email: 'a@example.com' }],
  ignore: [{ name: 'gateway', version: '-rc\\.' }, { name: 'old' }],
}

test('what is told is written in one order, and is read as it was meant', () => {
  const text = hubRepositoryText({ ignore: whole.ignore ?? [], owners: whole.owners ?? [], repositoryID: whole.repositoryID ?? '' })
  assert.is(text, `repositoryID: "0c8a8c4e-2b1f-4c1f-9d0a-1f2e3d4c5b6a"
owners:
- name: A. Writer
  email: a@example.com
ignore:
- name: gateway
  version: "-rc\\\\."
- name: old
`)
  assert.equal(parseYaml(text, 'x'), whole)
  checkHubRepository(parseYaml(text, 'x'), 'x')
})

const refused: readonly (readonly [value: unknown, why: string, hint?: RegExp])[] = [
  [[], 'it is no mapping'], [null, 'it is no mapping'], [{}, 'it says nothing'], [{ owners: [], ignore: null }, 'it says nothing'],
  [{ repositoryId: 'x' }, 'it has the field repositoryId, which Artifact Hub does not know', /^Did you mean repositoryID\?$/],
  [{ repositoryID: 'gateway' }, 'its repositoryID is "gateway", which is no UUID'], [{ repositoryID: 7 }, 'its repositoryID is 7, which is no UUID'],
  [{ owners: { name: 'a' } }, 'its owners is no list'], [{ owners: ['a'] }, 'item 1 of owners is no mapping'], [{ owners: [{ email: 'a@b' }] }, 'item 1 of owners has no name'],
  [{ owners: [{ name: 'a', email: 'a' }] }, 'item 1 of owners has no email address'], [{ owners: [{ name: 'a', mail: 'a@b' }] }, 'item 1 of owners has the field mail, which Artifact Hub does not know', /^Did you mean email\?/],
  [{ ignore: [{ version: '1' }] }, 'item 1 of ignore has no name'], [{ ignore: [{ name: 'a' }, { name: 'b', version: 1 }] }, 'the version of item 2 of ignore is no text'],
]
for (const [value, why, hint = /\.$/] of refused) {
  test(`refused: ${JSON.stringify(value)}`, () => {
    const error = thrown(() => checkHubRepository(value, 'docs/hub.yml'))
    assert.is(error.message, `Cannot tell Artifact Hub what docs/hub.yml says: ${why}`)
    assert.is(error.code, 'FILES')
    assert.match(error.hint ?? '', hint)
  })
}

test('versions are regular expressions of RE2', () => {
  const of = (version: string): string => hubRepositoryText({ ignore: [{ name: 'a', version }] })
  for (const version of ['beta', '^1\\.', '(?i)RC', '(?i:rc)', '(?P<pre>rc|beta)', '[0-9]+-0\\.', '\\\\1', '\\d{1,1000}', '[[:alpha:]]', 'a\\+']) assert.ok(of(version).includes('version'), version)
  for (const version of ['(', '[', '*', 'a**', '(?=rc)', '(?<!rc)', '(a)\\1', '(?<x>a)\\k<x>', 'a++', '(?>a)', 'a{1001}', 'a{1,2000}']) {
    const error = thrown(() => of(version))
    assert.is(error.code, 'USAGE')
    assert.match(error.message, /^Cannot tell Artifact Hub what artifacthub-repo\.yml says: the version of item 1 of ignore is ".*", which is no regular expression: /, version)
  }
})

test.run()
