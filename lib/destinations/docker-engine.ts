import type { Destination, Session } from '../contracts/destination.ts'
import type { World } from '../contracts/workshop.ts'
import type { Engine } from '../clients/docker-engine.ts'
import type { OciDescriptor } from '../oci/descriptor.ts'
import type { ImageConfig } from '../oci/image-config.ts'
import type { Index, Manifest } from '../oci/manifest.ts'
import { asProblem } from '../values/as-problem.ts'
import { ReleaseError } from '../values/errors.ts'
import type { Image } from '../values/image.ts'

/** This machine's Docker Engine: images for its own platform are loaded under their names, `gateway:1.2.3-alpine`. */
export function dockerEngine(): Destination<Image> {
  const open = async ({ signal }: Pick<World, 'signal'>): Promise<Engine> => (await import('../clients/docker-engine.ts')).openEngine({ environment: process.env, signal })
  return {
    name: 'docker engine',
    local: true,
    reversible: true,
    url: ({ name }) => name,
    check: async world => {
      try {
        await open(world)
        return []
      } catch (error) {
        return [asProblem('docker engine', error)]
      }
    },
    probe: async ({ name }, world) => await (await open(world)).inspect(name) ? { state: 'public' } : { state: 'absent' },
    open: async (_release, world) => session(await open(world)),
  }
}

function session(engine: Engine): Session<Image> {
  const chosen = new Map<string, OciDescriptor>()
  const loaded = new Set<string>()
  return {
    stage: async (artifact, world) => {
      chosen.set(artifact.name, await ownPlatform(artifact, engine, world))
      return { artifact, url: artifact.name }
    },
    // Nothing lies there before it is loaded: what is loaded is compared then.
    verify: async ({ artifact }) => ({ state: 'staged', digest: artifact.digest }),
    commit: async ({ staged }, world) => {
      for (const { artifact } of staged) {
        const image = chosen.get(artifact.name)
        if (!image) continue
        await load(engine, artifact.name, image, world)
        loaded.add(artifact.name)
        await compare(engine, artifact.name, image, world)
      }
    },
    retract: async what => {
      // What stood under a name before it was loaded cannot be had back.
      for (const name of loaded.size > 0 ? loaded : what.map(one => one.name)) await engine.remove(name)
      return []
    },
  }
}

async function ownPlatform(artifact: Image, engine: Engine, { content }: World): Promise<OciDescriptor> {
  const [{ choosePlatform, parsePlatform, platformText }, { readJson }] = await Promise.all([import('../oci/platform.ts'), import('../oci/read-json.ts')])
  const { manifests } = await readJson<Index>(artifact, content)
  const { os, architecture } = await engine.version()
  const found = choosePlatform(manifests, parsePlatform(`${os}/${architecture}`))
  if (found) return found
  throw new ReleaseError(`Cannot load ${artifact.name}: it has no image for ${os}/${architecture}`, {
    code: 'IMAGE', hint: `It has ${manifests.flatMap(({ platform }) => platform ? [platformText(platform)] : []).join(', ')}.`,
  })
}

async function load(engine: Engine, name: string, image: OciDescriptor, { content }: World): Promise<void> {
  const [{ contentStore }, { dockerArchive }] = await Promise.all([import('../oci/content-source.ts'), import('../oci/docker-archive.ts')])
  await engine.load(dockerArchive({ from: contentStore(content, 'the cache', [image]), image, names: [name] }))
}

async function compare(engine: Engine, name: string, image: OciDescriptor, { content }: World): Promise<void> {
  const [{ readJson }, { isSameImage }] = await Promise.all([import('../oci/read-json.ts'), import('./docker-engine/is-same-image.ts')])
  const { config } = await readJson<Manifest>(image, content)
  const found = await engine.inspect(name)
  if (found && isSameImage(found, { image, config, value: await readJson<ImageConfig>(config, content) })) return
  throw new ReleaseError(`Cannot load ${name}: ${engine.name} ${found ? `has another image under that name (${found.id})` : 'does not have it afterwards'}`, {
    code: 'DOCKER', hint: 'Run it again; if it stays so, remove the image with `docker rmi` first.',
  })
}
