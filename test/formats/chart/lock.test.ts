import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { chartMetadata } from '../../../lib/formats/chart/chart-yaml.ts'
import { lockDigest, lockedVersions, parseChartLock } from '../../../lib/formats/chart/lock.ts'
import { thrown } from '../../support/thrown.ts'
import { unless } from '../../support/unless.ts'
import { withFiles } from '../../support/with-files.ts'
import { helmPrints, helms } from './support/helm.ts'

const subchart = (name: string, version: string): string => `apiVersion: v2\nname: ${name}\nversion: ${version}\n`
const chart = `apiVersion: v2
name: gateway
version: 0.0.1
dependencies:
  - name: common
    version: ">=1.0.0 <2"
    repository: file://../common
    alias: shared
    condition: common.enabled, "<&>"
    tags: ["a<", "b\\tc"]
    import-values:
      - data
      - { parent: myimports, child: default.data, count: 1.50, "n": y1 }
  - name: common
    version: ^1.2
    repository: "file://../common"
    enabled: true
  - name: inside
    version: 0.1.x
    repository: ""
`
const tree = { 'gateway/Chart.yaml': chart, 'common/Chart.yaml': subchart('common', '1.4.0'), 'gateway/charts/inside/Chart.yaml': subchart('inside', '0.1.7') }

for (const helm of helms) {
  unless(helm.reason)(`a Chart.lock that ${helm.name} writes is in sync, until a character of a dependency changes`, async () => {
    await withFiles(tree, async folder => {
      await helmPrints(helm, ['dependency', 'update', 'gateway'], folder)
      const text = await readFile(join(folder, 'gateway/Chart.lock'), 'utf8')
      const lock = parseChartLock(text, 'Chart.lock')
      const required = chartMetadata(chart, 'Chart.yaml').dependencies ?? []
      assert.equal(lockedVersions(required, lock, 'Chart.lock').map(({ name, version, alias }) => [name, version, alias]), [
        ['common', '1.4.0', 'shared'], ['common', '1.4.0', undefined], ['inside', '0.1.x', undefined],
      ])
      const changed = chart.replace('^1.2', '^1.3')
      await writeFile(join(folder, 'gateway/Chart.yaml'), changed)
      const error = thrown(() => lockedVersions(chartMetadata(changed, 'Chart.yaml').dependencies ?? [], lock, 'gateway/Chart.lock'))
      assert.is(error.message, 'Cannot use gateway/Chart.lock: it is out of sync with Chart.yaml')
      assert.match(error.hint ?? '', /helm dependency update/)
      assert.is(await helmPrints(helm, ['dependency', 'build', 'gateway'], folder).then(() => 'built', () => 'refused'), 'refused')
    })
  })
}

test('what one machine calls a repository is what Chart.lock says of it', () => {
  const [required, locked] = [[{ name: 'a', version: '^1', repository: '@mine' }], [{ name: 'a', version: '1.2.3', repository: 'https://charts.example' }]]
  const digest = lockDigest([{ name: 'a', version: '^1', repository: 'https://charts.example' }], locked)
  assert.equal(lockedVersions(required, { digest, dependencies: locked }, 'Chart.lock'), [{ name: 'a', version: '1.2.3', repository: 'https://charts.example' }])
  assert.match(thrown(() => lockedVersions([{ ...required[0], name: 'b', repository: '@mine' }], { digest, dependencies: locked }, 'Chart.lock')).message, /out of sync/)
})

for (const [name, text, why] of [
  ['a merge that stopped', '<<<<<<< HEAD\n', 'it has conflict markers of git'],
  ['no digest', 'dependencies: []\n', 'it has no digest'],
  ['nothing', '', 'it has no fields'],
] as const) {
  test(`refused: ${name}`, () => assert.is(thrown(() => parseChartLock(text, 'Chart.lock')).message, `Cannot use Chart.lock: ${why}`))
}

test.run()
