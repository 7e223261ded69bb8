import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import type { Engine } from '../../lib/clients/docker-engine.ts'
import type { DockerContext } from '../../lib/clients/docker-context.ts'
import type { Content } from '../../lib/contracts/content.ts'
import type { TarMember } from '../../lib/formats/tar-writer.ts'
import { task } from '../../lib/graph/task.ts'
import { platformOfTarget, platformText } from '../../lib/oci/platform.ts'
import { asProblem } from '../../lib/values/as-problem.ts'
import type { Binary } from '../../lib/values/binary.ts'
import type { Descriptor } from '../../lib/values/descriptor.ts'
import { ReleaseError } from '../../lib/values/errors.ts'
import type { PlatformImage } from '../../lib/values/image.ts'
import type { Source } from '../../lib/values/source.ts'
import type { Target } from '../../lib/values/target.ts'

export interface DockerfileImageInput {
  readonly source: Source
  readonly context: string
  readonly dockerfile: string
  readonly binaries: readonly Binary[]
  readonly target: Target
  readonly name: string
  readonly version: string
  /** The commit's time. */
  readonly date: string
  readonly annotations: Readonly<Record<string, string>>
  readonly buildArgs: Readonly<Record<string, string>>
  readonly stage?: string
  readonly network?: string
}

/** An image for one platform, built by the Docker Engine and taken back. What RUN does is not known here: the same Dockerfile may give other bytes another day. */
export const dockerfileImage = task<DockerfileImageInput, PlatformImage>({
  name: 'image build',
  revision: 1,
  slot: 'cpu',
  outline: ({ name, target, version }) => ({ kind: 'platform-image', name, target, version }),
  depends: ({ source: _source, binaries, ...input }) => ({ ...input, binaries: binaries.map(({ name, digest }) => ({ name, digest })) }),
  observe: async (input, observer) => {
    const { entries } = await contextOf(input, observer)
    const folder = join(input.source.place.folder, input.context)
    const files = entries.filter(({ type }) => type === 'file').map(({ path }) => join(folder, path))
    return { value: entries.map(({ path, type, mode, digest }) => [path, type, mode, digest]), reads: files }
  },
  check: async (_input, observer) => {
    const { openEngine } = await import('../../lib/clients/docker-engine.ts')
    try {
      await observer.once('reach the docker engine', () => openEngine({ environment: process.env, signal: observer.signal }))
      return []
    } catch (error) {
      return [asProblem('Docker', error)]
    }
  },
  work: async (input, workshop) => {
    const [{ openEngine }, { readDockerArchive }, { readJson }, { jsonBytes }] = await Promise.all([
      import('../../lib/clients/docker-engine.ts'), import('../../lib/oci/read-docker-archive.ts'), import('../../lib/oci/read-json.ts'), import('../../lib/oci/json-bytes.ts'),
    ])
    const { content, signal, log } = workshop
    const engine = await openEngine({ environment: process.env, signal })
    // A name of its own keeps it where it is until it was read, and is all that is taken away: the same image may be somebody's.
    const tag = `slipway-build:${randomBytes(8).toString('hex')}`
    try {
      const id = await build(engine, { ...input, tag }, await contextOf(input, workshop), content, log)
      const [loaded] = await readDockerArchive(engine.save(id), content)
      if (!loaded) throw unusable(input, 'the Docker Engine gives nothing back')
      const { mediaType, digest, size } = loaded.image
      const manifest = await readJson<object>({ mediaType, digest, size }, content)
      return await content.put([jsonBytes({ ...manifest, annotations: input.annotations })], mediaType) satisfies Descriptor
    } finally {
      await engine.remove(tag).catch(() => undefined)   // what went wrong before says more
    }
  },
})

function contextOf({ source: { place }, context, dockerfile }: DockerfileImageInput, observer: { once<T>(key: string, read: () => Promise<T>): Promise<T> }): Promise<DockerContext> {
  const folder = join(place.folder, context)
  return observer.once(`build context ${folder} ${dockerfile}`, async () => {
    const { dockerContext } = await import('../../lib/clients/docker-context.ts')
    return dockerContext(folder, dockerfile, place.outputs)
  })
}

async function build(engine: Engine, input: DockerfileImageInput & { readonly tag: string }, context: DockerContext, content: Content, log: (line: string) => void): Promise<string> {
  const { target, date, stage, network, annotations, tag } = input
  const { os, architecture, variant = '' } = platformOfTarget(target)
  const platform = platformText(platformOfTarget(target))
  const id = await engine.build({
    context: builder => context.tar(new Date(date), builder, programs(input, platform, content)), dockerfile: context.dockerfile, platform, labels: annotations, tag, name: input.dockerfile,
    buildArgs: {
      SOURCE_DATE_EPOCH: String(Date.parse(date) / 1000), TARGETPLATFORM: platform, TARGETOS: os, TARGETARCH: architecture, TARGETVARIANT: variant, ...input.buildArgs,
    },
    ...(stage === undefined ? {} : { target: stage }), ...(network === undefined ? {} : { network }),
  }, log)
  const built = await engine.inspect(id)
  if (built?.os === os && built.architecture === architecture) return id
  throw unusable(input, `the Docker Engine built it for ${built ? `${built.os}/${built.architecture}` : 'nothing that it knows'}`)
}

function programs({ binaries }: DockerfileImageInput, platform: string, content: Content): readonly TarMember[] {
  return binaries.map(binary => ({
    name: `${platform}/${binary.name}`, type: 'file', mode: 0o755, uid: 0, gid: 0, size: binary.size, open: () => content.open(binary),
  }))
}

function unusable({ name, target }: DockerfileImageInput, why: string): ReleaseError {
  return new ReleaseError(`Cannot build ${name} for ${target}: ${why}`, {
    code: 'DOCKER', hint: 'Name platforms that this Engine builds for, or use a base instead of a Dockerfile: buildImage({ base, binaries }).',
  })
}
