import { mkdir, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { gitRepository, type GitRepository } from '../../test/support/git-repository.ts'
import { libraryFolder, nodeArguments, start, type Started } from '../../test/release/support/start.ts'
import { callersEnvironment } from '../../test/release/support/workplace.ts'
import { hello } from '../../test/release/support/hello.ts'

/** Where the destinations of a release are, and what is shown to them. */
export interface Addresses {
  readonly registry: string
  readonly github: string
  readonly tap: string
}

/** A small Go project with everything that can be released, in a repository of its own. */
export interface Project {
  readonly repository: GitRepository
  readonly commit: string
  /** Starts `build.ts` with these arguments. */
  begin(args: readonly string[], addresses: Addresses, secrets: Secrets): Started
  /** Removes what runs wrote, the cache aside. */
  clear(): Promise<void>
}

export interface Secrets {
  readonly registry: string
  readonly github: string
  readonly tap: string
}

const chart: Readonly<Record<string, string>> = {
  'chart/Chart.yaml': 'apiVersion: v2\nname: hello\nversion: 0.0.0\nappVersion: "0"\ndescription: It says hello\nicon: https://example.com/icon.png\n',
  'chart/values.yaml': 'image:\n  repository: ""\n  tag: ""\n  digest: ""\n',
  'chart/templates/pod.yaml': 'apiVersion: v1\nkind: Pod\nmetadata:\n  name: hello\nspec:\n  containers:\n    - name: hello\n      image: "{{ .Values.image.repository }}:{{ .Values.image.tag }}@{{ .Values.image.digest }}"\n',
}

const library = (path: string): string => pathToFileURL(join(libraryFolder, path)).href

/** @param targets `linux/amd64`, those of Linux get an image */
function script(targets: readonly string[]): string {
  return `import { archive, at, buildImage, chart, chartPackage, chartRepository, checksums, compose, crossCompile, directory, githubRelease, main, ociRegistry, on, publish, resolveVersion, send } from '${library('lib/index.ts')}'
import { gitTap } from '${library('lib/destinations/git-tap.ts')}'

const { REGISTRY, REGISTRY_TOKEN, GITHUB, GITHUB_WRITER, TAP, TAP_TOKEN } = process.env
const far = path => ({ ...ociRegistry(REGISTRY + path, { username: 'robot', token: REGISTRY_TOKEN }), local: false })
const [images, charts] = [far('/team/hello'), far('/team/charts')]
const tap = gitTap({ repository: TAP + '/tap.git', token: TAP_TOKEN })

await main(import.meta, {
  version: resolveVersion(),
  targets: ${JSON.stringify(targets)},
  goals: ({ project, version, source, toolchain, targets, base }) => {
    const github = githubRelease({ repository: 'example/hello', version, token: GITHUB_WRITER, baseUrl: GITHUB, notes: { text: 'What is new' } })
    const binaries = targets.map(target => crossCompile({ project, version, toolchain, source: source('go'), target, stamp: { 'main.version': version.semver } }))
    const linux = binaries.filter(on('linux'))
    const image = buildImage({ base: base('static'), binaries: linux, isDefault: true })
    const released = { project, version, images: [at(images, image)], default: 'static' }
    const helm = chart({ ...released, source: source('chart'), helm: false, pin: { repository: 'image.repository', tag: 'image.tag', digest: 'image.digest' } })
    const demo = compose({ ...released, service: { ports: ['8080:8080'] } })
    const archives = binaries.map(binary => archive({ binary }))
    const sums = checksums({ artifacts: [...archives, chartPackage(helm)] })
    return {
      release: ['all of it, everywhere', publish(
        send(directory('dist'), archives, image, helm, demo, sums), send(images, image), send(charts, helm),
        send(chartRepository('pages', { url: 'https://charts.example' }), helm), send(github, archives, sums), send(tap, demo),
      )],
    }
  },
})
`
}

export async function chaosProject(targets: readonly string[]): Promise<Project> {
  const repository = await gitRepository()
  const { folder } = repository
  const cache = repository.beside('cache')
  const temporary = repository.beside('temporary')
  await mkdir(temporary)
  const commit = await repository.commit({
    'package.json': '{ "type": "module" }\n', ...hello, ...chart, '.gitignore': '/dist\n/dist.run.json\n/pages\n', 'build.ts': script(targets),
  })
  await repository.tag('v1.2.3')
  return {
    repository, commit,
    begin: (args, { registry, github, tap }, secrets) => start(process.execPath, [...nodeArguments, 'build.ts', ...args], {
      cwd: folder,
      env: {
        ...callersEnvironment(), SLIPWAY_CACHE: cache, TMPDIR: temporary, GOTMPDIR: '', REGISTRY: new URL(registry).host, GITHUB: github, TAP: tap,
        REGISTRY_TOKEN: secrets.registry, GITHUB_WRITER: secrets.github, TAP_TOKEN: secrets.tap,
      },
    }),
    clear: async () => {
      for (const name of ['dist', 'dist.run.json', '.dist.slipway', 'pages']) await rm(join(folder, name), { recursive: true, force: true })
      // What tsx has translated stays, or every run would do it again.
      for (const name of await readdir(temporary)) if (!name.startsWith('tsx-')) await rm(join(temporary, name), { recursive: true, force: true })
    },
  }
}
