import type { Selection } from '../lib/clients/select-files.ts'
import { basePlatform } from '../lib/oci/base-platform.ts'
import { closureOf, type Step } from '../lib/graph/step.ts'
import type { Base } from '../lib/values/base.ts'
import { ReleaseError } from '../lib/values/errors.ts'
import type { Files } from '../lib/values/files.ts'
import type { BaseName, Image } from '../lib/values/image.ts'
import type { Project } from '../lib/values/project.ts'
import type { Source } from '../lib/values/source.ts'
import type { Target } from '../lib/values/target.ts'
import type { Version } from '../lib/values/version.ts'
import { files as filesOf } from './files.ts'
import { linuxBinaries, outlineOf, stepsIn, type Binaries } from './image/binaries-of.ts'
import { dockerfileImages, type DockerfileImageOptions } from './image/dockerfile-images.ts'
import { repositoryFor } from './image/repository-for.ts'
import { refusePlatforms } from './image/refuse-platforms.ts'
import { releasedBy } from './image/released-by.ts'
import { tagFor } from './image/tag-for.ts'
import { baseImage } from './image/base-image.ts'
import { containerOf, type ContainerOptions } from './image/container.ts'
import { describeImage, type Described } from './image/describe-image.ts'
import { imageIndex } from './image/image-index.ts'
import { layer } from './image/layer.ts'
import { platformImage } from './image/platform-image.ts'
import { staticImage } from './image/static-image.ts'

export interface ImageOptions extends ContainerOptions, Described {
  /** What it stands on: `base('alpine')`. */
  readonly base: Base
  /** The programs in it, for each platform; those for other systems than Linux are passed over. */
  readonly binaries: Binaries
  /** What stands beside them: paths or globs of the project, each into the folder that `to` names, or files that another step made. */
  readonly files?: readonly (string | Selection)[] | Files | Step<Files>
  /** Where `files` are looked for; the binaries' own source where it is absent. */
  readonly source?: Source
  /** The folder that programs go into. Default: `/usr/local/bin`. */
  readonly folder?: string
  /** Only these platforms, each of which the base has to have; those that binaries and base have in common where it is absent. */
  readonly platforms?: readonly Target[]
  /** The last part of the repository it goes to; the project's name where it is absent. */
  readonly name?: string
  /** Whether a tag without a distro means this one. */
  readonly isDefault?: boolean
  /** What is released; the binaries' own where it is absent. */
  readonly version?: Version
  readonly project?: Project
  /** 0 to 9 as in zlib, for its own layers. Default: 4. */
  readonly level?: number
}

/**
 * Makes an image for every platform that binaries and base have in common, out of the binaries as they are: no daemon, no
 * root, no emulation. Its tag is `{version}-{distro}`.
 *
 * With `dockerfile` in place of `base` the Docker Engine builds it, for those whose image needs RUN.
 * @throws ReleaseError (USAGE) without a Linux binary, (IMAGE) for a platform that is named and that the base does not have
 */
export function buildImage(options: ImageOptions | DockerfileImageOptions): Step<Image> {
  return 'dockerfile' in options ? dockerfileImages(options) : imageOnBase(options)
}

function imageOnBase(options: ImageOptions): Step<Image> {
  const byTarget = linuxBinaries(options.binaries)
  const { version, project } = releasedBy(options)
  const { base, targets, absent } = platformsOf(options, [...byTarget.keys()])
  const repository = repositoryFor(options.name, project)
  const tag = tagFor(version, base.distro)
  const described = describeImage({ options, project, version, title: repository, base: nameOf(base) })
  const packing = { date: version.date, level: levelOf(options), zlib: process.versions['zlib'] ?? 'unknown' }
  const extra = besides(options)
  const folder = absolute(options.folder ?? '/usr/local/bin')
  const images = targets.map(target => {
    const programs = byTarget.get(target) ?? []
    refuseSameNames(programs.map(one => outlineOf(one).name), target)
    const container = containerOf(options, programs.map(one => outlineOf(one).name), folder)
    return platformImage({
      base: base.from === 'parts' ? staticImage({ base, ...packing }) : baseImage({ base, target }),
      layers: [layer({ binaries: programs, folder, files: [], ...packing }), ...extra.map(set => layer({ binaries: [], folder, files: [set], ...packing }))],
      name: `${repository}:${tag}`, target, version: version.semver, container, annotations: described, stands: nameOf(base), ...packing,
    })
  })
  return imageIndex({
    images, annotations: described,
    outline: {
      kind: 'image', name: `${repository}:${tag}`, repository, tag, distro: base.distro, isDefault: options.isDefault ?? false,
      version: version.semver, platforms: targets, absent, base: nameOf(base),
    },
  })
}

/**
 * The platforms it is made for, and those of the release that the base does not have. A base that has none of them is like
 * one that cannot be had.
 */
function platformsOf({ base, platforms }: ImageOptions, built: readonly Target[]): { readonly base: Base; readonly targets: readonly Target[]; readonly absent: Image['absent'] } {
  const named = platforms ?? built
  refusePlatforms(named, built)
  const absent = named.filter(target => !isThere(base, target)).map(target => ({ target, reason: `${base.from === 'parts' ? base.distro : base.reference} has no ${target}` }))
  const [first] = absent
  if (first && platforms && base.from === 'registry') {
    throw new ReleaseError(`Cannot make an image for ${first.target}: ${first.reason}`, { code: 'IMAGE', hint: `It has ${Object.keys(base.platforms).join(', ')}.` })
  }
  if (first && base.from === 'registry' && absent.length === named.length) {
    const { distro, reference, place } = base
    return { base: { kind: 'base', from: 'nowhere', distro, reference, place, reason: `${reference} has none of ${named.join(', ')}` }, targets: named, absent: [] }
  }
  return { base, targets: named.filter(target => isThere(base, target)), absent }
}

function isThere(base: Base, target: Target): boolean {
  return base.from !== 'registry' || basePlatform(base, target) !== undefined
}

function nameOf(base: Base): BaseName {
  if (base.from === 'registry') return { name: base.reference, digest: base.digest }
  return base.from === 'nowhere' ? { name: base.reference } : { name: base.distro, parts: { certificates: base.certificates, zones: base.zones } }
}

function refuseSameNames(names: readonly string[], target: Target): void {
  const twice = names.find((name, index) => names.indexOf(name) !== index)
  if (twice === undefined) return
  throw new ReleaseError(`Cannot make an image for ${target}: two programs in it are called ${twice}`, { code: 'NAME', hint: 'Give one of them another name: the program option of crossCompile().' })
}

function levelOf({ level = 4 }: ImageOptions): number {
  if (Number.isInteger(level) && level >= 0 && level <= 9) return level
  throw new ReleaseError(`Cannot make an image: there is no level ${level} of compression`, { code: 'USAGE', hint: 'Write 0 to 9.' })
}

function absolute(folder: string): string {
  if (folder.startsWith('/') && !folder.split('/').includes('..')) return folder
  throw new ReleaseError(`Cannot put programs into ${folder}: it is no absolute path`, { code: 'USAGE', hint: 'Write one such as /usr/local/bin.' })
}

function besides({ files, source, binaries }: ImageOptions): readonly (Files | Step<Files>)[] {
  if (files === undefined) return []
  if (!isList(files)) return [files]
  if (files.length === 0) return []
  const from = source ?? closureOf(stepsIn(binaries)).toReversed().map(step => step.input['source'] as Source | undefined).find(found => found?.kind === 'source')
  if (!from) {
    throw new ReleaseError('Cannot take files into an image: its binaries do not say which project they belong to', {
      code: 'USAGE', hint: 'Add source: source(\'files\') to buildImage().',
    })
  }
  const select = files.map(one => typeof one === 'string' || one.to === undefined ? one : { ...one, to: one.to.replace(/^\/+/, '') })
  return [filesOf({ source: { ...from, use: 'files' }, select })]
}

function isList(files: ImageOptions['files']): files is readonly (string | Selection)[] {
  return Array.isArray(files)
}
