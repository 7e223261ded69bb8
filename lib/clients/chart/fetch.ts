import type { Content } from '../../contracts/content.ts'
import { chartIdentity } from '../../formats/chart/chart-identity.ts'
import { chartLimit } from '../../formats/chart/chart-limits.ts'
import { chartMediaTypes } from '../../formats/chart/media-types.ts'
import { findInIndex, type RepositoryEntry } from '../../formats/chart/repository-index.ts'
import { isGzip, unpackChart } from '../../formats/chart/unpack.ts'
import type { LockedChart } from '../../formats/lock-file.ts'
import type { OciDescriptor } from '../../oci/descriptor.ts'
import { isIndex } from '../../oci/parse-manifest.ts'
import { readManifest } from '../../oci/read-manifest.ts'
import { parseReference, type Reference } from '../../oci/reference.ts'
import { statusOf } from '../../oci/registry/passing.ts'
import type { Registry } from '../../oci/registry/registry.ts'
import { secondTry } from '../../oci/second-try.ts'
import { smallBlob } from '../../oci/small-blob.ts'
import type { Descriptor, Digest } from '../../values/descriptor.ts'
import { digestOf } from '../../values/digest.ts'
import { ReleaseError } from '../../values/errors.ts'
import { orSkip } from '../or-skip.ts'
import type { LockedRemoteChart, RemoteChart } from './dependencies.ts'
import { readOverHttp, type ChartAccess } from './http.ts'
import { openRegistry } from '../open-registry.ts'

/** Bytes of an index.yaml: the largest ones have some tens of megabytes. */
const indexLimit = 256 * 1024 * 1024

/** What charts were pushed as before helm 3.7. */
const oldContentType = 'application/tar+gzip'

type Context = ChartAccess & { readonly content: Content }

/**
 * The package of a chart that slipway.lock pins, from the cache, or fetched and checked: a digest that a repository's index
 * names is none that anybody vouches for.
 * @returns its blob in the content store
 * @throws Skip where nobody can be asked just now, ReleaseError (CONTENT) with both digests where it has become another one,
 * (NETWORK, REGISTRY, CREDENTIALS)
 */
export async function fetchChartDependency(chart: LockedRemoteChart, context: Context): Promise<Descriptor> {
  const { content, log = () => {} } = context
  const { digest, size } = chart
  const wanted: Descriptor = { mediaType: chartMediaTypes.content, digest, size }
  if (await content.has(wanted)) {
    if (await content.file(wanted).then(() => true, () => false)) return wanted
    log(`The cache holds a damaged ${digest.slice(0, 19)}: it is fetched again.`)
    await content.drop(wanted)
  }
  return orSkip(() => chart.repository.startsWith('oci://') || chart.url?.startsWith('oci://') ? fetchFromRegistry(chart, wanted, context) : fetchFromServer(chart, wanted, context))
}

/**
 * Whether a chart that slipway.lock pins can be fetched, for a plan.
 * @throws Skip, ReleaseError as `fetchChartDependency`
 */
export async function reachChartDependency(chart: LockedRemoteChart, access: ChartAccess): Promise<void> {
  await orSkip(async () => {
    const hasty = { ...access, tries: 2 }
    if (chart.repository.startsWith('oci://') || chart.url?.startsWith('oci://')) {
      const { registry, tag } = await registryOf(chart, hasty)
      await registry.resolve(tag)
    } else {
      await readOverHttp({ url: urlOf(chart), purpose: `fetch ${chart.key}`, limit: 0, repository: chart.repository, method: 'HEAD' }, hasty)
    }
  })
}

/** What slipway.lock pins of a chart: what its repository has now. @throws ReleaseError (NETWORK, REGISTRY, CREDENTIALS, CONTENT) */
export async function readChartNow(chart: RemoteChart, access: ChartAccess): Promise<LockedChart> {
  if (chart.repository.startsWith('oci://')) {
    const { layer, bytes } = await fromRegistry(chart, access)
    await refuseWrong(chart, bytes)
    return { digest: layer.digest, size: layer.size }
  }
  const { url, digest } = await entryOf(chart, access)
  const bytes = url.startsWith('oci://') ? (await fromRegistry({ ...chart, url }, access)).bytes
    : await readOverHttp({ url, purpose: `fetch ${chart.key}`, limit: chartLimit, repository: chart.repository }, access)
  const own = digestOf(bytes)
  if (digest !== undefined && own !== `sha256:${digest}`) throw other(chart, own, `sha256:${digest}`, 'the index of its repository names')
  await refuseWrong(chart, bytes)
  return { digest: own, size: bytes.length, url }
}

async function fetchFromRegistry(chart: LockedRemoteChart, wanted: Descriptor, context: Context): Promise<Descriptor> {
  const { registry, tag } = await registryOf(chart, context)
  try {
    return await secondTry(() => context.content.put(registry.open(wanted), wanted.mediaType))
  } catch (error) {
    if (statusOf(error) !== 404) throw error
    // Gone: what is there now tells why.
    const { digest } = await layerOf(chart, registry, tag)
    throw digest === wanted.digest ? error : other(chart, digest, wanted.digest, 'slipway.lock pins')
  }
}

async function fetchFromServer(chart: LockedRemoteChart, wanted: Descriptor, context: Context): Promise<Descriptor> {
  const bytes = await readOverHttp({ url: urlOf(chart), purpose: `fetch ${chart.key}`, limit: chartLimit, repository: chart.repository }, context)
  const digest = digestOf(bytes)
  if (digest !== wanted.digest) throw other(chart, digest, wanted.digest, 'slipway.lock pins')
  return context.content.put([bytes], wanted.mediaType)
}

function urlOf({ key, url }: LockedRemoteChart): string {
  if (url !== undefined) return url
  throw new ReleaseError(`Cannot fetch ${key}: slipway.lock names no URL for it`, { code: 'FILES', hint: 'Pin it anew: npx tsx build.ts lock --update' })
}

async function entryOf({ name, version, repository }: RemoteChart, access: ChartAccess): Promise<RepositoryEntry> {
  const text = await readOverHttp({ url: `${repository}/index.yaml`, purpose: `read the index of ${repository}`, limit: indexLimit, repository }, access)
  return findInIndex(text.toString(), { name, version, repository })
}

async function registryOf(chart: RemoteChart & { readonly url?: string }, access: ChartAccess): Promise<{ readonly registry: Registry; readonly tag: string }> {
  const { host, repository, tag } = referenceOf(chart)
  return { tag, registry: await openRegistry({ host, repository }, access) }
}

function referenceOf({ name, version, repository, url }: RemoteChart & { readonly url?: string }): Reference & { readonly tag: string } {
  const tag = version.replaceAll('+', '_')
  // An index may say where a registry has the package: with a tag, or without.
  const reference = parseReference((url ?? `${repository}/${name}:${tag}`).replace(/^oci:\/\//, '').replaceAll('+', '_'))
  return { ...reference, tag: reference.tag ?? tag }
}

async function fromRegistry(chart: RemoteChart & { readonly url?: string }, access: ChartAccess): Promise<{ readonly layer: OciDescriptor; readonly bytes: Buffer }> {
  const { registry, tag } = await registryOf(chart, access)
  const layer = await layerOf(chart, registry, tag)
  return { layer, bytes: await secondTry(() => smallBlob(registry, layer, chartLimit)) }
}

async function layerOf({ key }: RemoteChart, registry: Registry, tag: string): Promise<OciDescriptor> {
  const { manifest } = await readManifest(registry, await registry.resolve(tag))
  const layer = isIndex(manifest) ? undefined : manifest.layers.find(({ mediaType }) => mediaType === chartMediaTypes.content || mediaType === oldContentType)
  if (layer) return layer
  throw new ReleaseError(`Cannot fetch ${key}: what ${registry.name} has there is no chart`, { code: 'REGISTRY', hint: 'Check repository, name and version in Chart.yaml.' })
}

/** A package of another chart is what nobody asked for. */
async function refuseWrong({ key, name, version }: RemoteChart, bytes: Uint8Array): Promise<void> {
  if (!isGzip(bytes)) throw new ReleaseError(`Cannot use ${key}: what was fetched is no package of a chart`, { code: 'CONTENT', hint: 'Look what its repository has there.' })
  const text = (await unpackChart(bytes, key)).find(({ path }) => path === 'Chart.yaml')?.bytes ?? new Uint8Array()
  const found = chartIdentity(text, `Chart.yaml of ${key}`)
  if (found.name === name && found.version.replace(/^v/, '') === version.replace(/^v/, '')) return
  throw new ReleaseError(`Cannot use ${key}: its package is ${found.name} ${found.version}`, { code: 'CONTENT', hint: 'Look what its repository has there.' })
}

function other({ key }: RemoteChart, came: Digest, wanted: string, who: string): ReleaseError {
  return new ReleaseError(`Cannot use ${key}: it is ${came}, and ${who} ${wanted}`, {
    code: 'CONTENT', hint: 'Ask who published it why it changed; to take it even so: npx tsx build.ts lock --update',
  })
}
