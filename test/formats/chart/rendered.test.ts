import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { findingText } from '../../../lib/formats/chart/lint/finding.ts'
import { checkRendered, type RenderedCheck } from '../../../lib/formats/chart/rendered.ts'
import { builtInKinds } from '../../../lib/formats/kubernetes-kinds.ts'
import type { Digest } from '../../../lib/values/descriptor.ts'

const digest = (letter: string): Digest => `sha256:${letter.repeat(64)}`
const repository = 'ghcr.io/example/gateway'
const check: RenderedCheck = {
  released: [
    { distro: 'static', repository, tag: '0.0.2', digest: digest('a'), platforms: ['linux/amd64'] },
    { distro: 'alpine', repository, tag: '0.0.2-alpine', digest: digest('b'), platforms: ['linux/amd64'] },
  ],
  allow: ['busybox:1.37', 'quay.io/example/proxy'], kinds: [{ group: 'example.com', kind: 'Gateway' }], minor: 34,
}

function findings(manifest: string, more: Partial<RenderedCheck> = {}): readonly string[] {
  return checkRendered(`---\n# Source: gateway/templates/a.yaml\n${manifest}`, { ...check, ...more }).map(findingText)
}

const pod = (spec: string): string => `apiVersion: v1\nkind: Pod\nmetadata: { name: a }\nspec: ${spec}\n`
const image = (text: string): string => pod(`{ containers: [{ name: a, image: ${JSON.stringify(text)} }] }`)

test('images that are released at their digest, pinned or allowed are fine', () => {
  const fine = [
    `${repository}@${digest('a')}`, `${repository}:0.0.2-alpine@${digest('b')}`, `docker.io/library/alpine@${digest('c')}`, 'busybox:1.37',
    'docker.io/library/busybox:1.37', 'docker.io/busybox:1.37', 'index.docker.io/library/busybox:1.37', 'quay.io/example/proxy:2', `busybox:latest@${digest('d')}`,
    `localhost:5000/a@${digest('e')}`,
  ]
  for (const text of fine) assert.equal(findings(image(text)), [], text)
})

const released = `The release has 0.0.2 (${digest('a')}), 0.0.2-alpine (${digest('b')}).`
const images: readonly (readonly [image: string, problem: string])[] = [
  [`${repository}:0.0.2`, `is ${repository}:0.0.2, without the digest of a released image. ${released}`],
  [`${repository}@${digest('c')}`, `is ${repository}@${digest('c')}, which this release did not make. ${released}`],
  [`${repository}:0.0.1@${digest('b')}`, `is ${repository}:0.0.1@${digest('b')}, whose tag is that of another image. The digest is that of 0.0.2-alpine.`],
  ['busybox', 'is busybox, which is another image from day to day. Pin it by digest.'],
  ['quay.io/example/proxy:latest', 'is quay.io/example/proxy:latest, which is another image from day to day. Pin it by digest.'],
  ['busybox:1.36', 'is busybox:1.36, which has no digest. Pin it by digest, or name it in allowImages of chart().'],
  ['localhost:5000/a', 'is localhost:5000/a, which is another image from day to day. Pin it by digest.'],
  ['a:', 'is "a:", which is no reference of an image'],
  ['<no value>:1', 'is "<no value>:1", which is no reference of an image'],
  ['a@sha256:12', 'is "a@sha256:12", which is no reference of an image'],
  ['', 'names no image'],
]

test('every other image is an error that tells what was released', () => {
  for (const [text, problem] of images) assert.equal(findings(image(text)), [`templates/a.yaml: Pod a: spec.containers[0].image ${problem}`], text)
})

const template = 'template: { metadata: { labels: { a: b } }, spec: { containers: [{ name: a, image: x }] } }'
const holders: readonly (readonly [manifest: string, path: string])[] = [
  [pod('{ initContainers: [{ name: a, image: x }] }'), 'Pod a: spec.initContainers[0].image'],
  [pod('{ ephemeralContainers: [{ name: a, image: x }] }'), 'Pod a: spec.ephemeralContainers[0].image'],
  [pod('{ volumes: [{ name: a }, { name: b, image: { reference: x } }] }'), 'Pod a: spec.volumes[1].image.reference'],
  ...['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet'].map(kind => [
    `apiVersion: apps/v1\nkind: ${kind}\nmetadata: { name: a }\nspec: { selector: { matchLabels: { a: b } }, ${template} }\n`,
    `${kind} a: spec.template.spec.containers[0].image`,
  ] as const),
  [`apiVersion: batch/v1\nkind: Job\nmetadata: { name: a }\nspec: { ${template} }\n`, 'Job a: spec.template.spec.containers[0].image'],
  [`apiVersion: batch/v1\nkind: CronJob\nmetadata: { name: a }\nspec: { jobTemplate: { spec: { ${template} } } }\n`, 'CronJob a: spec.jobTemplate.spec.template.spec.containers[0].image'],
  ['apiVersion: v1\nkind: List\nitems:\n  - { apiVersion: v1, kind: Pod, metadata: { name: b }, spec: { containers: [{ image: x }] } }\n', 'Pod b: spec.containers[0].image'],
  [`apiVersion: argoproj.io/v1alpha1\nkind: Rollout\nmetadata: { name: a }\nspec: { ${template} }\n`, 'Rollout a: spec.template.spec.containers[0].image'],
]

test('images are found wherever containers are', () => {
  for (const [manifest, path] of holders) assert.equal(findings(manifest), [`templates/a.yaml: ${path} is x, which is another image from day to day. Pin it by digest.`])
})

const kinds: readonly (readonly [apiVersion: string, kind: string, problem: string | undefined])[] = [
  ['v1', 'ConfigMap', undefined], ['apps/v1', 'ControllerRevision', undefined], ['v1', 'ConfigMapList', undefined],
  ['monitoring.coreos.com/v1', 'ServiceMonitor', undefined], ['serving.knative.dev/v1', 'Service', undefined], ['batch.volcano.sh/v1alpha1', 'Job', undefined],
  ['example.com/v1', 'Gateway', undefined], ['example.com/v1', 'Unrelated', undefined],
  ['example.com/v1', 'Gatway', 'example.com has no kind Gatway. Did you mean Gateway?'],
  ['v1', 'ConfigMaps', 'Kubernetes has no v1 ConfigMaps. Did you mean ConfigMap?'],
  ['apps/v1', 'Deploymnet', 'Kubernetes has no apps/v1 Deploymnet. Did you mean Deployment?'],
  ['v1', 'Deployment', 'Kubernetes has no v1 Deployment. Write apps/v1.'],
  ['app/v1', 'Deployment', 'Kubernetes has no app/v1 Deployment. Write apps/v1.'],
  ['apps/v2', 'Deployment', 'Kubernetes has no apps/v2 Deployment. Write apps/v1.'],
  ['network.k8s.io/v1', 'Ingress', 'Kubernetes has no network.k8s.io/v1 Ingress. Did you mean networking.k8s.io/v1?'],
  ['extensions/v1beta1', 'Ingress', 'Kubernetes has no extensions/v1beta1 Ingress since 1.22. Write networking.k8s.io/v1.'],
  ['autoscaling/v2beta2', 'HorizontalPodAutoscaler', 'Kubernetes has no autoscaling/v2beta2 HorizontalPodAutoscaler since 1.26. Write autoscaling/v2.'],
  ['policy/v1beta1', 'PodSecurityPolicy', 'Kubernetes has no policy/v1beta1 PodSecurityPolicy since 1.25. Nothing takes its place.'],
]

test('kinds that no Kubernetes knows, or none any more, are told with what to write', () => {
  for (const [apiVersion, kind, problem] of kinds) {
    const expected = problem === undefined ? [] : [`templates/a.yaml: ${kind} a: ${problem}`]
    assert.equal(findings(`apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: { name: a }\n`), expected)
  }
})

test('what an older Kubernetes has is fine for it', () => {
  const manifest = 'apiVersion: policy/v1beta1\nkind: PodDisruptionBudget\nmetadata: { name: a }\n'
  assert.equal(findings(manifest, { minor: 24 }), [])
  assert.is(findings(manifest, { minor: 25 }).length, 1)
})

test('every kind has one entry for each of its versions', () => {
  const keys = builtInKinds.map(({ apiVersion, kind }) => `${apiVersion} ${kind}`)
  assert.is(new Set(keys).size, keys.length)
  assert.ok(builtInKinds.every(({ goneIn }) => goneIn === undefined || (goneIn > 10 && goneIn < 50)))
})

const long = (length: number): string => 'a'.repeat(length)
const objects: readonly (readonly [manifest: string, problem: string | undefined])[] = [
  ['kind: ConfigMap\nmetadata: { name: a }', 'ConfigMap a: apiVersion is missing'],
  ['apiVersion: v1\nmetadata: { name: a }', 'an object without a kind a: kind is missing'],
  ['apiVersion: v1\nkind: ConfigMap', 'ConfigMap: metadata.name is missing'],
  ['apiVersion: batch/v1\nkind: Job\nmetadata: { generateName: a- }', undefined],
  ['apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a_b }', 'ConfigMap a_b: metadata.name is not a-z, 0-9, - and . between letters or digits'],
  ['apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a.b }', undefined],
  [`apiVersion: v1\nkind: ConfigMap\nmetadata: { name: ${long(253)} }`, undefined],
  [`apiVersion: v1\nkind: ConfigMap\nmetadata: { name: ${long(254)} }`, `ConfigMap ${long(254)}: metadata.name has 254 characters, more than 253`],
  [`apiVersion: v1\nkind: Service\nmetadata: { name: ${long(64)} }`, `Service ${long(64)}: metadata.name has 64 characters, more than 63`],
  ['apiVersion: v1\nkind: Service\nmetadata: { name: 1a }', 'Service 1a: metadata.name is not a-z, 0-9 and - with a letter before and a letter or digit behind'],
  ['apiVersion: v1\nkind: Namespace\nmetadata: { name: a.b }', 'Namespace a.b: metadata.name is not a-z, 0-9 and - between letters or digits'],
  ['apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata: { name: "system:a" }', undefined],
  ['apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata: { name: a/b }', 'Role a/b: metadata.name has a / or % in it'],
  ['apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a, labels: { v: 1.2.3+b } }', 'ConfigMap a: metadata.labels["v"] is "1.2.3+b", which is not letters, digits, -, _ and . between letters or digits'],
  ['apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a, labels: { v: 1.2 } }', 'ConfigMap a: metadata.labels["v"] is 1.2, not text. Pipe it through quote.'],
  ['apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a, annotations: { port: 80 } }', 'ConfigMap a: metadata.annotations["port"] is 80, not text. Pipe it through quote.'],
  ['apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\ndata: { port: 80 }', 'ConfigMap a: data["port"] is 80, not text. Pipe it through quote.'],
  [pod(`{ containers: [{ name: a, image: "a@${digest('a')}", env: [{ name: A, value: true }] }] }`), 'Pod a: spec.containers[0].env[0].value is true, not text. Pipe it through quote.'],
  ['apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: a }\nspec: { selector: { matchLabels: { a: b } }, template: { metadata: { labels: { a: c } } } }', 'Deployment a: spec.selector.matchLabels["a"] is "b", which the labels of its template do not have'],
  ['apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: a }\nspec: { selector: {}, template: {} }', 'Deployment a: spec.selector selects by no label'],
  ['- a', 'what is rendered is no object. A manifest is a mapping with apiVersion, kind and metadata.'],
  ['a: b\n c: d', 'what is rendered is no YAML'],
  ['# nothing', undefined],
]

test('what a cluster would refuse is told with its template, object and path', () => {
  for (const [manifest, problem] of objects) {
    const found = findings(`${manifest}\n`)
    assert.is(found.length, problem === undefined ? 0 : 1, `${manifest}: ${found.join('\n')}`)
    if (problem !== undefined) assert.ok(found[0]?.startsWith(`templates/a.yaml: ${problem}`), `${manifest}: ${found.join('\n')}`)
  }
})

const map = (name: string, more = ''): string => `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: ${name}${more} }\n`

test('an object may be there once, hooks and other namespaces aside', () => {
  const two = (left: string, right: string): readonly string[] =>
    findings(`${left}---\n# Source: gateway/charts/redis/templates/b.yaml\n${right}`)
  assert.equal(two(map('a'), map('a')), ['charts/redis/templates/b.yaml: ConfigMap a is rendered twice: in templates/a.yaml too'])
  assert.equal(findings(`${map('a')}---\n${map('a')}`), ['templates/a.yaml: ConfigMap a is rendered twice: both times here'])
  for (const other of [map('b'), map('a', ', namespace: other'), map('a', ', annotations: { helm.sh/hook: test }'), map('a').replace('ConfigMap', 'Secret')]) {
    assert.equal(two(map('a'), other), [], other)
  }
})

test.run()
