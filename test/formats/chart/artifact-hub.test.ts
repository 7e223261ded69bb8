import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { hubAnnotations, mergeAnnotations } from '../../../lib/formats/chart/artifact-hub.ts'
import { parseYaml } from '../../../lib/formats/yaml.ts'
import type { ReleasedImage } from '../../../lib/values/released-image.ts'
import { thrown } from '../../support/thrown.ts'

const digest = `sha256:${'ab'.repeat(32)}` as const
const image: ReleasedImage = { distro: 'static', repository: 'ghcr.io/example/gateway', tag: '0.0.2-static', digest, platforms: ['linux/amd64', 'linux/arm/v7'] }

test('every annotation that Artifact Hub documents is written, sorted, and reads as it was meant', () => {
  const annotations = hubAnnotations({
    chart: 'gateway', alternativeName: 'http-gateway', category: 'networking', license: 'Apache-2.0', prerelease: true, operator: false, operatorCapabilities: 'Deep Insights',
    images: [{ name: 'gateway', image }, { name: 'test', image: { ...image, repository: 'localhost:5000/test' }, whitelisted: true }],
    changes: [
      { kind: 'added', description: 'Health checks: "ready" # and live', links: [{ name: '#12', url: 'https://git.example/a/b/issues/12' }] },
      { kind: 'security', description: 'yes' },
    ],
    crds: [{ kind: 'Route', version: 'v1', name: 'routes.example.com', displayName: 'Route', description: 'Where requests go' }, { kind: 'Host', version: 'v1', name: 'host' }],
    crdsExamples: [{ apiVersion: 'example.com/v1', kind: 'Route', spec: { weight: 1, on: 'yes' } }],
    links: [{ name: 'support', url: 'https://git.example/a/b/issues' }], maintainers: [{ name: 'A. Writer', email: 'a@example.com' }],
    recommendations: ['https://artifacthub.io/packages/helm/example/other'], screenshots: [{ title: 'At work', url: 'https://example.com/1.png' }],
    signKey: { fingerprint: 'C874011F0AB405110D02105534365D9472D7468F', url: 'https://example.com/key.asc' },
  })
  assert.equal(Object.entries(annotations), Object.entries({
    'artifacthub.io/alternativeName': 'http-gateway',
    'artifacthub.io/category': 'networking',
    'artifacthub.io/changes': `- kind: added
  description: "Health checks: \\"ready\\" # and live"
  links:
  - name: "#12"
    url: https://git.example/a/b/issues/12
- kind: security
  description: "yes"
`,
    'artifacthub.io/containsSecurityUpdates': 'true',
    'artifacthub.io/crds': `- kind: Route
  version: v1
  name: routes.example.com
  displayName: Route
  description: Where requests go
- kind: Host
  version: v1
  name: host
`,
    'artifacthub.io/crdsExamples': '- apiVersion: example.com/v1\n  kind: Route\n  spec:\n    weight: 1\n    "on": "yes"\n',
    'artifacthub.io/images': `- name: gateway
  image: ghcr.io/example/gateway:0.0.2-static@${digest}
  platforms:
  - linux/amd64
  - linux/arm/v7
- name: test
  image: localhost:5000/test:0.0.2-static@${digest}
  whitelisted: true
  platforms:
  - linux/amd64
  - linux/arm/v7
`,
    'artifacthub.io/license': 'Apache-2.0',
    'artifacthub.io/links': '- name: support\n  url: https://git.example/a/b/issues\n',
    'artifacthub.io/maintainers': '- name: A. Writer\n  email: a@example.com\n',
    'artifacthub.io/operator': 'false',
    'artifacthub.io/operatorCapabilities': 'Deep Insights',
    'artifacthub.io/prerelease': 'true',
    'artifacthub.io/recommendations': '- url: https://artifacthub.io/packages/helm/example/other\n',
    'artifacthub.io/screenshots': '- title: At work\n  url: https://example.com/1.png\n',
    'artifacthub.io/signKey': 'fingerprint: C874011F0AB405110D02105534365D9472D7468F\nurl: https://example.com/key.asc\n',
  }))
  for (const name of ['changes', 'images', 'links']) assert.ok(Array.isArray(parseYaml(annotations[`artifacthub.io/${name}`] ?? '', name)))
})

test('what nothing is said of is left out', () => {
  assert.equal(hubAnnotations({}), {})
  assert.equal(hubAnnotations({ images: [], changes: [], links: [], prerelease: false }), { 'artifacthub.io/prerelease': 'false' })
  assert.equal(hubAnnotations({ containsSecurityUpdates: false, changes: [{ kind: 'security', description: 'x' }] })['artifacthub.io/containsSecurityUpdates'], 'false')
  assert.is('artifacthub.io/containsSecurityUpdates' in hubAnnotations({ changes: [{ kind: 'fixed', description: 'x' }] }), false)
})

const refused: readonly (readonly [given: object, why: string, hint?: RegExp])[] = [
  [{ changes: [{ kind: 'fix', description: 'x' }] }, 'a change is of the kind "fix", which it does not know', /^Did you mean fixed\? Kinds: added, changed, /],
  [{ changes: [{ kind: 'Added', description: 'x' }] }, 'a change is of the kind "Added", which it does not know', /^Did you mean added\?/],
  [{ changes: [{ kind: 'added', description: ' ' }] }, 'a change has no description'],
  [{ changes: [{ kind: 'added', description: 'x', links: [{ name: '', url: 'https://a.example' }] }] }, 'the change "x" has a link without a name'],
  [{ changes: [{ kind: 'added', description: 'x', links: [{ name: 'y', url: '#12' }] }] }, 'the link "y" leads to "#12", which is no web address'],
  [{ category: 'network' }, 'the category is "network", which it does not know', /^Did you mean networking\?/],
  [{ category: 'qqqqqqqqqqqqqqqqqqqqqqq' }, 'the category is "qqqqqqqqqqqqqqqqqqqqqqq", which it does not know', /^Categories: ai-machine-learning, /],
  [{ operatorCapabilities: 'Full' }, 'operatorCapabilities is "Full", which it does not know', /Levels: Basic Install, /],
  [{ links: [{ name: 'home', url: 'example.com' }] }, 'the link "home" leads to "example.com", which is no web address'],
  [{ links: [{ name: 'home', url: 'javascript:alert(1)' }] }, 'the link "home" leads to "javascript:alert(1)", which is no web address'],
  [{ recommendations: ['other'] }, 'a recommendation leads to "other", which is no web address'],
  [{ screenshots: [{ title: '', url: 'https://a.example/1.png' }] }, 'a screenshot has no title'],
  [{ signKey: { fingerprint: 'AB', url: '' } }, 'the signKey leads to "", which is no web address'],
  [{ signKey: { fingerprint: '', url: 'https://a.example' } }, 'the signKey has no fingerprint'],
  [{ license: 'MIT OR Apache-2.0' }, 'the license is "MIT OR Apache-2.0", which is no SPDX identifier'],
  [{ maintainers: [{ name: 'A', email: '' }] }, 'the maintainer A has the email address "", which is none'],
  [{ chart: 'gateway', alternativeName: 'proxy' }, 'the alternativeName is proxy, which is no part of gateway, nor is that part of it'],
  [{ crds: [{ kind: 'Route', version: '', name: 'x' }] }, 'the CRD Route has no version'],
  [{ images: [{ name: '', image }] }, 'an image has no name'],
  [{ images: [{ name: 'x', image: { ...image, digest: 'sha256:ab' } }] }, 'the image x is called ghcr.io/example/gateway:0.0.2-static@sha256:ab, which names no image'],
]
for (const [given, why, hint = /^[A-Z].*\.$/] of refused) {
  test(`refused: ${why}`, () => {
    const error = thrown(() => hubAnnotations(given))
    assert.is(error.message, `Cannot describe the chart to Artifact Hub: ${why}`)
    assert.is(error.code, 'USAGE')
    assert.match(error.hint ?? '', hint)
  })
}

test('build.ts goes before Chart.yaml and that before what was found; images and prerelease are the release\'s own', () => {
  const names = ['images', 'prerelease', 'license', 'links', 'changes', 'category']
  const of = (who: string, ...which: readonly string[]): Record<string, string> => Object.fromEntries(which.map(name => [`artifacthub.io/${name}`, who]))
  const merged = mergeAnnotations({
    own: { ...of('own', 'images', 'prerelease', 'links', 'license', 'operator'), 'example.com/own': 'kept' }, computed: of('computed', 'images', 'prerelease', 'license', 'changes'),
    given: of('given', 'images', 'links', 'category'),
  })
  assert.equal(names.map(name => merged[`artifacthub.io/${name}`]), ['computed', 'computed', 'own', 'given', 'computed', 'given'])
  assert.is(merged['example.com/own'], 'kept')
  assert.equal(Object.keys(merged), Object.keys(merged).sort())
  assert.is(mergeAnnotations({ own: of('own', 'images'), computed: {}, given: {} })['artifacthub.io/images'], 'own')
})

test.run()
