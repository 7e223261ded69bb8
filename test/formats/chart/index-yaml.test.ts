import fc from 'fast-check'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { isListed, mergeIndex, withoutEntry } from '../../../lib/formats/chart/index-yaml.ts'
import type { IndexEntry } from '../../../lib/formats/chart/index-yaml-entry.ts'
import { parseYaml } from '../../../lib/formats/yaml.ts'
import { compareTags, versionTag } from '../../../lib/formats/version-tag.ts'
import { digestOf } from '../../../lib/values/digest.ts'
import { thrown } from '../../support/thrown.ts'

interface Index {
  readonly generated?: string
  readonly entries: Readonly<Record<string, readonly { readonly version: string, readonly digest: string }[]>>
}

const entry = (version: string, { name = 'gateway', text = version, created = '2026-11-21T08:51:00Z', description = 'A gateway' } = {}): IndexEntry => ({
  metadata: { name, version, apiVersion: 'v2', appVersion: version, description },
  digest: digestOf(text), urls: [`https://charts.example/${name}-${version}.tgz`], created,
})
const merged = (text: string | undefined, ...entries: readonly IndexEntry[]): string =>
  entries.reduce<string | undefined>((whole, one) => mergeIndex(whole, 'index.yaml', one), text) ?? ''
const read = (text: string): Index => parseYaml(text, 'index.yaml') as Index
const versionsIn = (text: string, name = 'gateway'): readonly string[] => read(text).entries[name]?.map(({ version }) => version) ?? []

/** As helm 3 writes it, with what people add by hand. */
const byHelm = `# The charts of example.com
apiVersion: v1
entries:
  # What goes first
  alpha:
  - apiVersion: v2
    created: "2024-02-03T04:05:06.123456789+01:00"
    description: |
      Of several lines:
      - no item
      # no comment
    digest: 2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae
    name: alpha
    urls:
    - https://charts.example/alpha-1.0.0.tgz
    version: 1.0.0

  "gateway":   # ours
  # the newest
  - apiVersion: v2
    digest: fcde2b2edba56bf408601fb721fe9b5c338d10ee429ea04fae5511b68fbf8fb9
    name: gateway
    urls: [https://charts.example/gateway-0.2.0.tgz]
    version: 0.2.0
  - {apiVersion: v2, name: gateway, version: 0.1.0, digest: baa5a0964d3320fbc0c6a922140453c8513ea24ab8fd0577034804a967248096, urls: [x]}
  zeta:
  - name: zeta
    version: "2"
generated: "2024-02-03T04:05:06.123456789+01:00"   # by helm
`

test('an index is written from nothing as helm writes it', () => {
  const text = merged(undefined, { ...entry('0.0.2'), metadata: {
    ...entry('0.0.2').metadata, keywords: [], deprecated: false, home: '', unknown: 'x', type: 'application',
    maintainers: [{ name: 'A. Writer', email: 'a@example.com', url: '', age: 7 }],
    dependencies: [{ name: 'redis', version: '~1.2', repository: 'oci://charts.example', 'import-values': ['data'], enabled: false, importValues: 7 }],
    annotations: { 'artifacthub.io/prerelease': 'false', 'artifacthub.io/images': '- name: gateway\n' },
  } })
  assert.is(text, `apiVersion: v1
entries:
  gateway:
  - annotations:
      artifacthub.io/images: |
        - name: gateway
      artifacthub.io/prerelease: "false"
    apiVersion: v2
    appVersion: 0.0.2
    created: "2026-11-21T08:51:00Z"
    dependencies:
    - import-values:
      - data
      name: redis
      repository: oci://charts.example
      version: "~1.2"
    description: A gateway
    digest: ${digestOf('0.0.2').slice(7)}
    maintainers:
    - email: a@example.com
      name: A. Writer
    name: gateway
    type: application
    urls:
    - https://charts.example/gateway-0.0.2.tgz
    version: 0.0.2
generated: "2026-11-21T08:51:00Z"
`.replace(/digest: (\d.*)/, 'digest: "$1"'))
})

const placed: readonly (readonly [version: string, before: string])[] = [
  ['0.3.0', '  # the newest\n'], ['0.2.0-rc.1', '  - {apiVersion'], ['0.1.5', '  - {apiVersion'], ['0.0.9', '  zeta:\n'],
]
for (const [version, before] of placed) {
  test(`${version} is put in its place, and every other byte stays`, () => {
    const text = merged(byHelm, entry(version))
    const at = byHelm.indexOf(before)
    const rest = byHelm.slice(at).replace('generated: "2024-02-03T04:05:06.123456789+01:00"', 'generated: "2026-11-21T08:51:00Z"')
    assert.is(text.slice(0, at), byHelm.slice(0, at))
    assert.is(text.slice(text.length - rest.length), rest)
    const put = text.slice(at, text.length - rest.length)
    assert.match(put, /^  - apiVersion: v2\n(?:    .*\n)+$/)
    assert.equal(versionsIn(text), [...versionsIn(byHelm), version].sort((a, b) => -compareTags(versionTag(a) as never, versionTag(b) as never)))
  })
}

test('a chart that is new is put among the others by name', () => {
  for (const [name, before] of [['aaa', '  # What goes first\n'], ['beta', '  "gateway":'], ['zulu', 'generated:']] as const) {
    const text = merged(byHelm, entry('1.0.0', { name }))
    assert.is(text.indexOf(`  ${name}:\n`), byHelm.indexOf(before))
    assert.equal(versionsIn(text, name), ['1.0.0'])
    assert.equal(versionsIn(text), versionsIn(byHelm))
  }
})

test('what is there already changes nothing, whatever else the entry says and however the version is spelled', () => {
  const text = merged(byHelm, entry('0.3.0'))
  assert.is(merged(text, entry('0.3.0', { created: '2027-01-01T00:00:00Z', description: 'Another' })), text)
  assert.is(merged(text, { ...entry('v0.3.0', { text: '0.3.0' }) }), text)
})

test('only what has the digest is taken away, and told to be there', () => {
  assert.is(withoutEntry(byHelm, 'x', entry('0.2.0', { text: 'other' })), byHelm)
  assert.is(withoutEntry(byHelm, 'x', entry('0.9.0')), byHelm)
  const text = merged(byHelm, entry('0.3.0'))
  assert.equal([isListed(undefined, 'x', entry('0.3.0')), isListed(byHelm, 'x', entry('0.3.0')), isListed(text, 'x', entry('0.3.0'))], [false, false, true])
  assert.is(thrown(() => isListed(text, 'x', entry('0.3.0', { text: 'other' }))).code, 'DESTINATION')
})

test('a version that is there with another digest is an error that shows both', () => {
  const error = thrown(() => merged(byHelm, entry('0.2.0', { text: 'other' })))
  assert.is(error.code, 'DESTINATION')
  assert.is(error.message, `Cannot add gateway 0.2.0 to index.yaml: it is there as sha256:fcde2b2edba56bf408601fb721fe9b5c338d10ee429ea04fae5511b68fbf8fb9, not ${digestOf('other')}`)
  assert.match(thrown(() => merged(byHelm, entry('2', { name: 'zeta' }))).message, /^Cannot add zeta 2 to index.yaml: it is there without a digest, not sha256:/)
})

test('an index without charts gets its first, whatever form its emptiness has', () => {
  for (const empty of ['entries: {}', 'entries:', 'entries: null # none', 'entries:\n  # none yet', 'entries:\n  gateway: []', 'entries:\n  gateway:', '"entries": {}', 'entries: {}   # none']) {
    for (const [head, tail] of [['apiVersion: v1\n', '\ngenerated: x\n'], ['generated: 2024-01-01T00:00:00Z\napiVersion: v1\n', '']] as const) {
      const text = merged(`${head}${empty}${tail}`, entry('1.0.0'))
      assert.equal(versionsIn(text), ['1.0.0'], text)
      assert.is(read(text).generated, '2026-11-21T08:51:00Z')
      assert.is(merged(text, entry('1.0.0')), text)
    }
  }
})

test('the line ends of the file are kept, a byte order mark too, and an index without `generated` gets none', () => {
  const windows = `\ufeff---\n${byHelm.replace(/generated.*\n/, '')}`.replaceAll('\n', '\r\n')
  const text = merged(windows, entry('0.3.0'), entry('0.0.1'))
  assert.is(text.replaceAll('\r\n', '').includes('\n'), false)
  assert.equal(versionsIn(text), ['0.3.0', '0.2.0', '0.1.0', '0.0.1'])
  assert.is('generated' in read(text), false)
  assert.is(withoutEntry(withoutEntry(text, 'x', entry('0.3.0')), 'x', entry('0.0.1')), windows)
})

test('lists that are indented, items that helm passes over and aliases stay as they are', () => {
  const odd = 'apiVersion: v1\nentries:\n    gateway:\n        -\n          name: gateway\n          version: 2.0.0\n          maintainers: &us\n            - name: us\n        - null\n    other:\n        - name: other\n          version: 1.0.0\n          maintainers: *us\n'
  const text = merged(odd, entry('3.0.0'), entry('1.0.0'))
  assert.equal(read(text).entries['gateway']?.map(item => item?.version), ['3.0.0', '2.0.0', '1.0.0', undefined])
  assert.match(text, /\n {8}- apiVersion: v2\n {10}appVersion: 3\.0\.0\n/)
})

const hostile: readonly (readonly [name: string, text: string, why: RegExp])[] = [
  ['nothing in it', ' \n', /index.yaml.*: it is empty$/],
  ['tabs', 'apiVersion: v1\nentries:\n\tgateway: []\n', /line 3, column 1: Tabs/],
  ['no YAML', 'apiVersion: v1\nentries: [\n', /^Cannot read index.yaml: line /],
  ['no mapping', '- apiVersion: v1\n', /it is no mapping$/],
  ['no apiVersion', 'entries: {}\n', /it has no apiVersion$/],
  ['no entries', 'apiVersion: v1\n', /it has no entries$/],
  ['entries that are a list', 'apiVersion: v1\nentries:\n- name: gateway\n', /its entries are a list, not a mapping of charts$/],
  ['entries that are text', 'apiVersion: v1\nentries: gateway\n', /its entries are no mapping of charts$/],
  ['a chart that is no list', 'apiVersion: v1\nentries:\n  gateway:\n    name: gateway\n', /its entry gateway is no list of versions$/],
  ['JSON', '{"apiVersion": "v1", "entries": {}}', /it is JSON$/],
  ['entries in one line', 'apiVersion: v1\nentries: {gateway: [{name: gateway, version: 1.0.0}]}\n', /its entries are not written line by line$/],
  ['versions in one line', 'apiVersion: v1\nentries:\n  gateway: [{name: gateway, version: 1.0.0}]\n', /the versions of gateway are not written line by line$/],
  ['versions that are an alias', 'apiVersion: v1\nentries:\n  a: &a\n  - name: a\n    version: 1.0.0\n  gateway: *a\n', /the versions of gateway are not written line by line$/],
  ['a name in disguise', 'apiVersion: v1\nentries:\n  "g\\x61teway":\n  - name: gateway\n    version: 1.0.0\n', /it has a form that nothing can be changed in without changing more$/],
  ['a key with a question mark', 'apiVersion: v1\nentries:\n  ? gateway\n  :\n  - name: gateway\n    version: 1.0.0\n', /cannot be changed|nothing can be changed/],
  ['two documents', 'apiVersion: v1\nentries: {}\n---\napiVersion: v1\n', /^Cannot read index.yaml: line /],
  ['a key twice', 'apiVersion: v1\nentries: {}\nentries: {}\n', /^Cannot read index.yaml: line 3/],
]
for (const [name, text, why] of hostile) {
  test(`an index with ${name} is refused`, () => {
    const error = thrown(() => merged(text, entry('0.9.0')))
    assert.is(error.code, 'FILES')
    assert.match(error.message, why)
  })
}

test('versions in any order: the index is sorted, the same whatever came first, and taking one away gives what was before', () => {
  const version = fc.tuple(fc.nat(3), fc.nat(3), fc.nat(12), fc.constantFrom('', '-rc.1', '-rc.2', '-0.20261121085100.gabc')).map(([a, b, c, end]) => `${a}.${b}.${c}${end}`)
  fc.assert(fc.property(fc.uniqueArray(version, { minLength: 1, maxLength: 8 }), fc.constantFrom(undefined, byHelm), (versions, start) => {
    const free = versions.filter(one => start === undefined || !versionsIn(start).includes(one))
    const texts = free.reduce<(string | undefined)[]>((all, one) => [...all, mergeIndex(all.at(-1), 'x', entry(one))], [start])
    const [before, whole] = texts.slice(-2)
    if (free.length === 0 || whole === undefined) return
    const found = versionsIn(whole)
    assert.equal(found, [...found].sort((a, b) => -compareTags(versionTag(a) as never, versionTag(b) as never)))
    assert.is(found.length, free.length + (start === undefined ? 0 : 2))
    assert.is(merged(start, ...free.toReversed().map(one => entry(one))), whole)
    const taken = withoutEntry(whole, 'x', entry(free.at(-1) ?? ''))
    if (before !== undefined && free.length > 1) assert.is(taken, before)
    if (before === undefined) assert.is(taken, 'apiVersion: v1\nentries: {}\ngenerated: "2026-11-21T08:51:00Z"\n')
  }), { numRuns: 60 })
})

test.run()
