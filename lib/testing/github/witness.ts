import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import type { Answer } from './answer.ts'

/** What somebody without an account sees of a repository. */
export interface Witness {
  /** The tag of the release that is shown as the latest. */
  readonly latest: string | null
  /** Commits by tag. */
  readonly tags: Readonly<Record<string, string>>
  /** By tag. */
  readonly releases: readonly WitnessedRelease[]
}

export interface WitnessedRelease {
  readonly tag: string
  readonly name: string | null
  readonly body: string | null
  readonly prerelease: boolean
  readonly immutable: boolean
  /** By name. */
  readonly assets: readonly WitnessedAsset[]
}

export interface WitnessedAsset {
  readonly name: string
  readonly label: string | null
  readonly contentType: string
  readonly size: number
  /** Of the bytes that a download gives; null where it gives none. */
  readonly digest: string | null
}

interface ShownRelease {
  readonly tag_name: string
  readonly name: string | null
  readonly body: string | null
  readonly prerelease: boolean
  readonly immutable: boolean
  readonly assets: readonly { readonly name: string, readonly label: string | null, readonly content_type: string, readonly size: number }[]
}

/** Looks at a repository from outside. */
export async function witness(repository: string, ask: (path: string) => Promise<Answer>, fileAt: (location: string) => string | undefined): Promise<Witness> {
  const list = async <T>(path: string): Promise<readonly T[]> => {
    const all: T[] = []
    for (let page = 1; ; page += 1) {
      const { status, json } = await ask(`/repos/${repository}/${path}?per_page=100&page=${page}`)
      if (status !== 200) return all
      all.push(...json as readonly T[])
      if ((json as readonly T[]).length < 100) return all
    }
  }
  const latest = await ask(`/repos/${repository}/releases/latest`)
  const tags = await list<{ readonly name: string, readonly commit: { readonly sha: string } }>('tags')
  const releases = await list<ShownRelease>('releases')
  return {
    latest: latest.status === 200 ? (latest.json as ShownRelease).tag_name : null,
    tags: Object.fromEntries(tags.map(({ name, commit }) => [name, commit.sha] as const).sort(([one], [other]) => one < other ? -1 : 1)),
    releases: (await Promise.all(releases.map(release => seen(release, async name => {
      const { headers = {} } = await ask(`/${repository}/releases/download/${encodeURIComponent(release.tag_name)}/${encodeURIComponent(name)}`)
      const file = fileAt(headers['location'] ?? '')
      return file === undefined ? null : `sha256:${createHash('sha256').update(await readFile(file)).digest('hex')}`
    })))).sort((one, other) => one.tag < other.tag ? -1 : 1),
  }
}

async function seen({ tag_name: tag, name, body, prerelease, immutable, assets }: ShownRelease, digestOf: (name: string) => Promise<string | null>): Promise<WitnessedRelease> {
  const witnessed = await Promise.all(assets.map(async ({ content_type: contentType, ...asset }) => ({ name: asset.name, label: asset.label, contentType, size: asset.size, digest: await digestOf(asset.name) })))
  return { tag, name, body, prerelease, immutable, assets: witnessed.sort((one, other) => one.name < other.name ? -1 : 1) }
}
