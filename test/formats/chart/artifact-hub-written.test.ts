import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { hubAnnotations } from '../../../lib/formats/chart/artifact-hub.ts'
import { checkHubAnnotations } from '../../../lib/formats/chart/artifact-hub-written.ts'
import { thrown } from '../../support/thrown.ts'

const digest = `sha256:${'ab'.repeat(32)}` as const
const check = (annotations: Readonly<Record<string, string>>): void => checkHubAnnotations(Object.fromEntries(Object.entries(annotations).map(([name, value]) => [`artifacthub.io/${name}`, value])), 'chart/Chart.yaml')

test('what hubAnnotations writes is accepted, and so is what its documentation shows', () => {
  checkHubAnnotations(hubAnnotations({
    category: 'networking', changes: [{ kind: 'security', description: 'x: y', links: [{ name: '#1', url: 'https://a.example' }] }], operator: true, operatorCapabilities: 'Auto Pilot',
    images: [{ name: 'a', image: { distro: 'static', repository: 'localhost:5000/a/b', tag: '1.0.0', digest, platforms: ['linux/amd64'] } }], prerelease: false,
    links: [{ name: 'support', url: 'https://a.example' }], maintainers: [{ name: 'A', email: 'a@example.com' }], recommendations: ['https://a.example'],
    screenshots: [{ title: 'x', url: 'https://a.example' }], signKey: { fingerprint: 'AB', url: 'https://a.example' }, crds: [{ kind: 'A', version: 'v1', name: 'a' }], crdsExamples: [{ kind: 'A' }],
  }), 'x')
  check({
    category: 'skip-prediction', changes: '- Added cool feature\n- Fixed minor bug\n', operator: 'T', operatorCapabilities: 'deep insights', prerelease: '0', license: 'Apache-2.0',
    images: '- name: img1\n  image: repo/img1:1.0.0\n- image: img2\n- image: ghcr.io/a/b@' + digest, alternativeName: 'x',
  })
  check({ changes: '- kind: Added\n  description: x\n- description: y\n', somethingElseEntirely: 'x' })
  checkHubAnnotations({ 'example.com/prerelease': 'maybe' }, 'x')
})

const refused: readonly (readonly [name: string, value: string, why: string])[] = [
  ['prerelease', 'yes', 'is "yes", neither true nor false'], ['operator', '', 'is "", neither true nor false'], ['containsSecurityUpdates', 'tRUE', 'is "tRUE", neither true nor false'],
  ['category', 'network', 'is "network", none of ai-machine-learning, database, '], ['operatorCapabilities', 'some', 'is "some", none of Basic Install, '],
  ['changes', 'Added: x', 'is no list in YAML'], ['changes', '- a\n b: [', 'is no list in YAML'], ['changes', '- kind: fix\n  description: x', 'has an item 1 that is of the kind "fix", none of added, '],
  ['changes', '- kind: fixed', 'has an item 1 that has no description'], ['changes', '- x\n- description: y\n  links: [{name: z}]', 'has an item 2 that has no url for a link'], ['changes', '- [x]', 'has an item 1 that is no change'],
  ['images', '- name: x', 'has an item 1 that has no image that names one'], ['images', '- image: Repo/X:1', 'has an item 1 that has no image'], ['images', '- image: repo/x@sha256:12', 'has an item 1 that has no image'],
  ['links', '- url: x', 'has an item 1 that has no name for a link'], ['signKey', 'fingerprint: x', 'has no url'], ['maintainers', '- name: x', 'has an item 1 that has no email'],
  ['prereleas', 'true', 'is none that Artifact Hub knows'], ['Images', '[]', 'is none that Artifact Hub knows'],
]
for (const [name, value, why] of refused) {
  test(`refused: ${name}: ${JSON.stringify(value)}`, () => {
    const error = thrown(() => check({ [name]: value }))
    assert.ok(error.message.startsWith(`Cannot use chart/Chart.yaml: the annotation artifacthub.io/${name} ${why}`), error.message)
    assert.is(error.code, 'FILES')
  })
}

test('a name with a letter wrong is told what was meant', () => {
  assert.is(thrown(() => check({ signkey: 'url: x' })).hint, 'Did you mean artifacthub.io/signKey?')
})

test.run()
