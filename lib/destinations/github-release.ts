import type { Github } from '../clients/github.ts'
import type { Destination, Finding } from '../contracts/destination.ts'
import type { World } from '../contracts/workshop.ts'
import type { Outline } from '../values/outline.ts'
import type { Here, GithubReleaseOptions, OpenGithub, ReleaseFile } from './github-release/options.ts'
import { publicUrl } from './github-release/public-url.ts'
import { releaseOfTag } from './github-release/release-of-tag.ts'

export type { GithubReleaseOptions, ReleaseFile, NotesOptions } from './github-release/options.ts'

/**
 * A release of a repository at GitHub, or at a GitHub Enterprise Server. Files are uploaded into a draft, which only those see
 * who may write, read back, and become public with it at once. A release that is public already, because a person made it for
 * the tag, gets its files when all is staged, checksums last: that is not at once. The tag has to be there, on the commit.
 * @param open how GitHub is reached
 * @throws ReleaseError (USAGE) for what is no name of a repository, and for an address without TLS that is not this machine's
 */
export function githubRelease(options: GithubReleaseOptions, open: OpenGithub = async access => (await import('../clients/github.ts')).createGithub(access)): Destination<ReleaseFile> {
  const { repository, version, baseUrl = 'https://api.github.com', token, app } = options
  const tag = version.tag ?? `v${version.semver}`
  const url = publicUrl({ repository, baseUrl, tag })
  const here: Here = { options, tag, name: `GitHub release of ${baseUrl === 'https://api.github.com' ? '' : `${new URL(baseUrl).host}/`}${repository}` }
  const reach = async ({ signal }: Pick<World, 'signal'>, tries?: number): Promise<Github> =>
    open({ repository, baseUrl, token, app, environment: process.env, signal, ...(tries === undefined ? {} : { tries }) })
  // Asked about many files at once, GitHub is asked once.
  let looking: Promise<Look> | undefined
  const look = (world: Pick<World, 'signal'>): Promise<Look> => looking ??= lookAt(reach(world), tag).finally(() => { looking = undefined })
  return {
    name: here.name,
    reversible: true,
    url: outline => url(outline.name),
    check: async (world, what) => {
      const { checkRelease } = await import('./github-release/check-release.ts')
      return checkRelease(here, { open: () => reach(world, 2), what, now: world.now, notice: world.notice })
    },
    probe: async (what, world) => find(await look(world), what),
    open: async (release, world) => {
      const { openRelease } = await import('./github-release/open-release.ts')
      return openRelease(here, await reach(world), release)
    },
  }
}

interface Look {
  readonly github: Github
  readonly found: Awaited<ReturnType<typeof releaseOfTag>>
  readonly assets: Awaited<ReturnType<Github['assets']>>
}

async function lookAt(opening: Promise<Github>, tag: string): Promise<Look> {
  const github = await opening
  const found = await releaseOfTag(github, tag)
  return { github, found, assets: found ? await github.assets(found.id) : [] }
}

async function find({ github, found, assets }: Look, { name, kind }: Outline): Promise<Finding> {
  if (kind === 'release-notes' && found) return { state: found.draft ? 'staged' : 'public' }
  const asset = assets.find(one => one.name === name && one.state === 'uploaded')
  if (!found || !asset) return { state: 'absent' }
  return { state: found.draft ? 'staged' : 'public', digest: await github.digest(asset) }
}
