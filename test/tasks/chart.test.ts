import { mkdir, rm, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { unpackChart } from '../../lib/formats/chart/unpack.ts'
import { parseYaml } from '../../lib/formats/yaml.ts'
import { directory } from '../../lib/destinations/directory.ts'
import { dockerEngine } from '../../lib/destinations/docker-engine.ts'
import { ociRegistry } from '../../lib/destinations/oci-registry.ts'
import type { Step } from '../../lib/graph/step.ts'
import { task } from '../../lib/graph/task.ts'
import type { Image } from '../../lib/values/image.ts'
import type { Problem } from '../../lib/values/problem.ts'
import { Skip } from '../../lib/values/skip.ts'
import { at } from '../../tasks/at.ts'
import { chart, type ChartOptions } from '../../tasks/chart.ts'
import { chartPackage } from '../../tasks/chart-package.ts'
import { source } from '../../tasks/source.ts'
import { failure, graphFixture, made, type GraphFixture } from '../support/graph-fixture.ts'
import { helms } from '../support/helm.ts'
import { releaseValue } from '../support/release-value.ts'
import { thrown } from '../support/thrown.ts'
import { toolsFolder } from '../support/tools-folder.ts'
import { toyImage } from '../support/toy-image.ts'
import { unless } from '../support/unless.ts'

interface Context {
  graph: GraphFixture
  write(files: Readonly<Record<string, string>>): Promise<void>
  pack(options?: Partial<ChartOptions>): ReturnType<typeof chart>
  /** The text of each file of the package. */
  texts(step: ReturnType<typeof chart>): Promise<Readonly<Record<string, string>>>
  problems(step: Step): Promise<readonly Problem[]>
}

const test = suite<Context>('chart')
const ghcr = ociRegistry('ghcr.io/example/gateway')
const [fixed, alpine] = [toyImage({ distro: 'static' }), toyImage({ distro: 'alpine' })]
const images = [at(ghcr, fixed), at(ghcr, alpine)]
const pin = { repository: 'image.repository', distro: 'image.distro', distros: 'image.distros' }

const chartYaml = `# Kept as it is.
apiVersion: v2
name: gateway
version: 0.0.0   # the release writes it
appVersion: "0"
description: 'A gateway'
`
const valuesYaml = `image:
  repository: nowhere   # a mirror
  distro: ""
  distros: {}
replicas: 2
`
const template = `apiVersion: v1
kind: Pod
metadata:
  name: {{ .Release.Name }}
spec:
  containers:
    - name: gateway
      image: "{{ .Values.image.repository }}@{{ (index .Values.image.distros .Values.image.distro).digest }}"
`
const chartFiles = { 'chart/Chart.yaml': chartYaml, 'chart/values.yaml': valuesYaml, 'chart/templates/pod.yaml': template, 'chart/.helmignore': 'notes.txt\n', 'chart/notes.txt': 'mine' }

test.before.each(async context => {
  const graph = await graphFixture()
  const { project: { name, module, mains }, version } = releaseValue()
  const project = { name, module, mains, documents: [], license: 'MIT', place: { folder: graph.project } }
  const write = async (files: Readonly<Record<string, string>>): Promise<void> => {
    for (const [path, text] of Object.entries(files)) {
      await mkdir(dirname(join(graph.project, path)), { recursive: true })
      await writeFile(join(graph.project, path), text)
    }
  }
  await write(chartFiles)
  Object.assign(context, {
    graph, write,
    pack: (options: Partial<ChartOptions> = {}) =>
      chart({ project, version, images, default: 'static', source: source({ folder: graph.project }), pin, helm: false, ...options }),
    texts: async (step: ReturnType<typeof chart>) => {
      const bytes = await graph.bytes(made(await graph.run([chartPackage(step)]), chartPackage(step)))
      return Object.fromEntries((await unpackChart(bytes, 'it')).map(file => [file.path, Buffer.from(file.bytes).toString()]))
    },
    problems: async (step: Step) => {
      const options = graph.options()
      const input = Object.fromEntries(Object.entries(step.input).map(([key, value]) => [key, key === 'images' ? (value as readonly Step[]).map(({ outline }) => outline) : value]))
      return await step.definition.check?.(input as never, {
        ...options, exec: options.exec(undefined, options.signal), once: async (_key: string, read: () => Promise<unknown>) => read(), notice: () => {}, log: () => {},
      } as never) ?? []
    },
  })
})
test.after.each(({ graph }) => graph.close())

test('it names the version and every released image, and nothing else changes', async ({ pack, texts, graph }) => {
  const outcomes = await graph.run([fixed, alpine])
  const [one, two] = [made(outcomes, fixed).digest, made(outcomes, alpine).digest]
  const packed = await texts(pack())
  assert.equal(Object.keys(packed).sort(), ['.helmignore', 'Chart.yaml', 'templates/pod.yaml', 'values.yaml'])
  assert.is(packed['Chart.yaml']?.slice(0, packed['Chart.yaml'].indexOf('annotations:')), chartYaml.replace('0.0.0', '1.2.3').replace('"0"', '"1.2.3"'))
  assert.is(packed['values.yaml'], `image:
  repository: ghcr.io/example/gateway   # a mirror
  distro: "static"
  distros:
    alpine:
      tag: 1.2.3-alpine
      digest: ${two}
    static:
      tag: 1.2.3-static
      digest: ${one}
replicas: 2
`)
  assert.is(packed['templates/pod.yaml'], template)
  const { annotations } = parseYaml(packed['Chart.yaml'] ?? '', 'it') as { annotations: Readonly<Record<string, string>> }
  assert.equal([annotations['artifacthub.io/license'], annotations['artifacthub.io/prerelease']], ['MIT', 'false'])
  assert.equal(parseYaml(annotations['artifacthub.io/images'] ?? '', 'it'), [
    { name: '1.2.3-static', image: `ghcr.io/example/gateway:1.2.3-static@${one}`, platforms: ['linux/amd64', 'linux/arm64'] },
    { name: '1.2.3-alpine', image: `ghcr.io/example/gateway:1.2.3-alpine@${two}`, platforms: ['linux/amd64', 'linux/arm64'] },
  ])
})

test('a version that somebody wrote by hand changes nothing', async ({ pack, write, graph }) => {
  const before = made(await graph.run([pack()]), pack())
  assert.equal([before.name, before.chart, before.tag, before.version], ['gateway-1.2.3.tgz', 'gateway', '1.2.3', '1.2.3'])
  await write({ 'chart/Chart.yaml': chartYaml.replace('0.0.0', '9.9.9') })
  assert.is(made(await graph.run([pack()]), pack()).digest, before.digest)
  await write({ 'chart/Chart.yaml': chartYaml.replace('0.0.0', '"{{ version }}"') })
  const { digest } = made(await graph.run([pack()]), pack())
  assert.not.equal(digest, before.digest, 'quotes are kept')
})

test('what is told of this version in CHANGELOG.md is told of the chart', async ({ pack, texts, write }) => {
  await write({ 'CHANGELOG.md': '## [1.2.3] - 2026-11-21\n### Security\n- Refuse what is too long (#12)\n## [1.2.2]\n### Added\n- Old\n' })
  const annotationsIn = async (step: ReturnType<typeof chart>) =>
    (parseYaml((await texts(step))['Chart.yaml'] ?? '', 'it') as { annotations: Readonly<Record<string, string>> }).annotations
  const told = await annotationsIn(pack())
  assert.equal((parseYaml(told['artifacthub.io/changes'] ?? '', 'it') as readonly { kind: string }[]).map(({ kind }) => kind), ['security'])
  assert.is(told['artifacthub.io/containsSecurityUpdates'], 'true')
  assert.is((await annotationsIn(pack({ changelog: false })))['artifacthub.io/changes'], undefined)
  const given = await annotationsIn(pack({ hub: { changes: [{ kind: 'added', description: 'Mine' }], license: 'Apache-2.0', links: [{ name: 'support', url: 'https://example.com' }] } }))
  assert.equal(parseYaml(given['artifacthub.io/changes'] ?? '', 'it'), [{ kind: 'added', description: 'Mine' }])
  assert.is(given['artifacthub.io/license'], 'Apache-2.0')
})

test('what commits changed is told of the chart, in the place of a changelog', async ({ pack, texts, write, graph }) => {
  await write({ 'CHANGELOG.md': '## [1.2.3]\n### Added\n- From the file\n' })
  const noted = { groups: [{ title: 'Fixes', changes: [{ text: 'Refuse what is too long', description: 'Refuse what is too long', kind: 'fixed', links: [] }] }] }
  const changes = { kind: 'changes' as const, name: 'changes', version: '1.2.3', ...await graph.cache.content.put([Buffer.from(JSON.stringify(noted))], 'application/json') }
  const { annotations } = parseYaml((await texts(pack({ changes })))['Chart.yaml'] ?? '', 'it') as { annotations: Readonly<Record<string, string>> }
  assert.equal(parseYaml(annotations['artifacthub.io/changes'] ?? '', 'it'), [{ kind: 'fixed', description: 'Refuse what is too long' }])
})

test('a skipped distro is left out and said so, without the default there is no chart', async ({ pack, texts, graph }) => {
  const skipped = (distro: string) => at(ghcr, absentImage({ distro }))
  const step = pack({ images: [at(ghcr, fixed), skipped('ubi')] })
  const outcomes = await graph.run([step])
  assert.is(outcomes.get(step.recipe)?.state, 'made')
  assert.ok(graph.notices().includes('The chart gateway leaves out ubi: there is no image on it in this release.'))
  assert.not.match((await texts(step))['values.yaml'] ?? '', /ubi/)
  const without = pack({ images: [skipped('static'), at(ghcr, alpine)] })
  const outcome = (await graph.run([without])).get(without.recipe)
  assert.equal([outcome?.state, outcome && 'reason' in outcome && outcome.reason], ['skipped', 'the chart gateway runs the static image by default, which was skipped'])
})

test('one image at paths of its own', async ({ pack, texts, write, graph }) => {
  await write({ 'chart/values.yaml': 'gateway: {image: {repository: "", tag: \'x\', digest: }}\r\n' , 'chart/templates/pod.yaml': template.replace(/image: .*/, 'image: "{{ .Values.gateway.image.repository }}:{{ .Values.gateway.image.tag }}@{{ .Values.gateway.image.digest }}"') })
  const step = pack({ images: [at(ghcr, fixed)], pin: { repository: 'gateway.image.repository', tag: 'gateway.image.tag', digest: 'gateway.image.digest' } })
  const { digest } = made(await graph.run([fixed]), fixed)
  assert.is((await texts(step))['values.yaml'], `gateway: {image: {repository: "ghcr.io/example/gateway", tag: '1.2.3-static', digest: "${digest}" }}\r\n`)
})

test('a value that only a subchart has is written into the chart\'s own values', async ({ pack, texts, write }) => {
  await write({
    'chart/Chart.yaml': `${chartYaml}dependencies:\n  - name: worker\n    version: 1.0.0\n    alias: jobs\n`,
    'chart/charts/worker/Chart.yaml': 'apiVersion: v2\nname: worker\nversion: 1.0.0\n',
    'chart/charts/worker/values.yaml': 'image:\n  tag: ""\n',
    'chart/charts/worker/templates/pod.yaml': template.replace(/image: .*/, 'image: "ghcr.io/example/worker:{{ .Values.image.tag }}"'),
  })
  const worker = at(ociRegistry('ghcr.io/example/worker'), toyImage({ distro: 'static' }))
  const step = pack({ others: [{ images: [worker], default: 'static', pin: { tag: 'jobs.image.tag' } }] })
  const packed = await texts(step)
  assert.match(packed['values.yaml'] ?? '', /\nreplicas: 2\njobs:\n {2}image:\n {4}tag: 1\.2\.3-static\n$/)
  assert.is(packed['charts/worker/values.yaml'], 'image:\n  tag: ""\n', 'the subchart stays as it is')
})

const refusals: readonly (readonly [what: string, files: Readonly<Record<string, string>>, message: RegExp])[] = [
  ['a path that the values do not have', { 'chart/values.yaml': valuesYaml.replace('distros: {}', 'distro_s: {}') }, /^Cannot edit chart\/values\.yaml: .*image\.distros/],
  ['a path that is a list', { 'chart/values.yaml': 'image:\n  - repository: x\n' }, /^Cannot edit chart\/values\.yaml: line 2, column 3: .*list/],
  ['an anchor at a path', { 'chart/values.yaml': valuesYaml.replace('image:', 'image: &image') }, /^Cannot edit chart\/values\.yaml: line 1.*anchor/],
  ['a key twice', { 'chart/values.yaml': `${valuesYaml}replicas: 3\n` }, /values\.yaml: line 6.*twice/],
  ['tabs', { 'chart/values.yaml': 'image:\n\trepository: x\n' }, /values\.yaml: line 2.*tabs/i],
  ['another name', { 'chart/Chart.yaml': chartYaml.replace('name: gateway', 'name: other') }, /^Cannot release the chart gateway: chart\/Chart\.yaml calls it other$/],
  ['a value that no template uses', { 'chart/templates/pod.yaml': template.replace(/image: .*/, 'image: x') }, /image\.distros/],
  ['no values', { 'chart/values.yaml': '' }, /^Cannot edit chart\/values\.yaml/],
]
for (const [what, files, message] of refusals) {
  test(`refused before anything is built, and when it is packed: ${what}`, async ({ pack, write, problems, graph }) => {
    await write(files)
    const [problem, ...more] = await problems(pack())
    assert.match(problem?.message ?? '', message)
    assert.ok(problem?.hint)
    assert.equal(more, [])
    const { message: later } = failure(await graph.run([pack()]), pack())
    assert.match(later.replace(/^Cannot make [^:]*: /, ''), message)
  })
}

test('a link out of the project is refused', async ({ pack, graph }) => {
  await rm(join(graph.project, 'chart/values.yaml'))
  await symlink('/etc/hostname', join(graph.project, 'chart/values.yaml'))
  const failed = [...(await graph.run([pack()])).values()].flatMap(outcome => outcome.state === 'failed' ? [outcome.error.message] : [])
  assert.is(failed.length, 1)
  assert.match(failed[0] ?? '', /^Cannot follow the link .*values\.yaml: it leads to \/etc\/hostname, outside of/)
})

test('what cannot be is refused where it is composed', ({ pack }) => {
  const message = (options: Partial<ChartOptions>): string => thrown(() => pack(options)).message
  assert.is(message({ images: [] }), 'Cannot make a chart: it has no images')
  assert.is(message({ default: 'ubuntu' }), 'Cannot make a chart: its default, ubuntu, is none of static, alpine')
  assert.is(message({ pin: { tag: 'image.tag' } }), 'Cannot make a chart: its values name one image, and there are 2')
  assert.is(message({ pin: { repository: 'image.repository' } }), 'Cannot make a chart: no path in its values names an image')
  assert.is(message({ pin: { ...pin, tag: 'image.distro' } }), 'Cannot make a chart: two values are to stand at image.distro')
  assert.is(message({ images: [...images, at(ociRegistry('ghcr.io/example/other'), alpine)] }), 'Cannot make a chart: two of its images are of the distro alpine')
  assert.is(message({ images: [at(ghcr, toyImage({ distro: 'static', version: '1.2.2' }))] }), 'Cannot make a chart of 1.2.3: the image gateway:1.2.2-static is 1.2.2')
  assert.is(message({ level: 0 }), 'Cannot make a chart: there is no level 0 of compression')
  for (const [destination, url] of [[directory('dist'), 'oci:dist/images/gateway:1.2.3-static'], [dockerEngine(), 'gateway:1.2.3-static']] as const) {
    assert.match(message({ images: [at(destination, fixed)], pin: { tag: 'image.tag' } }), new RegExp(`^Cannot name gateway:1\\.2\\.3-static as .*${url}: nobody can pull it`))
  }
})

test('it is the same in another folder, and other images make another', async ({ pack, graph }) => {
  const other = await graphFixture()
  try {
    for (const [path, text] of Object.entries(chartFiles)) {
      await mkdir(dirname(join(other.project, path)), { recursive: true })
      await writeFile(join(other.project, path), text)
    }
    const step = pack({ source: source({ folder: other.project }) })
    const { digest } = made(await graph.run([pack()]), pack())
    assert.is(made(await other.run([step]), step).digest, digest)
    const changed = pack({ images: [at(ghcr, toyImage({ distro: 'static', text: 'changed' })), at(ghcr, alpine)] })
    assert.not.equal(made(await graph.run([changed]), changed).digest, digest)
  } finally {
    await other.close()
  }
})

test('nothing is packed again where nothing changed, and a file that is left out is nothing', async ({ pack, write, graph }) => {
  await graph.run([pack()])
  const states = async () => (await graph.run([pack()])).get(pack().recipe)?.state
  assert.is(await states(), 'cached')
  await write({ 'chart/notes.txt': 'other' })
  assert.is(await states(), 'cached')
  await write({ 'chart/templates/pod.yaml': `${template}# more\n` })
  assert.is(await states(), 'made')
})

for (const { name, reason } of helms) {
  unless(reason, test)(`${name} is asked where it is there: an image that is not released is found in what it renders`, async ({ pack, write, problems, graph }) => {
    const helm = join(toolsFolder(), name)
    assert.equal(await problems(pack({ helm })), [])
    made(await graph.run([pack({ helm })]), pack({ helm }))
    await write({ 'chart/ci/other-values.yaml': 'image:\n  distros:\n    static:\n      digest: sha256:' + 'a'.repeat(64) + '\n' })
    const [problem] = await problems(pack({ helm }))
    assert.match(problem?.message ?? '', /ci\/other-values\.yaml/)
    assert.match(problem?.message ?? '', /sha256:aaaa/)
    assert.match(failure(await graph.run([pack({ helm })]), pack({ helm })).message, /sha256:aaaa/)
  })
}

test('without a helm it says what was not checked', async ({ pack, graph }) => {
  const step = pack({ helm: '/nowhere/helm' })
  made(await graph.run([step]), step)
  assert.ok(graph.notices().some(line => line.startsWith('The chart gateway is checked by its files alone, not rendered: /nowhere/helm is not there')), graph.notices().join('\n'))
})

/** An image whose base cannot be had. */
const absentImage = task<{ distro: string }, Image>({
  name: 'absent image', revision: 1, outline: ({ distro }) => toyImage({ distro }).outline,
  work: async ({ distro }) => { throw new Skip(`${distro} is not locked`) },
})

test.run()
