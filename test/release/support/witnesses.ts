import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gh } from '../../testing/support/gh.ts'
import { githubReader, type Everywhere } from './everywhere.ts'

/** What people see of a project with their own programs: nothing of it is known from Slipway. */
export interface Sight {
  /** gh: `title | Latest | tag` of each release, with the digest of each file that it downloads. */
  readonly releases: Readonly<Record<string, Readonly<Record<string, string>>>>
  /** skopeo: digests of images, and of charts, by tag. */
  readonly images: Readonly<Record<string, string>>
  readonly charts: Readonly<Record<string, string>>
  /** helm: versions in the classic repository. */
  readonly repository: readonly string[]
  /** git: the subjects of the demo's commits, the last one first, and the image that its compose file runs. */
  readonly demo: { readonly commits: readonly string[]; readonly image: string }
  /** Any browser: the site's versions, the latest of them, and the digest of each file that this one has. */
  readonly site: { readonly versions: readonly string[]; readonly latest: string | undefined; readonly files: Readonly<Record<string, string>> }
}

/** @param helm the program */
export async function look(all: Everywhere, helm: string): Promise<Sight> {
  return {
    releases: await releasesIn(all), images: await tagsIn(all, 'example/gateway'), charts: await tagsIn(all, 'example/charts/gateway'),
    repository: await versionsIn(all, helm), demo: await demoIn(all), site: await siteIn(all),
  }
}

/** @throws Error where a file is not what the release's own checksums say */
async function releasesIn({ github, run, fresh }: Everywhere): Promise<Sight['releases']> {
  const listed = (await gh(github, githubReader, 'release', 'list')).split('\n').filter(line => line !== '').map(line => line.split('\t').slice(0, 3))
  const seen: [string, Readonly<Record<string, string>>][] = []
  for (const words of listed) {
    const folder = fresh()
    await gh(github, githubReader, 'release', 'download', words[2] ?? '', '--dir', folder)
    await run('sh', '-c', 'cd "$0" && sha256sum --check --strict --ignore-missing *_checksums.txt', folder)
    const names = (await readdir(folder)).sort()
    seen.push([words.join(' | '), await digests(names, async name => readFile(join(folder, name)))])
  }
  return Object.fromEntries(seen)
}

async function tagsIn({ run, registry }: Everywhere, repository: string): Promise<Readonly<Record<string, string>>> {
  const place = `docker://${registry}/${repository}`
  // Where nothing has a tag any more, some registries know no such repository.
  const { Tags = [] } = JSON.parse(await run('skopeo', 'list-tags', '--tls-verify=false', place).catch(() => '{}')) as { Tags?: readonly string[] }
  return digests([...Tags].sort(), async tag => Buffer.from(await run('skopeo', 'inspect', '--raw', '--tls-verify=false', `${place}:${tag}`)))
}

async function versionsIn({ run, charts }: Everywhere, helm: string): Promise<readonly string[]> {
  await run(helm, 'repo', 'add', '--force-update', 'example', charts)
  const found = JSON.parse(await run(helm, 'search', 'repo', 'example/gateway', '--versions', '--devel', '--output', 'json')) as readonly { readonly version: string }[]
  return found.map(({ version }) => version)
}

async function demoIn({ run, demo, fresh }: Everywhere): Promise<Sight['demo']> {
  const folder = fresh()
  await run('git', 'clone', '--quiet', demo, folder)
  const [, image = ''] = /^ +image: *"?(\S+@\S+?)"?$/m.exec(await readFile(join(folder, 'compose.yaml'), 'utf8')) ?? []
  return { commits: (await run('git', '-C', folder, 'log', '--format=%s')).trim().split('\n'), image }
}

async function siteIn({ site }: Everywhere): Promise<Sight['site']> {
  const read = async (path: string): Promise<Buffer> => {
    const answer = await fetch(`${site}/${path}`)
    if (!answer.ok) throw new Error(`${path} of the site: ${answer.status}`)
    return Buffer.from(await answer.arrayBuffer())
  }
  const { versions, latest } = JSON.parse(String(await read('versions.json'))) as { readonly versions: readonly { readonly version: string }[]; readonly latest?: string }
  const { artifacts } = JSON.parse(String(await read('latest.json'))) as { readonly artifacts: readonly { readonly files: readonly { readonly path: string }[] }[] }
  const files = artifacts.flatMap(artifact => artifact.files).map(({ path }) => path)
  return { versions: versions.map(({ version }) => version), latest, files: await digests(files, read) }
}

async function digests(names: readonly string[], read: (name: string) => Promise<Buffer>): Promise<Readonly<Record<string, string>>> {
  const found = names.map(async (name): Promise<[string, string]> => [name, `sha256:${createHash('sha256').update(await read(name)).digest('hex')}`])
  return Object.fromEntries(await Promise.all(found))
}
