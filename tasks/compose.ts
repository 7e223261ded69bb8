import type { Selection } from '../lib/clients/select-files.ts'
import { checkPlan } from '../lib/formats/compose/check-plan.ts'
import type { DemoPlan } from '../lib/formats/compose/demo-plan.ts'
import type { ComposeService, ReleasedService } from '../lib/formats/compose/service.ts'
import { closureOf, isStep, type Step } from '../lib/graph/step.ts'
import type { Demo } from '../lib/values/demo.ts'
import { ReleaseError } from '../lib/values/errors.ts'
import type { Files } from '../lib/values/files.ts'
import type { Project } from '../lib/values/project.ts'
import type { Source } from '../lib/values/source.ts'
import type { Version } from '../lib/values/version.ts'
import { demo } from './compose/demo.ts'
import { outlineOf, refuseOthers, type AddressedImage } from './compose/refuse-others.ts'
import { files as filesOf } from './files.ts'

export interface ComposeOptions {
  readonly project: Project
  readonly version: Version
  /** The released images where they will be pulled from, one a distro: `images.map(image => at(ghcr, image))`. */
  readonly images: readonly AddressedImage[]
  /** The distro that runs where none is named. */
  readonly default: string
  /** How the released image is run. */
  readonly service: ReleasedService
  /** What runs beside it, by name. Without an image it is the released one; others are pinned by digest. */
  readonly services?: Readonly<Record<string, ComposeService>>
  /** Images of `services` that need no digest, as they are written there. */
  readonly allow?: readonly string[]
  /**
   * What stands beside the compose file: paths or globs of the project, or files that another step made. A README.md takes
   * the place of the one that is written.
   */
  readonly files?: readonly (string | Selection)[] | Files | Step<Files>
  /** Where files and configs are looked for; the images' own source where it is absent. */
  readonly source?: Source
  /** What Compose calls all of it together; the main service's name where it is absent. */
  readonly name?: string
  /** The folder that a destination puts it in. Default: `compose`. */
  readonly folder?: string
  /** A sentence for the README. */
  readonly description?: string
  /** What to ask for to see that it runs, for the README: `/healthz`. */
  readonly path?: string
}

/**
 * Makes a folder that shows the released images at work, fit to be a repository of its own: compose.yaml with the default
 * distro's image by its digest, a file for each other distro, one for those who prefer tags, configs, README and license. For
 * Docker Compose 2 and 1.29.
 * @throws ReleaseError (USAGE, NAME) for what Compose would not take, (VERSION) for images of another version, (DESTINATION) for those
 * that nobody can pull
 */
export function compose(options: ComposeOptions): Step<Demo> {
  const { project, version, images, folder = 'compose' } = options
  refuseOthers(images, version.semver)
  const plan = planOf(options)
  checkPlan(plan, options.allow ?? [])
  refuseFolder(folder)
  const licenseFiles = project.documents.filter(name => /^((un)?licen[cs]e|copying|notice)/i.test(name))
  // Readable for whatever user the container has.
  const select = [...new Set([...plan.configs.map(({ file }) => file), ...licenseFiles])].map(glob => ({ glob, mode: 0o644 }))
  return demo({
    images, plan, licenseFiles, folder, name: `${project.name}_${version.semver}_compose`,
    own: select.length === 0 ? [] : [filesOf({ source: sourceOf(options), select })], others: besides(options),
  })
}

function planOf(options: ComposeOptions): DemoPlan {
  const { project, version, images, description, path, services = {} } = options
  const { name: main = project.name.toLowerCase(), configs = [], ...service } = options.service
  if (Object.hasOwn(services, main)) throw refusal(`two services are called ${main}`, 'Give one of them another name.')
  return {
    title: project.name, version: version.semver, name: options.name ?? main, main, services: { [main]: service, ...services }, configs,
    distros: images.map(image => outlineOf(image).distro), defaultDistro: options.default,
    ...description !== undefined && { description }, ...path !== undefined && { path }, ...project.license !== undefined && { license: project.license },
  }
}

function sourceOf({ source, images }: ComposeOptions): Source {
  const steps = images.flatMap(image => isStep(image) ? [image as Step] : [])
  const found = source ?? closureOf(steps).toReversed().map(step => step.input['source'] as Source | undefined).find(one => one?.kind === 'source')
  if (found) return { ...found, use: 'files' }
  throw refusal('its images do not say which project they belong to', 'Add source: source(\'files\') to compose().')
}

function besides(options: ComposeOptions): readonly (Files | Step<Files>)[] {
  const { files = [] } = options
  if (!isList(files)) return [files]
  return files.length === 0 ? [] : [filesOf({ source: sourceOf(options), select: files })]
}

function isList(files: NonNullable<ComposeOptions['files']>): files is readonly (string | Selection)[] {
  return Array.isArray(files)
}

function refuseFolder(folder: string): void {
  if (/^[\w.-]+$/.test(folder) && !/^\.+$/.test(folder)) return
  throw new ReleaseError(`Cannot put a compose file into the folder ${JSON.stringify(folder)}: it is no plain name`, { code: 'NAME', hint: 'Write one such as compose.' })
}

function refusal(why: string, hint: string): ReleaseError {
  return new ReleaseError(`Cannot make a compose file: ${why}`, { code: 'USAGE', hint })
}
