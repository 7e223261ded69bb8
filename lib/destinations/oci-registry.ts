import { parseReference } from '../oci/reference.ts'
import type { Registry } from '../oci/registry/registry.ts'
import { isLoopback } from '../oci/registry/loopback.ts'
import type { Destination, Finding, Session } from '../contracts/destination.ts'
import type { World } from '../contracts/workshop.ts'
import { asProblem } from '../values/as-problem.ts'
import { ReleaseError } from '../values/errors.ts'
import type { Image } from '../values/image.ts'
import type { GivenTag } from './oci-registry/commit-tags.ts'

export interface OciRegistryOptions {
  /** A password or a token; without one, or where it is empty, SLIPWAY_REGISTRY_* and Docker's configuration are asked. */
  readonly token?: string | undefined
  /** Who the token belongs to; most registries take any name with a token. */
  readonly username?: string | undefined
}

type Context = Pick<World, 'exec' | 'signal'>

/**
 * A repository of a registry. Images are pushed by digest, which nobody sees; tags are what the commit gives, those that move
 * last: `latest` goes to the highest stable version only.
 * @param text `ghcr.io/example/gateway`
 * @throws ReleaseError (NAME, USAGE) for what names no repository
 */
export function ociRegistry(text: string, options: OciRegistryOptions = {}): Destination<Image> {
  const { host, repository, tag, digest } = parseReference(text)
  if (tag !== undefined || digest !== undefined) {
    throw new ReleaseError(`Cannot publish at ${text}: it names one image, not a repository`, { code: 'USAGE', hint: 'Leave out the tag: tags come from the version and the distro.' })
  }
  const name = `registry ${host}/${repository}`
  const open = async ({ exec, signal }: Context, tries?: number): Promise<Registry> => (await import('../clients/open-registry.ts')).openRegistry({ host, repository }, {
    environment: process.env, exec, signal, ...(tries === undefined ? {} : { tries }),
    ...(!options.token ? {} : { credentials: { [host]: { username: options.username ?? 'slipway', password: options.token, from: 'the token in build.ts' } } }),
  })
  return {
    name,
    local: isLoopback(host),
    reversible: true,
    url: outline => `${host}/${repository}:${(outline as Partial<Image>).tag ?? outline.name}`,
    check: async world => {
      try {
        await (await open(world, 2)).checkPush()
        return []
      } catch (error) {
        return [asProblem(name, error)]
      }
    },
    probe: async (what, world) => find(await open(world), (what as Partial<Image>).tag ?? what.name),
    open: async (_release, world) => session(await open(world)),
  }
}

async function find(registry: Registry, tagOrDigest: string): Promise<Finding> {
  const { digestAt } = await import('./oci-registry/digest-at.ts')
  const digest = await digestAt(registry, tagOrDigest)
  return digest === undefined ? { state: 'absent' } : { state: 'public', digest }
}

async function session(registry: Registry): Promise<Session<Image>> {
  const [{ copy }, { contentStore }, { pushOnce }] = await Promise.all([
    import('../oci/copy.ts'), import('../oci/content-source.ts'), import('../oci/push-once.ts'),
  ])
  const to = pushOnce(registry)
  const given: GivenTag[] = []
  return {
    stage: async (artifact, { content, signal }) => {
      await copy({ from: contentStore(content, 'the cache', [artifact]), to, root: artifact, signal })
      return { artifact, url: `${registry.host}/${registry.repository}@${artifact.digest}` }
    },
    verify: async ({ artifact }) => ({ state: 'staged', digest: (await registry.resolve(artifact.digest)).digest }),
    commit: async ({ staged }) => (await import('./oci-registry/commit-tags.ts')).commitTags(registry, staged.map(({ artifact }) => artifact as Image), tag => { given.push(tag) }),
    retract: async () => (await import('./oci-registry/retract-tags.ts')).retractTags(registry, given),
  }
}
