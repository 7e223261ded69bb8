import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { findInIndex } from '../../../lib/formats/chart/repository-index.ts'
import { thrown } from '../../support/thrown.ts'

const question = { repository: 'https://charts.example/stable', name: 'common', version: '1.2.3' }
const digest = 'a'.repeat(64)
const index = `apiVersion: v1
entries:
  commoner:
  - version: 1.2.3
    urls: [wrong.tgz]
  common:
  - apiVersion: v2
    name: common
    version: 2.0.0
    description: |
      common:
        - version: 1.2.3

      more
    urls:
    - common-2.0.0.tgz
  - name: common
    version: v1.2.3
    digest: ${digest}
    urls:
    - common-1.2.3.tgz
    - https://mirror.example/common-1.2.3.tgz
  other: [{ version: 9.9.9, "broken
generated: "2026-11-21T00:00:00Z"
`
const whole = index.replace(/ {2}other:.*\n/, '')
const flat = JSON.stringify({ apiVersion: 'v1', entries: { common: [{ version: '1.2.3', digest: `sha256:${digest}`, urls: ['common-1.2.3.tgz'] }] } })

for (const [form, text] of [
  ['one whose other charts are broken', index], ['indented lists', whole.replace(/^ {2}(?=[- ] )/gm, '    ').replace(/^ {4}(?=\w)/gm, '      ')], ['CRLF', whole.replaceAll('\n', '\r\n')],
  ['JSON', flat], ['quoted names', whole.replace('  common:', '  "common":')], ['flow', `apiVersion: v1\nentries: {common: [{version: 1.2.3, digest: ${digest}, urls: [common-1.2.3.tgz]}]}\n`],
  ['the chart last', whole.replace(/^generated.*\n/m, '')],
] as const) {
  test(`found in an index of the form: ${form}`, () => {
    assert.equal(findInIndex(text, question), { url: 'https://charts.example/stable/common-1.2.3.tgz', digest })
  })
}

for (const [written, url] of [
  ['https://elsewhere.example/x.tgz', 'https://elsewhere.example/x.tgz'], ['charts/x.tgz', 'https://charts.example/stable/charts/x.tgz'], ['/x.tgz', 'https://charts.example/stable/x.tgz'],
  ['../x.tgz', 'https://charts.example/x.tgz'], ['x-1.0.0+1.tgz', 'https://charts.example/stable/x-1.0.0+1.tgz'], ['oci://registry.example/charts/common:1.2.3', 'oci://registry.example/charts/common:1.2.3'],
] as const) {
  test(`the URL ${written}`, () => assert.is(findInIndex(`entries:\n  common:\n    - version: 1.2.3\n      urls: ["${written}"]\n`, question).url, url))
}

for (const [name, text, why] of [
  ['HTML', '<!doctype html>', 'what it has as index.yaml is an HTML page'],
  ['another chart', 'entries:\n  uncommon:\n  - version: 1.2.3\n', 'its index has no such chart'],
  ['another version', 'entries:\n  common:\n  - version: 1.2.4\n', 'its index has no such version'],
  ['no URL', 'entries:\n  common:\n  - version: 1.2.3\n    urls: []\n', 'its index names no URL for it'],
  ['no entries', 'apiVersion: v1\n', 'its index has no such chart'],
] as const) {
  test(`refused: ${name}`, () => assert.is(thrown(() => findInIndex(text, question)).message, `Cannot find the chart common 1.2.3 in https://charts.example/stable: ${why}`))
}

test.run()
