import { execFile } from 'node:child_process'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { startFakeGithub, type FakeGithub } from '../../../lib/testing/index.ts'
import { startGitHttp } from '../../destinations/support/git-http-server.ts'
import { serveFolder } from '../../destinations/support/serve-folder.ts'
import type { RealRegistry } from '../../support/real-registries.ts'
import { gatewayScript } from './gateway-script.ts'
import { gatewayWorkplace, type Workplace } from './workplace.ts'
import type { Ended } from './start.ts'

const execute = promisify(execFile)

/** A project that is released to every kind of destination, all of them on this machine, and what people look at them with. */
export interface Everywhere {
  readonly place: Workplace
  /** Host and port of the registry. */
  readonly registry: string
  readonly github: FakeGithub
  /** The folder of the chart repository as it is served. */
  readonly charts: string
  /** The site as it is served. */
  readonly site: string
  /** The repository of the demo, as somebody who may read clones it. */
  readonly demo: string
  /** Runs build.ts as a user does, and lets GitHub have the tags that were pushed. */
  build(...args: readonly string[]): Promise<Ended>
  /** Runs a program with nothing of this machine's configuration. @returns what it prints */
  run(program: string, ...args: readonly string[]): Promise<string>
  /** A folder that is not there yet. */
  fresh(): string
  close(): Promise<void>
}

/** Who may write at GitHub and in the demo's repository, and who may read at GitHub. */
const [githubToken, demoToken] = ['ghp_everywhere0123456789', 'demo+token/0123456789']
export const githubReader = 'ghp_reader0123456789'

export async function everywhere(kind: RealRegistry): Promise<Everywhere> {
  const place = await gatewayWorkplace(everywhereScript(), [])
  const { repository, folder } = place
  const [origin, served, assets] = [repository.beside('origin.git'), repository.beside('served'), repository.beside('assets')]
  for (const path of [`${served}/charts`, `${served}/site`, assets]) await mkdir(path, { recursive: true })
  await repository.git('init', '--quiet', '--bare', origin)
  await repository.git('init', '--quiet', '--bare', join(repository.beside('git'), 'demo.git'))
  await repository.git('remote', 'add', 'origin', origin)
  await repository.git('push', '--quiet', 'origin', 'main')
  const commit = await repository.git('rev-parse', 'HEAD')
  const [registry, github, git, web] = await Promise.all([
    kind.start(), startFakeGithub({ folder: assets, repositories: { 'example/gateway': { branches: { main: commit } } }, tokens: { [githubToken]: { may: { 'example/gateway': 'write' } }, [githubReader]: { may: { 'example/gateway': 'read' } } } }),
    startGitHttp({ root: repository.beside('git'), writers: { 'x-access-token': demoToken }, readers: { reader: 'reads' } }), serveFolder(served),
  ])
  const env = {
    REGISTRY: registry.host, GITHUB: github.url, DEMO: `${git.url}/demo.git`, CHARTS: `${web.url}/charts`, SITE: `${web.url}/site`, SERVED: served,
    GITHUB_TOKEN: githubToken, DEMO_TOKEN: demoToken, GIT_COMMITTER_NAME: 'Ann', GIT_COMMITTER_EMAIL: 'ann@example.com',
  }
  let count = 0
  return {
    place, registry: registry.host, github, charts: env.CHARTS, site: env.SITE, demo: `http://reader:reads@${new URL(git.url).host}/demo.git`,
    build: async (...args) => {
      await followTags(place, origin, github)
      const ended = await place.build(args, { cwd: folder, env })
      await followTags(place, origin, github)
      return ended
    },
    run: async (program, ...args) => {
      const home = repository.beside('home')
      await mkdir(home, { recursive: true })
      const { stdout } = await execute(program, args, { cwd: home, env: { PATH: process.env['PATH'], HOME: home, XDG_CONFIG_HOME: home, XDG_CACHE_HOME: home, XDG_DATA_HOME: home, GIT_CONFIG_NOSYSTEM: '1', LC_ALL: 'C' } })
      return stdout
    },
    fresh: () => repository.beside(`fresh-${count += 1}`),
    close: async () => { await Promise.all([registry, github, git, web].map(one => one.close())) },
  }
}

/** GitHub has the tags that are at the origin. */
async function followTags({ repository }: Workplace, origin: string, github: FakeGithub): Promise<void> {
  const listed = await repository.git('--git-dir', origin, 'for-each-ref', '--format=%(refname:strip=2) %(objectname) %(*objectname)', 'refs/tags')
  const { tags, branches } = github.inside('example/gateway')
  branches.set('main', await repository.git('--git-dir', origin, 'rev-parse', 'main'))
  for (const line of listed.split('\n').filter(one => one !== '')) {
    const [tag = '', object = '', commit = ''] = line.split(' ')
    tags.set(tag, commit === '' ? object : commit)
  }
}

/** The build.ts of examples/gateway, which sends it all everywhere. */
function everywhereScript(): string {
  const changes: readonly (readonly [string, string])[] = [
    ['archive, artifactHub, at, buildImage, chart, chartPackage,', 'archive, artifactHub, at, buildImage, changelog, chart, chartPackage, chartRepository,'],
    [' directory, main, ociRegistry,', ' directory, githubRelease, gitTap, main, ociRegistry,'],
    [' send,\n}', ' send, staticSite,\n}'],
    ["const dist = directory('dist')", `const dist = directory('dist')
const { REGISTRY, GITHUB, GITHUB_TOKEN, DEMO, DEMO_TOKEN, CHARTS, SITE, SERVED } = process.env
const hub = ociRegistry(\`\${REGISTRY}/example/charts\`)
const pages = chartRepository(\`\${SERVED}/charts\`, { url: CHARTS })
const demo = gitTap({ repository: DEMO, token: DEMO_TOKEN })
const site = staticSite({ folder: \`\${SERVED}/site\`, url: SITE })`],
    ['    return {\n', `    const github = githubRelease({ repository: 'example/gateway', version, token: GITHUB_TOKEN, baseUrl: GITHUB })
    return {
`],
    ['publish(send(dist, archives, sums, images, charts, demos))]', `publish(
        send(dist, archives, sums, images, charts, demos), send(registry, images), send(hub, charts), send(pages, charts),
        send(github, archives, sums, changelog({ project, version })), send(demo, demos), send(site, archives, sums),
      )]`],
  ]
  return changes.reduce((script, [old, other]) => {
    if (!script.includes(old)) throw new Error(`build.ts does not say ${old}`)
    return script.replace(old, other)
  }, gatewayScript())
}
