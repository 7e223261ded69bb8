import { groupBy } from '../formats/yaml/group-by.ts'
import { parseReference } from '../oci/reference.ts'
import type { GithubPackages } from '../clients/github/packages.ts'
import type { RegistryAccess } from '../clients/open-registry.ts'
import type { ServerClock } from '../clients/server-clock.ts'
import type { Registry } from '../oci/registry/registry.ts'
import type { Store } from '../oci/store.ts'
import { isLoopback } from '../oci/registry/loopback.ts'
import type { Destination, Finding, Session } from '../contracts/destination.ts'
import type { World } from '../contracts/workshop.ts'
import type { Artifact, OutlineOf } from '../values/artifact.ts'
import type { Chart } from '../values/chart.ts'
import { ReleaseError } from '../values/errors.ts'
import type { Image } from '../values/image.ts'
import type { Outline } from '../values/outline.ts'
import { githubApiOf } from './oci-registry/github-api.ts'
import { repositoryOf, type Pushed } from './oci-registry/repository-of.ts'
import type { Tagging } from './oci-registry/tagging.ts'

export interface OciRegistryOptions {
  /** A password or a token; without one, or where it is empty, SLIPWAY_REGISTRY_* and Docker's configuration are asked. */
  readonly token?: string | undefined
  /** Who the token belongs to; most registries take any name with a token. */
  readonly username?: string | undefined
  /**
   * The REST API of GitHub, whose container registry lets go of versions through that alone; the token has to be one that may delete
   * packages then. Default: `https://api.github.com` for ghcr.io. For a server of one's own, `containers.HOST`, it is `https://HOST/api/v3`.
   */
  readonly githubApi?: string | undefined
}

type Context = Pick<World, 'exec' | 'signal'>
type OpenPackages = (registry: Registry, context: Context) => Promise<GithubPackages>
type Open = (outline: Outline, context: Context, more?: { readonly tries?: number; readonly clock?: ServerClock }) => Promise<Registry>

/**
 * A repository of a registry. Images and charts are pushed by digest, which nobody sees; tags are what the commit gives, those
 * that move last: `latest` goes to the highest stable version only. A chart goes below it, into a repository of its own name, as
 * `helm push` does it: `ociRegistry('ghcr.io/example/charts')` puts the chart gateway into `ghcr.io/example/charts/gateway`.
 * @param text `ghcr.io/example/gateway`
 * @throws ReleaseError (NAME, USAGE) for what names no repository
 */
export function ociRegistry(text: string, options: OciRegistryOptions = {}): Destination<Pushed> {
  const { host, repository, tag, digest } = parseReference(text)
  if (tag !== undefined || digest !== undefined) {
    throw new ReleaseError(`Cannot publish at ${text}: it names one image, not a repository`, { code: 'USAGE', hint: 'Leave out the tag: tags come from the version and the distro.' })
  }
  const name = `registry ${host}/${repository}`
  const accessOf = ({ exec, signal }: Context): RegistryAccess => ({
    environment: process.env, exec, signal,
    ...(!options.token ? {} : { credentials: { [host]: { username: options.username ?? 'slipway', password: options.token, from: 'the token in build.ts' } } }),
  })
  const open: Open = async (outline, context, more = {}) =>
    (await import('../clients/open-registry.ts')).openRegistry({ host, repository: repositoryOf(repository, outline) }, { ...accessOf(context), ...more })
  const api = options.githubApi ?? githubApiOf(host)
  const packages: OpenPackages | undefined = api === undefined ? undefined : async (registry, context) =>
    (await import('../clients/open-packages.ts')).openPackages(registry, api, accessOf(context))
  return {
    name,
    local: isLoopback(host),
    reversible: true,
    takesAhead: ['platform-image'],
    url: outline => `${outline.kind === 'chart' ? 'oci://' : ''}${host}/${repositoryOf(repository, outline)}:${tagOf(outline)}`,
    check: async (world, what) => {
      const [{ checkRepository }, { serverClock, skewNotice }] = await Promise.all([import('./oci-registry/check-repository.ts'), import('../clients/server-clock.ts')])
      const clock = serverClock(world.now)
      const each = groupBy(what as readonly OutlineOf<Pushed>[], outline => repositoryOf(repository, outline))
      const found = await Promise.all([...each.values()].map(own => checkRepository({ where: name, what: own, open: () => open(own[0], world, { tries: 2, clock }) })))
      for (const line of found.flatMap(({ notices }) => notices)) world.notice(line)
      skewNotice(clock, host, world)
      return found.flatMap(({ problems }) => problems)
    },
    probe: async (what, world) => find(await open(what, world), tagOf(what)),
    open: async () => session(name, open, packages),
  }
}

function tagOf(outline: Outline): string {
  return (outline as Partial<Image | Chart>).tag ?? outline.name
}

async function find(registry: Registry, tagOrDigest: string): Promise<Finding> {
  const { digestAt } = await import('./oci-registry/digest-at.ts')
  const digest = await digestAt(registry, tagOrDigest)
  return digest === undefined ? { state: 'absent' } : { state: 'public', digest }
}

/** Images for one platform that are sent at once, four requests each: more only take turns with what is sent elsewhere. */
const partsAtOnce = 2

/** A repository, and the same as what several copies at once push to. */
interface Opened {
  readonly registry: Registry
  readonly to: Store
}

async function session(name: string, open: Open, packages: OpenPackages | undefined): Promise<Session<Pushed>> {
  const [{ copy }, { placesFor }, { contentStore }, { pushOnce }, { tagImages }] = await Promise.all([
    import('../oci/copy.ts'), import('../oci/copy/places.ts'), import('../oci/content-source.ts'), import('../oci/push-once.ts'), import('./oci-registry/tagging.ts'),
  ])
  const repositories = new Map<string, Promise<Opened>>()
  const opened = (outline: Outline, context: Context): Promise<Opened> => {
    const key = repositoryOf('', outline)
    const found = repositories.get(key) ?? open(outline, context).then(registry => ({ registry, to: pushOnce(registry) }))
    repositories.set(key, found)
    return found
  }
  const places = new Map<string, Registry>()
  const placeOf = ({ name: artifact }: Artifact): Registry => places.get(artifact) ?? lost(name, artifact)
  let isLost = false
  const ahead = placesFor(partsAtOnce, () => { if (isLost) throw new Error('an earlier one could not be sent') })
  const send = (artifact: Artifact, to: Store, world: World): Promise<unknown> =>
    copy({ from: contentStore(world.content, 'the cache', [artifact]), to, root: artifact, signal: world.signal })
  return {
    ahead: async (part, of, world) => {
      const { to } = await opened(of, world)
      await ahead(() => send(part, to, world)).catch((error: unknown) => {
        isLost = true   // staging tries again, and nobody waits for all of these
        throw error
      })
    },
    stage: async (artifact, world) => {
      const { registry, to } = await opened(artifact, world)
      places.set(artifact.name, registry)
      await send(artifact, to, world)
      return { artifact, url: `${registry.host}/${registry.repository}@${artifact.digest}` }
    },
    verify: async ({ artifact }) => ({ state: 'staged', digest: (await placeOf(artifact).resolve(artifact.digest)).digest }),
    commit: async ({ staged }) => {
      const artifacts = staged.map(({ artifact }) => artifact as Pushed)
      const images = artifacts.filter(isImage)
      const [first] = images
      await (await import('./oci-registry/commit-tags.ts')).commitTags([
        ...first ? await tagImages(placeOf(first), images) : [],
        // What names images comes after them.
        ...artifacts.filter(one => one.kind === 'chart').map((chart): Tagging => ({ registry: placeOf(chart), artifact: chart, immutable: [chart.tag], moving: [] })),
        ...artifacts.filter(one => one.kind === 'artifact-hub').map((metadata): Tagging => ({ registry: placeOf(metadata), artifact: metadata, immutable: [], moving: [metadata.tag] })),
      ])
    },
    retract: async (what, world) => (await import('./oci-registry/retract-release.ts')).retractRelease(what as readonly OutlineOf<Pushed>[], {
      registryOf: async outline => (await opened(outline, world)).registry, packagesOf: packages && (registry => packages(registry, world)),
    }),
  }
}

function isImage<T extends OutlineOf<Pushed>>(artifact: T): artifact is T & OutlineOf<Image> {
  return artifact.kind === 'image'
}

function lost(destination: string, name: string): never {
  throw new ReleaseError(`Cannot publish ${name} at ${destination}: it was never sent there`, { code: 'DESTINATION', hint: 'Run the release again.' })
}
