import type { Credentials } from '../../contracts/credential.ts'
import type { Http } from '../../contracts/http.ts'
import { tagProblem } from '../../formats/tag-problem.ts'
import type { Digest } from '../../values/descriptor.ts'
import { digestOf } from '../../values/digest.ts'
import { ReleaseError } from '../../values/errors.ts'
import { placesFor } from '../copy/places.ts'
import type { OciDescriptor } from '../descriptor.ts'
import type { Index, Manifest } from '../manifest.ts'
import { referrer } from '../referrer.ts'
import { smallBlob } from '../small-blob.ts'
import type { Source, Store } from '../store.ts'
import { checkPush } from './check-push.ts'
import { createEndpoint, type Endpoint } from './endpoint.ts'
import { addToFallback, readFallback } from './fallback-index.ts'
import { firstOf } from './first-of.ts'
import { has } from './has.ts'
import { listReferrers } from './list-referrers.ts'
import { listTags } from './list-tags.ts'
import { isManifestOrIndex } from './manifest-types.ts'
import { mirrorAddress } from './mirror-address.ts'
import { statusOf } from './passing.ts'
import { patience, type PatienceOptions } from './patience.ts'
import { pullBlob } from './pull-blob.ts'
import { pushBlob, type UploadSizes } from './push-blob.ts'
import { putManifest } from './put-manifest.ts'
import { putWithParts } from './put-with-parts.ts'
import { readManifest, type FoundManifest } from './read-manifest.ts'
import { wholeLimit } from './read-whole.ts'
import { resolve } from './resolve.ts'

export interface RegistryOptions extends PatienceOptions {
  readonly http: Http
  readonly credentials: Credentials
  /** `ghcr.io`, `docker.io`, `127.0.0.1:5000`. */
  readonly host: string
  /** `library/alpine`. */
  readonly repository: string
  /** Asked before it when reading: `mirror.example`, `http://127.0.0.1:5000`, `mirror.example/prefix`. */
  readonly mirrors?: readonly string[]
  readonly log?: (line: string) => void
  /** Plain HTTP; for this machine alone where it is absent. */
  readonly insecure?: boolean
  /** Blobs pushed at a time. Default: 6. */
  readonly concurrency?: number
  readonly sizes?: UploadSizes
}

/** One repository of a registry. */
export interface Registry extends Store {
  readonly host: string
  readonly repository: string
  referrers(descriptor: OciDescriptor): Promise<readonly OciDescriptor[]>
  /** Where the registry does not list a manifest among the referrers of its subject, puts it in the index that stands for that. */
  attach(descriptor: OciDescriptor, manifest: Manifest | Index): Promise<void>
  /** Throws where the caller may not push. */
  checkPush(): Promise<void>
  /** None where there is no such repository. */
  tags(): Promise<readonly string[]>
  /** Takes back a tag, or by its digest a manifest with all its tags; what is not there is no error. */
  deleteManifest(tagOrDigest: string): Promise<void>
  /** The manifest that a tag stands for, whole; undefined where there is no such tag. */
  manifest(tag: string): Promise<FoundManifest | undefined>
  /** Puts a manifest in under a tag, in one request. What it refers to has to be there. */
  putTagged(tag: string, manifest: { readonly bytes: Uint8Array; readonly mediaType: string }): Promise<void>
}

/** In one request up to a size that is quickly sent again, in chunks that a cut loses little of beyond it. */
const usualSizes: UploadSizes = { whole: 16 << 20, chunk: 64 << 20 }

/** Bytes that are kept in memory until they are hashed, where a mirror gives them. */
const smallSize = 1 << 20

/**
 * A repository of a registry: OCI distribution specification 1.1. What fails in passing is tried again, what was cut goes on,
 * and everything that is read is hashed. Mirrors are for reading alone; each host gets its own credential and no other.
 */
export function registry(options: RegistryOptions): Registry {
  const { host, repository, insecure, log = () => {}, sizes = usualSizes } = options
  const parts = { http: options.http, credentials: options.credentials, patience: patience(options), log }
  // A mirror that is down is not worth waiting for: there is another place to ask.
  const hasty = { ...parts, patience: patience({ ...options, tries: Math.min(2, parts.patience.tries) }) }
  const origin = createEndpoint({ host, repository, insecure }, parts)
  const readers = [...(options.mirrors ?? []).map(mirror => createEndpoint(mirrorAddress(mirror, options), hasty)), origin]
  /** Mirrors that gave other bytes than they should have. */
  const distrusted = new Set<Endpoint>()
  const trusted = (): readonly Endpoint[] => readers.filter(one => !distrusted.has(one))
  const places = placesFor(Math.max(1, options.concurrency ?? 6), () => {})
  /** Reading and writing the index that stands for a list of referrers is one thing. */
  const alone = placesFor(1, () => {})
  const lacking = new Set<Digest>()
  /** Manifests that the registry said it lists among the referrers of their subject. */
  const listed = new Set<Digest>()

  const looked = async (descriptor: OciDescriptor): Promise<boolean> => {
    const there = await has(origin, descriptor)
    if (!there) lacking.add(descriptor.digest)
    return there
  }
  const store: Registry = {
    name: origin.name, host, repository, has: looked,
    resolve: tagOrDigest => firstOf(trusted(), endpoint => resolve(endpoint, tagOrDigest)),
    open: descriptor => isManifestOrIndex(descriptor.mediaType) ? openManifest(trusted(), descriptor)
      : origin !== trusted()[0] && descriptor.size <= smallSize ? openSmall(trusted(), descriptor)
        : pullBlob(trusted(), descriptor, mirror => {
          distrusted.add(mirror)
          log(`${mirror.name} gave other bytes than ${descriptor.digest}; going on without this mirror`)
        }),
    push: (descriptor, open, from) => places(async () => {
      const known = lacking.delete(descriptor.digest)
      if (!isManifestOrIndex(descriptor.mediaType)) return pushBlob(origin, { descriptor, open, from: repositoryOf(from, store), lacking: known, sizes })
      if (!known && await has(origin, descriptor)) return
      if (await putWithParts(origin, { descriptor, bytes: await wholeManifest(descriptor, open, origin), from, sizes })) listed.add(descriptor.digest)
    }),
    tag: async (descriptor, tag) => tagAs(origin, { descriptor, tag, sizes }),
    checkPush: () => checkPush(origin),
    tags: () => listTags(origin),
    referrers: async ({ digest }) => await listReferrers(origin, digest) ?? readFallback(origin, digest),
    attach: async (descriptor, manifest) => {
      if (!manifest.subject || listed.has(descriptor.digest)) return
      const { digest } = manifest.subject
      const known = await listReferrers(origin, digest)
      if (!known?.some(one => one.digest === descriptor.digest)) await alone(() => addToFallback(origin, digest, referrer(descriptor, manifest)))
    },
    deleteManifest: tagOrDigest => remove(origin, tagOrDigest),
    manifest: tag => readManifest(origin, tag).catch((error: unknown) => {
      if (statusOf(error) === 404) return undefined
      throw error
    }),
    putTagged: async (tag, manifest) => { await putManifest(origin, { ...manifest, reference: tag }) },
  }
  return store
}

async function* openManifest(readers: readonly Endpoint[], { digest, mediaType, size }: OciDescriptor): AsyncGenerator<Uint8Array> {
  yield await firstOf(readers, async endpoint => {
    const { bytes } = await readManifest(endpoint, digest, mediaType)
    if (bytes.length === size) return bytes
    throw new ReleaseError(`Cannot use ${digest} from ${endpoint.name}: it has ${bytes.length} bytes, not ${size}`, { code: 'CONTENT', hint: 'What names it is wrong: build and push the image again.' })
  })
}

/** What is small is handed on when it is seen to be right: a mirror that has other bytes is passed over. */
async function* openSmall(readers: readonly Endpoint[], descriptor: OciDescriptor): AsyncGenerator<Uint8Array> {
  yield await firstOf(readers, endpoint => smallBlob({ name: endpoint.name, open: one => pullBlob([endpoint], one) }, descriptor, smallSize))
}

/** What a mount takes blobs from: another repository behind the same host. */
function repositoryOf(from: Source | undefined, { host, repository }: Registry): string | undefined {
  const other = from as Partial<Registry> | undefined
  return other?.host === host && other.repository !== repository ? other.repository : undefined
}

async function wholeManifest(descriptor: OciDescriptor, open: () => AsyncIterable<Uint8Array>, { name }: Endpoint): Promise<Buffer> {
  const bytes = await smallBlob({ name: 'its source', open }, descriptor, wholeLimit)
  if (digestOf(bytes) === descriptor.digest) return bytes
  throw new ReleaseError(`Cannot push ${descriptor.digest} to ${name}: its bytes have the digest ${digestOf(bytes)}`, { code: 'CONTENT', hint: 'Run the release again: what is damaged is made again.' })
}

async function tagAs(origin: Endpoint, { descriptor, tag, sizes }: { readonly descriptor: OciDescriptor; readonly tag: string; readonly sizes: UploadSizes }): Promise<void> {
  const problem = tagProblem(tag)
  if (problem !== undefined) throw new ReleaseError(`Cannot tag an image in ${origin.name}: ${problem}`, { code: 'NAME', hint: 'Use letters, digits, dots, dashes and underscores.' })
  const { bytes } = await readManifest(origin, descriptor.digest, descriptor.mediaType)
  await putWithParts(origin, { descriptor, bytes, reference: tag, sizes }).catch(async (error: unknown) => {
    // Where tags cannot be moved, one that stands already is refused too.
    const there = error instanceof ReleaseError && error.code === 'REGISTRY' ? await resolve(origin, tag).catch(() => undefined) : undefined
    if (there?.digest !== descriptor.digest) throw error
  })
}

async function remove({ ask, url, name, repository }: Endpoint, tagOrDigest: string): Promise<void> {
  const answer = await ask({
    method: 'DELETE', url: url(`manifests/${tagOrDigest}`), expect: [200, 202, 204, 404],
    access: [{ repository, actions: ['pull', 'push', 'delete'] }], purpose: `delete ${tagOrDigest} in ${name}`,
  })
  await answer.discard()
}
