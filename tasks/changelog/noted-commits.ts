import { identityOf } from './identity-of.ts'
import { checkedWording } from './apply-wording.ts'
import type { Log } from '../../lib/clients/git/log.ts'
import type { Observer } from '../../lib/contracts/workshop.ts'
import type { NotedChanges, Wording } from '../../lib/formats/release-notes-types.ts'
import type { Step } from '../../lib/graph/step.ts'
import { task } from '../../lib/graph/task.ts'
import { canonical } from '../../lib/values/canonical.ts'
import { digestOf } from '../../lib/values/digest.ts'
import { ReleaseError } from '../../lib/values/errors.ts'
import { changesMediaType, type Changes } from '../../lib/values/release-notes.ts'
import type { Source } from '../../lib/values/source.ts'
import type { Version } from '../../lib/values/version.ts'

export interface NotedCommitsInput {
  readonly name: string
  readonly version: Version
  readonly source: Source
  /** A tag or commit; absent for all history. */
  readonly since?: string
  readonly paths?: readonly string[]
  /** Where people look at the repository. */
  readonly repositoryUrl?: string
}

interface Input extends NotedCommitsInput {
  /** Numbers of the functions that group and word: they tell steps of one process apart, and are no part of a key. */
  readonly wording: { readonly place: Readonly<Record<string, number>> }
}

/**
 * Reads commits, and has a project's own functions group and word them. Functions are no data, so the step's key cannot hold
 * them; it holds the digest of what they answered, which is asked for each time that the step is looked up.
 */
export function notedCommits(input: NotedCommitsInput, wording: Wording): Step<Changes> {
  const { group, line, links } = wording
  const place = { group: identityOf(group), line: identityOf(line), ...links && Object.fromEntries(Object.entries(links).map(([name, give]: [string, object | undefined]) => [`links.${name}`, identityOf(give)])) }
  return noting(wording)({ ...input, wording: { place } })
}

function noting(wording: Wording) {
  return task<Input, Changes>({
    name: 'changes',
    revision: 1,
    silent: true,
    outline: ({ name, version: { semver } }) => ({ kind: 'changes', name, version: semver }),
    depends: () => ({}),
    observe: async (input, observer) => {
      const log = await readLog(input, observer)
      const text = await notedText(input, wording, log)
      if (await notedText(input, wording, log) !== text) throw fickle()
      if (log.cut) observer.notice(`What is new in ${input.version.semver} is told of ${log.commits.length === 1 ? 'one commit' : `${log.commits.length} commits`} only: the clone is shallow (git fetch --tags --unshallow)`)
      return { value: digestOf(text), reads: log.mailmap === undefined ? [] : [log.mailmap] }
    },
    work: async (input, workshop) => workshop.content.put([Buffer.from(await notedText(input, wording, await readLog(input, workshop)))], changesMediaType),
  })
}

function readLog({ version, source, since, paths }: NotedCommitsInput, { exec, once }: Pick<Observer, 'exec' | 'once'>): Promise<Log> {
  const range = { until: version.commit, ...since !== undefined && { since }, ...paths && { paths } }
  const { folder } = source.place
  return once(`log ${folder} ${canonical(range)}`, async () => (await import('../../lib/clients/git/log.ts')).logOf(exec, folder, range))
}

async function notedText({ version, since, repositoryUrl }: NotedCommitsInput, wording: Wording, { commits, touched }: Log): Promise<string> {
  const [{ readCommits }, { notedChanges }, { changeLinks }] = await Promise.all([
    import('../../lib/formats/commits.ts'), import('../../lib/formats/release-notes.ts'), import('../../lib/formats/release-notes-links.ts'),
  ])
  const noted: NotedChanges = notedChanges(
    readCommits(commits, touched),
    { version: version.semver, ...version.tag !== undefined && { tag: version.tag }, ...since !== undefined && { previous: since } },
    checkedWording(wording, changeLinks(repositoryUrl)),
  )
  return JSON.stringify(noted)
}

function fickle(): ReleaseError {
  return new ReleaseError('Cannot tell what is new: group(), line() or links of build.ts answer the same question differently', {
    code: 'USAGE', hint: 'Let their answers depend on the commit alone.',
  })
}
