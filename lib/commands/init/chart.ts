import { existsSync, lstatSync } from 'node:fs'
import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { processMark } from '../../clients/process-mark.ts'
import { chartName } from '../../formats/chart-scaffold/chart-name.ts'
import { chartScaffold } from '../../formats/chart-scaffold/chart-scaffold.ts'
import type { ChartText } from '../../formats/chart-scaffold/options.ts'
import { discover } from '../../project.ts'
import { diskError } from '../../values/disk-error.ts'
import { ReleaseError } from '../../values/errors.ts'
import type { MainPackage, Project } from '../../values/project.ts'
import { servingHints } from '../serving-hints.ts'

export interface InitChartOptions {
  /** The folder of the project's go.mod. */
  readonly folder: string
  /** The chart's name; without one, made of the project's. */
  readonly name?: string
  /** The port that the program listens on; without one, found in the source or 8080. */
  readonly port?: number
}

/** What was written, and what is left to do. */
export interface InitialisedChart {
  readonly project: Project
  readonly name: string
  readonly port: number
  /** How the probes ask: paths, or nothing where they only connect. */
  readonly paths: readonly string[]
  /** Relative to the project: `chart/Chart.yaml`. */
  readonly written: readonly string[]
  /** Sentences for the user, where something is not certain. */
  readonly notices: readonly string[]
  /** Lines for build.ts. */
  readonly lines: readonly string[]
}

const usualPort = 8080

/**
 * Writes a Helm chart for a Go project into its folder chart/, all of it or nothing.
 * @throws ReleaseError (PROJECT) where there is no Go project, (FILES) where there is a chart already, (NAME) for a name that no
 * chart can have
 */
export async function initChart({ folder, name: wanted, port: given }: InitChartOptions): Promise<InitialisedChart> {
  const project = await discover(folder)
  const place = project.place.folder
  refuseToOverwrite(place)
  const name = wanted === undefined ? chartName(project.name) : checkedName(wanted)
  const program = programFor(project, name)
  const { ports, healthPath, readyPath } = servingHints(place)
  const port = given ?? (ports.length === 1 ? ports[0] : undefined) ?? usualPort
  const repository = imageRepository(project.module, name)
  const home = homePage(project.module)
  const files = chartScaffold({
    name, program: program.program, port, repository,
    ...healthPath !== undefined && { healthPath }, ...readyPath !== undefined && { readyPath },
    ...home !== undefined && { home, sources: [home] },
  })
  await writeTogether(join(place, 'chart'), files)
  return {
    project, name, port, paths: [healthPath, readyPath].filter(path => path !== undefined),
    written: files.map(({ path }) => `chart/${path}`),
    notices: [
      ...project.mains.length > 1 ? [`The chart is for ${program.program}: the image must run it.`] : [],
      ...given === undefined ? portNotice(ports) : [],
      ...healthPath === undefined && readyPath === undefined ? ['No health endpoint was found: the probes in chart/values.yaml only connect.'] : [],
      ...hasScript(place) ? [] : ['There is no build.ts yet: npx slipway init writes one.'],
    ],
    lines: scriptLines({ project, name, program: program.program, port, repository }),
  }
}

function refuseToOverwrite(place: string): void {
  const folder = join(place, 'chart')
  if (lstatSync(folder, { throwIfNoEntry: false }) === undefined) return
  throw new ReleaseError(`Cannot write ${folder}: it is there already`, {
    code: 'FILES', hint: 'Move it away to get a new one, or keep it: a build.ts can release any chart.',
  })
}

function checkedName(name: string): string {
  const possible = chartName(name)
  if (possible === name) return name
  throw new ReleaseError(`Cannot name a chart ${JSON.stringify(name)}: Kubernetes would refuse names that are made of it`, {
    code: 'NAME', hint: `Use up to 50 lower-case letters, digits and single dashes, a letter first: ${possible}.`,
  })
}

/** The program that the chart is named after, or else the project's first. */
function programFor({ mains, name: project }: Project, name: string): MainPackage {
  const [first = { program: project, package: '.', variables: {} }] = mains
  return mains.find(({ program }) => chartName(program) === name) ?? first
}

/** Where projects of the great hosts keep their images. The release writes the right one. */
function imageRepository(module: string, name: string): string {
  const [, host, path] = /^(github|gitlab)\.com\/([^/]+\/[^/]+)/.exec(module.toLowerCase()) ?? []
  const registry = host === 'gitlab' ? 'registry.gitlab.com' : 'ghcr.io'
  return path !== undefined && isRepository(path) ? `${registry}/${path}` : `ghcr.io/example/${name}`
}

/** Source: OCI distribution specification 1.1, "Pulling manifests". */
function isRepository(path: string): boolean {
  return path.split('/').every(part => /^[a-z\d]+((\.|_|__|-+)[a-z\d]+)*$/.test(part))
}

function homePage(module: string): string | undefined {
  const [page] = /^(github\.com|gitlab\.com|codeberg\.org)(\/[\w.-]+){2}/.exec(module) ?? []
  return page === undefined ? undefined : `https://${page}`
}

function portNotice(ports: readonly number[]): readonly string[] {
  if (ports.length === 1) return []
  const found = ports.length === 0 ? 'No port was found in the source' : `The source names several ports, ${ports.join(', ')}`
  return [`${found}: the chart says ${usualPort}. Set containerPort in chart/values.yaml if it is another.`]
}

function hasScript(place: string): boolean {
  return ['build.ts', 'build.mts'].some(name => existsSync(join(place, name)))
}

interface ForScript extends Pick<InitialisedChart, 'project' | 'name' | 'port'> {
  readonly program: string
  readonly repository: string
}

/** What makes the images and the chart in a build.ts as `init` writes it. */
function scriptLines({ project, name, program, port, repository }: ForScript): readonly string[] {
  const entrypoint = project.mains.length > 1 ? ` entrypoint: ['/usr/local/bin/${program}'],` : ''
  const named = name === project.name.toLowerCase() ? '' : ` name: '${name}',`
  return [
    'import { at, buildImage, chart, ociRegistry } from \'slipway\'',
    '',
    '// Above main(): where the images will be pulled from.',
    `const registry = ociRegistry('${repository}')`,
    '',
    '// In goals, which take base, too: ({ base, project, ... }) => {',
    'const images = [\'static\'].map(distro => buildImage({',
    `  base: base(distro), binaries,${entrypoint} user: '65532', ports: [${port}], isDefault: distro === 'static',`,
    '}))',
    'const helm = chart({',
    `  source: source('chart'),${named} images: images.map(image => at(registry, image)), default: 'static',`,
    '  pin: { repository: \'image.repository\', distro: \'image.distro\', distros: \'image.distros\' },',
    '})',
    '',
    '// Among what they return; then: npx tsx build.ts chart',
    'chart: [\'images and the Helm chart, in dist/\', publish(send(dist, images, helm))],',
  ]
}

/** A folder is there with all its files or not at all. */
async function writeTogether(folder: string, files: readonly ChartText[]): Promise<void> {
  const draft = `${folder}.${processMark()}`
  try {
    for (const { path, text } of files) {
      await mkdir(dirname(join(draft, path)), { recursive: true })
      await writeFile(join(draft, path), text)
    }
    await rename(draft, folder)
  } catch (error) {
    await rm(draft, { recursive: true, force: true }).catch(() => undefined)   // what went wrong before says more
    throw diskError(error, folder) ?? error
  }
}
