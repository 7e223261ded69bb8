import type { Content } from '../../contracts/content.ts'
import type { IndexedMetadata, IndexEntry } from '../../formats/chart/index-yaml-entry.ts'
import { packageOf } from '../../oci/chart-package.ts'
import { isIndex, parseManifest } from '../../oci/parse-manifest.ts'
import { parseJson } from '../../oci/parse-json.ts'
import { readBytes } from '../../oci/read-json.ts'
import type { Chart } from '../../values/chart.ts'
import type { Descriptor } from '../../values/descriptor.ts'
import { ReleaseError } from '../../values/errors.ts'

/** A chart as a classic repository has it: a package, and what the index says of it. */
export interface RepositoryChart {
  /** The package's name in the folder. */
  readonly name: string
  readonly bytes: Descriptor
  readonly entry: IndexEntry
}

/** Takes package and metadata out of a chart's OCI manifest. @throws ReleaseError (IMAGE, NAME) where it is none that a repository can list */
export async function chartEntry(chart: Chart, content: Content, { base, created }: { readonly base: string; readonly created: string }): Promise<RepositoryChart> {
  const { name, chart: called, version } = chart
  if (!/^\w[\w.+-]*\.tgz$/.test(name)) {
    throw new ReleaseError(`Cannot put ${JSON.stringify(name)} into a chart repository: it is no name of a package`, { code: 'NAME', hint: 'Packages are called name-version.tgz.' })
  }
  const manifest = parseManifest(await readBytes(chart, content), chart)
  if (isIndex(manifest)) throw misnamed(chart, 'its manifest is an index')
  const bytes = await packageOf(chart, content)
  const metadata = parseJson(await readBytes(manifest.config, content), `the configuration of ${name}`) as unknown as IndexedMetadata
  if (metadata.name !== called || metadata.version !== version) throw misnamed(chart, `its configuration says ${metadata.name} ${metadata.version}, not ${called} ${version}`)
  return { name, bytes, entry: { metadata, digest: bytes.digest, urls: [`${base}/${name}`], created } }
}

function misnamed({ name }: Chart, why: string): ReleaseError {
  return new ReleaseError(`Cannot put ${name} into a chart repository: ${why}`, { code: 'IMAGE', hint: 'Make it with chart().' })
}
