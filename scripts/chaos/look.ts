import { execFile } from 'node:child_process'
import { readFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { FakeGithub, Sight } from '../../lib/testing/index.ts'
import { digestOf } from '../../lib/values/digest.ts'
import { folderSight } from '../../test/testing/support/folder-sight.ts'
import { registrySight } from '../../test/testing/support/registry-sight.ts'
import type { ServerName, Servers } from './site.ts'

const execute = promisify(execFile)

/** What is to be seen by everybody. */
export async function look(servers: Servers, project: string): Promise<Sight> {
  return eyes(servers, project)()
}

/**
 * Looks again and again, at one place or all: what other requests change is seen after those, and one look comes after the other.
 */
export function eyes({ registry, authorization, github, tap }: Servers, project: string): (server?: ServerName) => Promise<Sight> {
  const places: Readonly<Record<ServerName, () => Promise<Sight>>> = {
    tap: () => branchSight(tap), github: () => githubSight(github), registry: () => registrySight(registry, { image: 'team/hello', chart: 'team/charts/hello' }, authorization),
  }
  const seen: Record<ServerName, Sight> = { tap: {}, github: {}, registry: {} }
  const looking = async (server: ServerName | undefined): Promise<Sight> => {
    // What names others is looked at before what it names.
    const pages = await indexSight(join(project, 'pages'))
    for (const name of server ? [server] : ['tap', 'github', 'registry'] as const) seen[name] = await places[name]()
    return { ...pages, ...seen.tap, ...seen.github, ...seen.registry }
  }
  let last: Promise<unknown> = Promise.resolve()
  return server => {
    const next = last.then(() => looking(server))
    last = next.catch(() => undefined)
    return next
  }
}

async function githubSight(github: FakeGithub): Promise<Sight> {
  const { latest, releases } = await github.witness('example/hello')
  const released = releases.flatMap(({ tag, assets, ...release }) =>
    [[`github ${tag}`, JSON.stringify(release)], ...assets.map(asset => [`github ${tag}/${asset.name}`, JSON.stringify(asset)])] as [string, string][])
  return { ...latest === null ? {} : { 'github latest': latest }, ...Object.fromEntries(released) }
}

/** What lies there for the owner: drafts, the branch's commits, files of this machine. */
export async function lookInside({ github, tap }: Servers, project: string): Promise<Sight> {
  const releases = [...github.inside('example/hello').releases.values()].map(({ draft, name, assets }, index) =>
    [`release ${index}`, JSON.stringify({ draft, name, assets: [...assets.values()].map(asset => `${asset.name} ${asset.state}`).sort() })] as const)
  const commits = await execute('git', ['-C', tap, 'log', '--format=%H', '--all']).then(({ stdout }) => stdout.trim().split('\n').filter(line => line !== ''))
  return {
    ...Object.fromEntries([...releases, ...commits.map((commit, index) => [`commit ${index}`, commit] as const)]),
    ...prefixed('dist', await folderSight(join(project, 'dist'))), ...prefixed('pages', await folderSight(join(project, 'pages'))),
    'hidden': (await readdir(project)).filter(name => name.endsWith('.slipway')).join(),
  }
}

function prefixed(prefix: string, sight: Sight): Sight {
  return Object.fromEntries(Object.entries(sight).map(([path, value]) => [`${prefix}/${path}`, value]))
}

async function branchSight(bare: string): Promise<Sight> {
  const listed = await execute('git', ['-C', bare, 'ls-tree', '-r', '-z', 'refs/heads/main']).then(({ stdout }) => stdout, () => '')
  return Object.fromEntries(listed.split('\0').filter(line => line !== '').map(line => line.split('\t')).map(([value = '', path = '']) => [`tap ${path}`, value]))
}

/** An index, and the packages that it names. */
async function indexSight(folder: string): Promise<Sight> {
  const text = await readFile(join(folder, 'index.yaml'), 'utf8').catch(() => undefined)
  if (text === undefined) return {}
  const names = [...text.matchAll(/https:\/\/charts\.example\/(\S+)/g)].map(([, name = '']) => name)
  const packages = await Promise.all(names.map(async name => [`pages ${name}`, await readFile(join(folder, name)).then(digestOf, () => 'missing')] as const))
  return { 'pages index.yaml': digestOf(text), ...Object.fromEntries(packages) }
}
