import { isStep, closureOf, type Step } from '../../lib/graph/step.ts'
import { ReleaseError } from '../../lib/values/errors.ts'
import type { Image } from '../../lib/values/image.ts'
import type { Project } from '../../lib/values/project.ts'
import type { Source } from '../../lib/values/source.ts'
import type { Target } from '../../lib/values/target.ts'
import type { Version } from '../../lib/values/version.ts'
import { linuxBinaries, stepsIn, type Binaries } from './binaries-of.ts'
import { describeImage, type Described } from './describe-image.ts'
import { dockerfileImage } from './dockerfile-image.ts'
import { imageIndex } from './image-index.ts'
import { repositoryFor } from './repository-for.ts'
import { refusePlatforms } from './refuse-platforms.ts'
import { releasedBy } from './released-by.ts'
import { tagFor } from './tag-for.ts'

export interface DockerfileImageOptions extends Described {
  /** A path in the context: `docker/Dockerfile.alpine`. */
  readonly dockerfile: string
  /** What tags carry: `alpine`. */
  readonly distro: string
  /** Programs that are put into the context, each in a folder of its platform: `linux/amd64/gateway`, which is `$TARGETPLATFORM/gateway`. */
  readonly binaries: Binaries
  /** The context, below the source's folder. Default: that folder. */
  readonly context?: string
  /** Where the context is; the binaries' own source where it is absent. */
  readonly source?: Source
  /** Those that binaries are made for where it is absent. What is not this machine's wants an Engine that can emulate it. */
  readonly platforms?: readonly Target[]
  /** Beside VERSION, REVISION, CREATED, SOURCE_DATE_EPOCH and those that say the platform, TARGETPLATFORM and its parts. */
  readonly buildArgs?: Readonly<Record<string, string>>
  /** The stage that is wanted; the last one where it is absent. */
  readonly target?: string
  /** What RUN reaches: `none`, `host`; what the Engine gives it where it is absent. */
  readonly network?: string
  /** The last part of the repository it goes to; the project's name where it is absent. */
  readonly name?: string
  readonly isDefault?: boolean
  readonly version?: Version
  readonly project?: Project
}

/** One image for several platforms, each built by the Docker Engine from a Dockerfile. @throws ReleaseError (USAGE) as `refusePlatforms` */
export function dockerfileImages(options: DockerfileImageOptions): Step<Image> {
  const { dockerfile, distro, binaries, context = '.', buildArgs = {}, target: stage, network, isDefault = false } = options
  const byTarget = linuxBinaries(binaries)
  const built = [...byTarget.keys()]
  const platforms = options.platforms ?? built
  refusePlatforms(platforms, built)
  const { version, project } = releasedBy(options)
  const repository = repositoryFor(options.name, project)
  const tag = tagFor(version, distro)
  const base = { name: dockerfile, parts: { built: 'Docker Engine' } }
  const annotations = describeImage({ options, project, version, title: repository, base })
  const source = sourceFor(options)
  const images = platforms.map(target => dockerfileImage({
    source, dockerfile, context, binaries: byTarget.get(target) ?? [], target, name: `${repository}:${tag}`, version: version.semver, date: version.date,
    annotations, buildArgs: { VERSION: version.stamp, REVISION: version.commit, CREATED: version.date, ...buildArgs },
    ...(stage === undefined ? {} : { stage }), ...(network === undefined ? {} : { network }),
  }))
  return imageIndex({
    images, annotations,
    outline: { kind: 'image', name: `${repository}:${tag}`, repository, tag, distro, isDefault, version: version.semver, platforms, absent: [], base },
  })
}

function sourceFor({ source, binaries }: DockerfileImageOptions): Source {
  const found = source ?? closureOf(stepsIn(binaries).filter(isStep)).toReversed().map(step => step.input['source'] as Source | undefined).find(one => one?.kind === 'source')
  if (found) return { ...found, use: 'docker' }
  throw new ReleaseError('Cannot build an image from a Dockerfile: its binaries do not say which project they belong to', {
    code: 'USAGE', hint: 'Add source: source(\'docker\') to buildImage().',
  })
}
