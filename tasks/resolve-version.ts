import type { ChangedFile } from '../lib/clients/git.ts'
import type { ReadingContext, VersionReading } from '../lib/contracts/reading.ts'
import type { TreeState } from '../lib/formats/version-reason.ts'
import { tagPrefix } from '../lib/formats/version-prefix.ts'
import type { Version } from '../lib/values/version.ts'

export interface VersionOptions {
  /**
   * What stands before the version in this project's tags, where a repository holds several: `api/` for `api/v1.2.3`.
   * A slash is added after a letter or digit. Where it is absent, a project below its repository's root whose tags name its
   * folder (`api/v1.2.3`) has that prefix, as Go has it; else there is none, and tags with a slash belong to others.
   */
  readonly prefix?: string
  /** The version or tag that is released where several are on one commit; --version wins over it. */
  readonly tag?: string
  /**
   * What is stamped into binaries, and what archives and images say of themselves: `semver` is the version as it is tagged. With
   * `base` the candidate 0.0.2-rc.1 says 0.0.2, so that `promote` moves its very bytes to the stable version: image tags and
   * assets of other names, the same digests. Charts, compose files, checksums and notes name versions, and are made again.
   *
   * Users of a candidate see no candidate then: `gateway version` says 0.0.2 in every candidate as in the stable version, and
   * so do an image's labels. Which one it is, the stamped commit, the tag and the file's name say. Stamp `version.stamp`, not
   * `version.semver`, where build.ts names what is stamped. Snapshots say what they are. Default: `semver`.
   */
  readonly stamp?: 'semver' | 'base'
}

/**
 * What is released, from git only: the version tag on the checked-out commit, or a snapshot where there is none or the
 * tree is changed. Of several tags the one counts that --version names or that started the CI run, else the stable one.
 * `previous` depends on how much history a clone has, so nothing that is made may depend on it.
 */
export function resolveVersion(options: VersionOptions = {}): VersionReading {
  const { prefix } = options
  return { reads: 'version from git', ...prefix === undefined ? {} : { prefix: tagPrefix(prefix) }, read: async context => read(options, context) }
}

async function read(options: VersionOptions, context: ReadingContext): Promise<Version> {
  const { exec, folder, environment } = context
  const { stamp = 'semver' } = options
  const git = await import('../lib/clients/git.ts')
  const prefixed = async (): Promise<string> => options.prefix === undefined ? git.modulePrefix(exec, folder) : tagPrefix(options.prefix)
  if (context.anywhere && context.named !== undefined) return readPast(context, context.named, { prefix: await prefixed(), stamp })
  const asked = prefixed()
  const [versions, prefix, head, tags, changed] = await Promise.all([
    import('../lib/formats/versions.ts'),   // while git looks
    asked, git.headOf(exec, folder), asked.then(known => git.reachableTags(exec, folder, known)), git.changedFiles(exec, folder),
  ]).catch(async (error: unknown) => {
    await asked   // where git cannot look at all, one error says so, always the same
    throw error
  })
  const { versions: here, ignored } = versions.versionTags(head.tags, prefix)
  const { versions: reachable } = versions.versionTags(tags.map(({ tag }) => tag), prefix)
  const name = context.named ?? options.tag
  const named = name === undefined ? undefined : versions.namedTag(here, name, prefix)
  if (name !== undefined && !named) {
    const { notOnCommit } = await import('./resolve-version/not-on-commit.ts')
    const semver = versions.namedVersion(name, prefix)
    throw await notOnCommit(exec, folder, { name, semver, prefix, commit: head.commit })
  }
  const chosen = named ?? versions.chooseTag(here, startedBy(environment))
  const state = await treeState(context, changed, chosen !== undefined)
  const version = versions.versionValue({ ...head, ...state, prefix, stamp, chosen, reachable })
  for (const line of versions.versionNotices({ version, here, ignored, named: named !== undefined })) {
    context.notice(line)
  }
  return version
}

/** A version as it was released, whatever is checked out. */
async function readPast(context: ReadingContext, name: string, { prefix, stamp }: Required<Pick<VersionOptions, 'prefix' | 'stamp'>>): Promise<Version> {
  const { exec, folder } = context
  const [git, versions] = await Promise.all([import('../lib/clients/git.ts'), import('../lib/formats/versions.ts')])
  const semver = versions.namedVersion(name, prefix)
  const [found] = semver === undefined ? [] : await git.existingTags(exec, folder, [`${prefix}v${semver}`, `${prefix}${semver}`])
  if (!found) {
    const { notOnCommit } = await import('./resolve-version/not-on-commit.ts')
    throw await notOnCommit(exec, folder, { name, semver, prefix, commit: (await git.headOf(exec, folder)).commit })
  }
  const [head, tags] = await Promise.all([git.headOf(exec, folder, found.commit), git.reachableTags(exec, folder, prefix, found.commit)])
  const chosen = versions.namedTag(versions.versionTags(head.tags, prefix).versions, name, prefix)
  const { versions: reachable } = versions.versionTags(tags.map(({ tag }) => tag), prefix)
  return versions.versionValue({ ...head, asked: false, changed: [], untracked: [], shallow: false, prefix, stamp, chosen, reachable })
}

/** Asks git for more only where a clean, tagged commit is not what there is. */
async function treeState(
  context: ReadingContext, changed: readonly ChangedFile[], tagged: boolean,
): Promise<TreeState & { readonly tree?: string }> {
  const { exec, folder, outputs, untracked = [], snapshot: asked = false } = context
  if (tagged && changed.length === 0 && untracked.length === 0) {
    return { asked, changed: [], untracked: [], shallow: false }
  }
  const { repositoryOf, treeChanges } = await import('../lib/clients/git.ts')
  const { root, shallow } = await repositoryOf(exec, folder)
  const { digest, ...changes } = await treeChanges(root, { changed, untracked, outputs })
  return { asked, shallow, ...changes, ...digest !== undefined && { tree: digest.slice('sha256:'.length) } }
}

/** The tag that started the CI run, where one did: on GitHub and Gitea, on GitLab. */
function startedBy({ GITHUB_REF, CI_COMMIT_TAG }: ReadingContext['environment']): string | undefined {
  return /^refs\/tags\/(.+)$/.exec(GITHUB_REF ?? '')?.[1] ?? CI_COMMIT_TAG
}
