import type { ChangeLinks, NotedChanges, NotesText, Wording } from '../lib/formats/release-notes-types.ts'
import type { Step } from '../lib/graph/step.ts'
import { task } from '../lib/graph/task.ts'
import type { Project } from '../lib/values/project.ts'
import { ReleaseError } from '../lib/values/errors.ts'
import type { Changes, ReleaseNotes } from '../lib/values/release-notes.ts'
import type { Source } from '../lib/values/source.ts'
import type { Version } from '../lib/values/version.ts'
import { notedCommits } from './changelog/noted-commits.ts'
import { sourceUrl } from './image/source-url.ts'

export interface ChangesOptions extends Omit<Wording, 'links'> {
  readonly project: Project
  readonly version: Version
  /** `source('git')`. Default: the project's folder. */
  readonly source?: Source
  /**
   * The tag or commit that all is new since; `false` for all history. Default: the version before, which is the last stable one for a
   * stable version.
   */
  readonly since?: string | false
  /**
   * What commits have to touch to count, relative to the project's folder, as git takes it: `['.', '../shared']`. Default: the
   * project's folder where its tags have a prefix (`api/v1.2.3`), for then the repository holds others too; else everything.
   */
  readonly paths?: readonly string[]
  /** Where people look at the repository, `https://git.example.com/example/gateway`. Default: what the module's path says. */
  readonly repository?: string
  /** Addresses in place of those of the repository's host; `false` for none at all. */
  readonly links?: ChangeLinks | false
}

export interface ChangelogOptions extends ChangesOptions, NotesText {
  /** The file's name; `<project>_<version>_notes.md` where it is absent. */
  readonly name?: string
}

interface NotesInput extends NotesText {
  readonly changes: Changes
  readonly name: string
}

const notes = task<NotesInput, ReleaseNotes>({
  name: 'release notes',
  revision: 1,
  outline: ({ name, changes: { version } }) => ({ kind: 'release-notes', name, version }),
  depends: ({ changes: { digest }, header, footer }) => ({ changes: digest, header, footer }),
  work: async ({ changes: read, header, footer }, { content }) => {
    const [{ releaseNotesText }, { readJson }] = await Promise.all([import('../lib/formats/release-notes.ts'), import('../lib/oci/read-json.ts')])
    const text = releaseNotesText(await readJson<NotedChanges>(read, content), { ...header !== undefined && { header }, ...footer !== undefined && { footer } })
    return content.put([Buffer.from(text)], 'text/markdown')
  },
})

/**
 * Release notes from the commits since the version before, in Markdown: conventional commits stand under what they are, plain ones
 * under "Changes"; what no user notices is left out. `group` and `line` decide otherwise; they are asked at every look-up, so
 * their answers have to depend on the commit alone.
 * @throws ReleaseError (USAGE) for functions that fail, or give nothing that can be used, (GIT) for a tag that is not there
 */
export function changelog(options: ChangelogOptions): Step<ReleaseNotes> {
  const { project, version, header, footer, name = `${project.name}_${version.semver}_notes.md` } = options
  return notes({ changes: changes(options), name, ...header !== undefined && { header }, ...footer !== undefined && { footer } })
}

/**
 * The same as data, for what else tells of it: a chart's annotations, a section of CHANGELOG.md.
 * @throws as `changelog`
 */
export function changes(options: ChangesOptions): Step<Changes> {
  const { project, version, group, line, links, repository = sourceUrl(project.module) } = options
  const { since = version.previous ?? false, paths = pathsOf(version), source = sourceOf(project) } = options
  if (since === '' || paths?.length === 0) {
    throw new ReleaseError(`Cannot tell what is new in ${version.semver}: ${since === '' ? 'since' : 'paths'} is empty`, { code: 'USAGE', hint: 'Leave it out, or say what is meant.' })
  }
  return notedCommits(
    {
      name: `${project.name} ${version.semver}`, version, source: { ...source, use: 'git' }, ...since !== false && { since }, ...paths && { paths },
      ...repository !== undefined && links !== false && { repositoryUrl: repository },
    },
    { ...group && { group }, ...line && { line }, ...links && { links } },
  )
}

/** A prefix in tags tells that there are others. */
function pathsOf({ tag, previous }: Version): readonly string[] | undefined {
  const prefix = (tag ?? previous ?? '').replace(/v?\d+\.\d+\.\d+.*$/, '')
  return prefix === '' ? undefined : ['.']
}

function sourceOf({ place: { folder } }: Project): Source {
  return { kind: 'source', use: 'git', place: { folder, outputs: [] } }
}
