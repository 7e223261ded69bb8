import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { chartScaffold } from '../../lib/formats/chart-scaffold/chart-scaffold.ts'
import { valuesTable } from '../../lib/formats/chart-scaffold/values-table.ts'
import { parseYaml } from '../../lib/formats/yaml.ts'
import { conform, type Helm, helms, kubernetes, type Manifest, manifestsIn } from '../support/helm.ts'
import { withoutKubeconform } from '../support/kubernetes-schemas.ts'
import { unless } from '../support/unless.ts'
import { gatewayChart } from './gateway-chart.ts'

const execute = promisify(execFile)
const gateway = fileURLToPath(new URL('../../examples/gateway', import.meta.url))
const chart = join(gateway, 'chart')
const textOf = async (path: string): Promise<string> => readFile(join(chart, path), 'utf8')
const ci = ['default', 'everything', 'ingress'].map(name => join(chart, `ci/${name}-values.yaml`))

let scratch = ''
test.before(async () => { scratch = await mkdtemp(join(tmpdir(), 'gateway-chart-')) })
test.after(() => rm(scratch, { recursive: true }))

// UPDATE_GOLDEN=1 writes it anew, for a reviewer to see.
test('the chart is the scaffold, told what the gateway is', async () => {
  const files = chartScaffold(gatewayChart)
  if (process.env['UPDATE_GOLDEN'] === '1') {
    for (const { path, text } of files) {
      await mkdir(dirname(join(chart, path)), { recursive: true })
      await writeFile(join(chart, path), text)
    }
  }
  for (const { path, text } of files) assert.fixture(await textOf(path), text, path)
  const there = (await readdir(chart, { recursive: true, withFileTypes: true })).filter(entry => entry.isFile())
  assert.is(there.length, files.length)
})

test('the read-me has the table of values', async () => {
  assert.ok((await textOf('README.md')).endsWith(`\n${valuesTable(await textOf('values.yaml'))}`))
})

test('every value has a comment', async () => {
  const table = valuesTable(await textOf('values.yaml'))
  const rows = new Set([...table.matchAll(/^\| `([^`]+)` \|/gm)].map(([, path = '']) => path))
  const bare = leaves(parseYaml(await textOf('values.yaml'), 'values.yaml'), rows).filter(path => !rows.has(path))
  assert.equal(bare, [])
  assert.ok(rows.size > 60)
})

/** Paths of values, down to those that have a row and no row below. */
function leaves(value: unknown, rows: ReadonlySet<string>, path = ''): readonly string[] {
  const isSplit = path === '' || !rows.has(path) || [...rows].some(row => row.startsWith(`${path}.`))
  if (!isSplit || typeof value !== 'object' || value === null || Array.isArray(value) || Object.keys(value).length === 0) return [path]
  return Object.entries(value).flatMap(([key, inner]) => leaves(inner, rows, path === '' ? key : `${path}.${key}`))
}

interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>
  readonly additionalProperties?: unknown
}

test('the schema knows the values that there are, and no others', async () => {
  const schema = JSON.parse(await textOf('values.schema.json')) as Schema
  const values = parseYaml(await textOf('values.yaml'), 'values.yaml') as Readonly<Record<string, Readonly<Record<string, unknown>>>>
  const names = (one: object): readonly string[] => Object.keys(one).sort()
  assert.equal(names(schema.properties ?? {}), [...names(values), 'enabled', 'global'].sort())
  for (const key of ['image', 'serviceAccount', 'service', 'ingress', 'networkPolicy', 'autoscaling', 'podDisruptionBudget', 'test']) {
    assert.equal(names(schema.properties?.[key]?.properties ?? {}), names(values[key] ?? {}), key)
    assert.is(schema.properties?.[key]?.additionalProperties, false, key)
  }
})

test('a pod has longer to stop than the gateway takes', async () => {
  const { terminationGracePeriodSeconds, config } = parseYaml(await textOf('values.yaml'), 'values.yaml') as {
    readonly terminationGracePeriodSeconds: number
    readonly config: { readonly shutdown: { readonly delay: string, readonly timeout: string } }
  }
  const seconds = (text: string): number => Number(/^(\d+)s$/.exec(text)?.[1])
  assert.ok(seconds(config.shutdown.delay) + seconds(config.shutdown.timeout) < terminationGracePeriodSeconds)
})

async function template(helm: Helm, ...args: readonly string[]): Promise<string> {
  return helm.run('template', 'demo', chart, ...kubernetes, ...args)
}

function only(kind: string, manifests: readonly Manifest[]): Manifest {
  const [found, ...more] = manifests.filter(one => one.kind === kind)
  if (found === undefined || more.length > 0) throw new Error(`${more.length + (found ? 1 : 0)} of ${kind}`)
  return found
}

/** What a deployment says, as far as these tests ask. */
interface Deployment {
  readonly replicas?: number
  readonly selector: { readonly matchLabels: Readonly<Record<string, string>> }
  readonly template: {
    readonly metadata: { readonly labels: Readonly<Record<string, string>>, readonly annotations?: Readonly<Record<string, string>> }
    readonly spec: {
      readonly automountServiceAccountToken: boolean
      readonly securityContext: Readonly<Record<string, unknown>>
      readonly containers: readonly [{
        readonly image: string
        readonly env?: readonly { readonly name: string, readonly value: string }[]
        readonly securityContext: Readonly<Record<string, unknown>>
      }]
      readonly volumes?: readonly unknown[]
    }
  }
}

const deployment = (manifests: readonly Manifest[]): Deployment => only('Deployment', manifests).spec as unknown as Deployment
const imageOf = (manifests: readonly Manifest[]): string => deployment(manifests).template.spec.containers[0].image

async function refusal(work: Promise<unknown>): Promise<string> {
  return work.then(() => '', (error: unknown) => (error as { readonly stderr: string }).stderr)
}

const digest = (letter: string): string => `sha256:${letter.repeat(64)}`

/** What a release writes. */
const released = {
  image: {
    distros: {
      static: { tag: '1.2.3', digest: digest('a') },
      alpine: { tag: '1.2.3-alpine', digest: digest('b') },
      elsewhere: { repository: 'registry.example:5000/other/gateway', tag: '1.2.3', digest: digest('c') },
    },
  },
}

const ways = [[], ...ci.map(file => ['--values', file])]

for (const helm of helms) {
  unless(helm.reason)(`${helm.name} finds nothing to say about any values`, async () => {
    for (const values of ways) {
      assert.not.match(await helm.run('lint', '--strict', chart, ...values), /WARNING|ERROR/)
      assert.is(await template(helm, ...values), await template(helm, ...values))
    }
  })
}

unless(helms.map(({ reason }) => reason).find(Boolean) ?? withoutKubeconform())('Kubernetes takes what both render, which is the same', async () => {
  const texts = await Promise.all(helms.map(async helm => Promise.all(ways.map(async values => template(helm, ...values)))))
  const [first, second] = texts.map(these => these.map(manifestsIn))
  assert.equal(first, second)
  await conform(texts[1] ?? [], scratch)
  const broken = texts[1]?.[0]?.replace('containers:', 'containrs:') ?? ''
  assert.match(await conform([broken], scratch).then(() => '', (error: unknown) => (error as Error).message), /containrs/)
})

/** Both render the same, so what the chart says is looked at once. */
const newest = helms.find(({ name }) => name === 'helm4') as Helm
const judged = unless(newest.reason)

/** Renders with values given as --set takes them. */
async function rendered(...sets: readonly string[]): Promise<readonly Manifest[]> {
  return manifestsIn(await template(newest, ...sets.flatMap(set => ['--set', set])))
}

judged('everything is there when it is switched on', async () => {
  const kinds = async (...args: readonly string[]): Promise<readonly string[]> => manifestsIn(await template(newest, ...args)).map(({ kind }) => kind).sort()
  const least = ['ConfigMap', 'Deployment', 'Pod', 'PodDisruptionBudget', 'Service', 'ServiceAccount']
  assert.equal(await kinds(), least)
  assert.equal(await kinds('--values', join(chart, 'ci/everything-values.yaml')), [...least, 'HorizontalPodAutoscaler', 'Ingress', 'NetworkPolicy'].sort())
  assert.equal(await kinds('--set', 'serviceAccount.create=false,podDisruptionBudget.enabled=false,test.args=null,config=null'), ['Deployment', 'Service'])
})

judged('the image is the released one', async () => {
  const values = join(scratch, 'released.json')
  await writeFile(values, JSON.stringify(released))
  const image = async (...sets: readonly string[]): Promise<string> => imageOf(manifestsIn(await template(newest, '--values', values, ...sets.flatMap(set => ['--set', set]))))
  const own = 'ghcr.io/example/gateway'
  assert.is(await image(), `${own}@${digest('a')}`)
  assert.is(await image('image.distro=alpine'), `${own}@${digest('b')}`)
  assert.is(await image('image.repository=mirror.example/gateway'), `mirror.example/gateway@${digest('a')}`)
  assert.is(await image('image.distro=elsewhere'), `registry.example:5000/other/gateway@${digest('c')}`)
  assert.is(await image('image.tag=1.2.4'), `${own}:1.2.4`)
  assert.is(await image(`image.digest=${digest('d')}`, 'image.tag=1.2.4'), `${own}@${digest('d')}`)
  assert.match(await refusal(image('image.distro=arch')), /image\.distro: this release has no distro "arch", but alpine, elsewhere, static/)
  assert.match(await refusal(image('image.digest=abc')), /digest/)
  assert.is(imageOf(await rendered()), `${own}:0.0.0`)
  assert.is(imageOf(await rendered('image.distros.static.tag=1.2.3')), `${own}:1.2.3`)
})

judged('another configuration makes other pods', async () => {
  const checksum = async (...sets: readonly string[]): Promise<string | undefined> => deployment(await rendered(...sets)).template.metadata.annotations?.['checksum/config']
  const usual = await checksum()
  assert.match(usual ?? '', /^[a-f\d]{64}$/)
  assert.is(await checksum('replicaCount=7'), usual)
  assert.is.not(await checksum('config.log.level=debug'), usual)
  assert.is(await checksum('config=null'), undefined)
  const { volumes, containers: [{ env = [] }] } = deployment(await rendered('config=null')).template.spec
  assert.is(volumes, undefined)
  assert.equal(env.map(({ name }) => name), ['GATEWAY_LISTEN'])
})

judged('pods are safe, and the service knows its own', async () => {
  const manifests = await rendered('commonLabels.team=edge', 'commonLabels.app\\.kubernetes\\.io/name=taken', 'containerPort=9999')
  const { selector, template: { metadata, spec } } = deployment(manifests)
  assert.equal(only('Service', manifests).spec['selector'], selector.matchLabels)
  const fits = (labels: Readonly<Record<string, string>> = {}): boolean => Object.entries(selector.matchLabels).every(([key, value]) => labels[key] === value)
  assert.ok(fits(metadata.labels))
  assert.is(metadata.labels['team'], 'edge')
  assert.not.ok(fits(only('Pod', manifests).metadata.labels))
  assert.is(spec.automountServiceAccountToken, false)
  assert.is(spec.securityContext['runAsNonRoot'], true)
  const [{ securityContext, env = [] }] = spec.containers
  assert.equal(securityContext, { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } })
  assert.equal(env[0], { name: 'GATEWAY_LISTEN', value: ':9999' })
})

judged('who scales decides how many pods there are', async () => {
  assert.is(deployment(await rendered()).replicas, 2)
  assert.is(deployment(await rendered('replicaCount=0')).replicas, 0)
  const scaled = await rendered('autoscaling.enabled=true', 'autoscaling.minReplicas=4')
  assert.is(deployment(scaled).replicas, undefined)
  assert.is(only('HorizontalPodAutoscaler', scaled).spec['minReplicas'], 4)
  assert.match(await refusal(rendered('autoscaling.enabled=true', 'autoscaling.minReplicas=40')), /minReplicas is more than maxReplicas/)
  const budget = async (...sets: readonly string[]): Promise<unknown> => {
    const { selector, ...rest } = only('PodDisruptionBudget', await rendered(...sets)).spec
    assert.ok(selector)
    return rest
  }
  assert.equal(await budget(), { maxUnavailable: 1 })
  assert.equal(await budget('podDisruptionBudget.minAvailable=0'), { minAvailable: 0 })
})

judged('a network policy lets in and out what it is told', async () => {
  const policy = async (...sets: readonly string[]): Promise<Readonly<Record<string, unknown>>> => only('NetworkPolicy', await rendered('networkPolicy.enabled=true', ...sets)).spec
  const open = await policy()
  assert.equal([open['policyTypes'], open['egress']], [['Ingress'], undefined])
  assert.equal(open['ingress'], [{ ports: [{ port: 'http', protocol: 'TCP' }] }])
  const named = await policy('networkPolicy.ingress.from[0].podSelector.matchLabels.a=b', 'networkPolicy.egress.enabled=true')
  assert.is((named['ingress'] as readonly { readonly from: readonly unknown[] }[])[0]?.from.length, 2)
  assert.equal(named['egress'], [{ ports: [{ port: 53, protocol: 'UDP' }, { port: 53, protocol: 'TCP' }] }])
  assert.equal((await policy('networkPolicy.egress.enabled=true', 'networkPolicy.egress.dns=false'))['egress'], [])
})

judged('misspelt values are refused', async () => {
  for (const set of ['replicas=2', 'image.tga=1', 'config.listen=:80', 'config.log.level=loud', 'ingress.enabled=true', 'service.port=0']) {
    assert.match(await refusal(rendered(set)), /values don't meet the specifications of the schema/, set)
  }
  assert.ok(await rendered('global.team=edge', 'enabled=true'))
})

judged('helm4 would install it, and says what next', async () => {
  const said = await newest.run('install', 'demo', chart, '--dry-run=client')
  assert.match(said, /\nNOTES:\ngateway 0\.0\.0 runs from ghcr\.io\/example\/gateway:0\.0\.0\.\n/)
  assert.match(said, /kubectl port-forward service\/demo-gateway --namespace default 8080:80\n/)
  assert.match(said, /helm test demo --namespace default/)
})

judged('the gateway takes the configuration and the arguments that the chart gives it', async () => {
  const program = join(scratch, 'gateway')
  await execute('go', ['build', '-o', program, './cmd/gateway'], { cwd: gateway })
  const file = join(scratch, 'gateway.json')
  for (const values of [[], ...ci.map(one => ['--values', one])]) {
    const manifests = manifestsIn(await template(newest, ...values))
    await writeFile(file, only('ConfigMap', manifests).data?.['gateway.json'] ?? '')
    assert.match((await execute(program, ['check', '--config', file])).stdout, /: ok, \d routes/)
  }
  // Nothing listens there: what counts is that it knows the arguments.
  const { containers: [{ args }] } = only('Pod', await rendered()).spec as unknown as { readonly containers: readonly [{ readonly args: readonly string[] }] }
  assert.equal(args, ['health', '--address', 'demo-gateway:80'])
  const failed = await execute(program, [...args.slice(0, -1), '127.0.0.1:1']).then(() => undefined, (error: unknown) => error as { readonly code: number, readonly stderr: string })
  assert.is(failed?.code, 1)
  assert.match(failed?.stderr ?? '', /^gateway: 127\.0\.0\.1:1 is not healthy: /)
})

test.run()
