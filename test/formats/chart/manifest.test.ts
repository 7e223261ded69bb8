import { mkdir, mkdtemp, readFile, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { createHttp } from '../../../lib/clients/http.ts'
import type { ChartFile } from '../../../lib/formats/chart/chart-file.ts'
import { chartMetadata } from '../../../lib/formats/chart/chart-yaml.ts'
import { chartConfig } from '../../../lib/formats/chart/config-json.ts'
import { chartManifest } from '../../../lib/formats/chart/manifest.ts'
import { chartMediaTypes } from '../../../lib/formats/chart/media-types.ts'
import { packChart } from '../../../lib/formats/chart/pack.ts'
import { copy } from '../../../lib/oci/copy.ts'
import { layoutIn } from '../../../lib/oci/layout.ts'
import { mediaTypes } from '../../../lib/oci/media-types.ts'
import { registry, type Registry } from '../../../lib/oci/registry/registry.ts'
import type { Descriptor } from '../../../lib/values/descriptor.ts'
import { digestOf } from '../../../lib/values/digest.ts'
import { realRegistries, type RunningRegistry } from '../../support/real-registries.ts'
import { unless } from '../../support/unless.ts'
import { collect } from '../support/collect.ts'
import { helmPrints, helms } from './support/helm.ts'
import { awkwardChart, commitTime, plainChart, textOf } from './support/sample-charts.ts'

interface Context {
  folder: string
  running: RunningRegistry
}

const test = suite<Context>('chart manifest')
const real = realRegistries().find(({ reason }) => reason === undefined)

test.before.each(async context => { context.folder = await mkdtemp(join(tmpdir(), 'chart-')) })
test.after.each(async ({ folder }) => { await rm(folder, { recursive: true, force: true }) })
test.before(async context => { if (real) context.running = await real.start() })
test.after(async ({ running }) => { await running?.close() })

interface Made {
  readonly name: string
  readonly tag: string
  readonly version: string
  readonly file: string
  readonly blobs: readonly (readonly [Descriptor, Uint8Array])[]
  readonly root: Descriptor
}

/** The package as a file of the commit's time, and everything that stands in a registry. */
async function make(files: readonly ChartFile[], folder: string, provenance?: string): Promise<Made> {
  const metadata = chartMetadata(textOf(files, 'Chart.yaml'), 'Chart.yaml', { released: true })
  const bytes = await collect(packChart(files, { name: metadata.name, date: commitTime }))
  const file = join(folder, `${metadata.name}-${metadata.version}.tgz`)
  await writeFile(file, bytes)
  await utimes(file, new Date(commitTime), new Date(commitTime))
  const blob = (mediaType: string, of: Uint8Array): readonly [Descriptor, Uint8Array] => [{ mediaType, digest: digestOf(of), size: of.length }, of]
  const config = blob(chartMediaTypes.config, chartConfig(metadata))
  const content = blob(chartMediaTypes.content, bytes)
  const signed = provenance === undefined ? [] : [blob(chartMediaTypes.provenance, Buffer.from(provenance))]
  const [signature] = signed
  const manifest = blob(mediaTypes.manifest, chartManifest({
    metadata, config: config[0], content: content[0], created: commitTime, ...signature && { provenance: signature[0] },
  }))
  return { name: metadata.name, version: metadata.version, tag: metadata.version.replaceAll('+', '_'), file, root: manifest[0], blobs: [config, content, ...signed, manifest] }
}

function open({ host }: RunningRegistry, repository: string): Registry {
  return registry({ http: createHttp({ environment: {} }), host, repository, credentials: async () => undefined })
}

/** Into a layout first, as a release does. */
async function push({ blobs, root, tag }: Made, to: Registry, folder: string): Promise<void> {
  const layout = layoutIn(join(folder, 'layout'))
  for (const [descriptor, bytes] of blobs) await layout.push(descriptor, async function* () { yield bytes })
  await copy({ from: layout, to, root, tags: [tag] })
}

for (const helm of helms) {
  const declare = unless(helm.reason ?? (real ? undefined : 'needs a registry, which .ci/tools installs'), test)
  for (const [name, files] of [['plain', plainChart], ['awkward', awkwardChart]] as const) {
    declare(`${helm.name} push of the same package has the same digest: ${name}`, async ({ folder, running }) => {
      const made = await make(files, folder)
      const target = `${helm.name}-${name}`
      await helmPrints(helm, ['push', made.file, `oci://${running.host}/${target}`, '--plain-http'], folder)
      const pushed = open(running, `${target}/${made.name}`)
      const theirs = await pushed.resolve(made.tag)
      assert.is((await collect(pushed.open(theirs))).toString(), Buffer.from(made.blobs.at(-1)?.[1] ?? []).toString())
      assert.is(theirs.digest, made.root.digest)
    })

    declare(`${helm.name} pulls, shows, lints and renders what is pushed here: ${name}`, async ({ folder, running }) => {
      const made = await make(files, folder)
      const target = `own-${helm.name}-${name}`
      await push(made, open(running, `${target}/${made.name}`), folder)
      const reference = `oci://${running.host}/${target}/${made.name}`
      await mkdir(join(folder, 'pulled'))
      await helmPrints(helm, ['pull', reference, '--version', made.version, '--plain-http', '-d', 'pulled'], folder)
      const pulled = join(folder, 'pulled', `${made.name}-${made.version}.tgz`)
      assert.ok((await readFile(pulled)).equals(await readFile(made.file)))
      const shown = await helmPrints(helm, ['show', 'all', pulled], folder)
      assert.ok(shown.includes(`version: ${made.version}`), shown)
      assert.ok((await helmPrints(helm, ['template', 'here', pulled, '--kube-version', '1.30.0'], folder)).includes('kind: ConfigMap'))
      if (name === 'plain') assert.match(await helmPrints(helm, ['lint', '--strict', pulled], folder), /1 chart\(s\) linted, 0 chart\(s\) failed/)
    })
  }

  declare(`${helm.name} push with a provenance file has the same digest`, async ({ folder, running }) => {
    for (const text of ['signed', 'signed otherwise', 'signed once more']) {
      const made = await make(plainChart, folder, text)
      await writeFile(`${made.file}.prov`, text)
      const target = `${helm.name}-${text.replaceAll(' ', '-')}`
      await helmPrints(helm, ['push', made.file, `oci://${running.host}/${target}`, '--plain-http'], folder)
      assert.is((await open(running, `${target}/${made.name}`).resolve(made.tag)).digest, made.root.digest)
    }
  })
}

test.run()
