import { Agent as HttpAgent } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import { addAbortSignal, type Duplex, Readable } from 'node:stream'
import type Docker from 'dockerode'
import type { ContainerConfig } from '../oci/image-config.ts'
import { ReleaseError } from '../values/errors.ts'
import { createBuilder, type BuildOptions, type StartedBuild } from './docker-engine/build.ts'
import { engineError, messageOf } from './docker-engine/engine-error.ts'
import { engineHosts, type EngineHost } from './docker-engine/engine-hosts.ts'
import type { EngineImage } from './docker-engine/engine-image.ts'
import type { EngineVersion } from './docker-engine/engine-version.ts'
import { loadedNames } from './docker-engine/loaded-names.ts'
import { reach, type Tried } from './docker-engine/reach.ts'

export type { BuildOptions } from './docker-engine/build.ts'

/** A Docker Engine that answers. Each call throws ReleaseError (DOCKER) where the Engine refuses, or the abort reason when stopped. */
export interface Engine {
  /** What errors call it: `the Docker Engine at unix:///var/run/docker.sock`. */
  readonly name: string
  version(): Promise<EngineVersion>
  /** Takes the images of a Docker archive in. @returns what the Engine calls them: names, or ids where they have none */
  load(archive: AsyncIterable<Uint8Array>): Promise<readonly string[]>
  /** The image as a Docker archive, in the form that this Engine writes. */
  save(reference: string): AsyncGenerator<Uint8Array>
  /** Undefined where there is no such image. */
  inspect(reference: string): Promise<EngineImage | undefined>
  /** Builds an image. @returns its id, as `inspect` tells it */
  build(options: BuildOptions, line?: (text: string) => void): Promise<string>
  /** Gives an image another name. */
  tag(reference: string, name: string): Promise<void>
  /** Takes a name away, and the image with its last name; what is not there is no error. */
  remove(reference: string): Promise<void>
}

const answerMilliseconds = 10_000

export interface EngineSettings {
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly signal: AbortSignal
  readonly platform?: NodeJS.Platform
}

/**
 * Opens the Docker Engine that Docker's own command line would use, else one at a place where one is by custom.
 * @throws ReleaseError (DOCKER) where none answers, with all that was tried
 */
export async function openEngine({ environment, signal, platform = process.platform }: EngineSettings): Promise<Engine> {
  const hosts = await engineHosts(environment, platform)
  const tried: Tried[] = []
  for (const host of hosts) {
    const options = await reach(host, tried)
    if (!options) continue
    const { default: Client } = await import('dockerode')
    // A kept connection may be one that the Engine, or what stands before it, is just closing: what is sent there is lost.
    const agent = new (options.protocol === 'https' ? HttpsAgent : HttpAgent)({ keepAlive: false })
    const settings = { ...options, agent }
    const client = (): Docker => new Client(settings)
    const docker = client()
    try {
      const ping = docker.ping as (options: object) => Promise<unknown>
      await ping.call(docker, { abortSignal: AbortSignal.any([signal, AbortSignal.timeout(answerMilliseconds)]) })
      return engineOf(client, host, signal)
    } catch (error) {
      signal.throwIfAborted()
      tried.push({ host, why: messageOf(error) })
    }
  }
  throw nowhere(tried)
}

function engineOf(open: () => Docker, { host }: EngineHost, signal: AbortSignal): Engine {
  const docker = open()
  const name = `the Docker Engine at ${host}`
  const asking = async <T>(what: string, ask: () => Promise<T>): Promise<T> => {
    signal.throwIfAborted()
    try {
      return await ask()
    } catch (error) {
      signal.throwIfAborted()
      throw engineError(what, name, error)
    }
  }
  // Made anew for each call: dockerode takes it out of what it is given.
  const stoppable = (): { readonly abortSignal: AbortSignal } => ({ abortSignal: signal })
  const version = (): Promise<EngineVersion> => asking('ask for the version', async () => {
    const { Version, ApiVersion, Os, Arch } = await docker.version()
    return { version: Version, api: ApiVersion, os: Os, architecture: Arch }
  })
  const inspect = (reference: string): Promise<EngineImage | undefined> => asking(`look at ${reference}`, async () => {
    const found = await docker.getImage(reference).inspect().catch(missing)
    return found && imageOf(found)
  })
  const build = createBuilder({ name, signal, version, inspect, start: (context, request) => startBuild(open(), context, { ...request, ...stoppable() }) })
  return {
    name, version, inspect, build,
    load: archive => asking('load an image', async () => {
      const answer = await docker.loadImage(Readable.from(archive), { quiet: true, ...stoppable() })
      return loadedNames(answer as Readable)
    }),
    async *save(reference) {
      const stream = await asking(`save ${reference}`, () => docker.getImage(reference).get()) as Readable
      addAbortSignal(signal, stream)
      try {
        for await (const part of stream as AsyncIterable<Buffer>) {
          signal.throwIfAborted()
          yield part
        }
      } catch (error) {
        signal.throwIfAborted()
        throw engineError(`save ${reference}`, name, error)
      } finally {
        stream.destroy()
      }
    },
    tag: (reference, other) => asking(`tag ${reference} as ${other}`, async () => {
      const colon = other.lastIndexOf(':')
      const [repo, tag] = colon > other.lastIndexOf('/') ? [other.slice(0, colon), other.slice(colon + 1)] : [other, 'latest']
      await docker.getImage(reference).tag({ repo, tag, ...stoppable() })
    }),
    remove: reference => asking(`remove ${reference}`, async () => { await docker.getImage(reference).remove(stoppable()).catch(missing) }),
  }
}

/**
 * Starts a build on a client of its own. BuildKit asks back through a connection that dockerode keeps to itself, and closes only
 * when all went well: what stays open would keep this process alive.
 */
async function startBuild(docker: Docker, context: Readable, request: Docker.ImageBuildOptions): Promise<StartedBuild> {
  const modem = docker.modem as Modem
  const dial = modem.dial.bind(modem)
  const sessions: Duplex[] = []
  modem.dial = (options, done) => dial(options, (error, answer) => {
    if (options.path === '/session' && answer) sessions.push(answer)
    done(error, answer)
  })
  const close = (): void => { for (const session of sessions) session.destroy() }
  try {
    const answer = await docker.buildImage(context, request) as Readable
    return { answer, close }
  } catch (error) {
    close()
    throw error
  }
}

interface Modem {
  dial(options: { readonly path: string }, done: (error: unknown, answer: Duplex | null) => void): void
}

function missing(error: unknown): undefined {
  if ((error as { readonly statusCode?: number }).statusCode !== 404) throw error
}

function imageOf({ Id, RepoTags, Os, Architecture, RootFS, Config, ...others }: Docker.ImageInspectInfo): EngineImage {
  const { Variant } = others as { readonly Variant?: string }
  return {
    id: Id, names: RepoTags ?? [], os: Os, architecture: Architecture, ...Variant && { variant: Variant }, diffIds: RootFS?.Layers ?? [],
    container: Config as ContainerConfig | undefined ?? {},
  }
}

function nowhere(tried: readonly Tried[]): ReleaseError {
  const list = tried.map(({ host: { host, from }, why }) => `  ${host}${from === undefined ? '' : ` (${from})`}: ${why}`)
  return new ReleaseError('Cannot reach a Docker Engine: none answers', {
    code: 'DOCKER', output: `Tried:\n${list.join('\n')}`,
    hint: 'Start Docker, or set DOCKER_HOST. Images on a base, OCI layouts and registries need none: see buildImage().',
  })
}
