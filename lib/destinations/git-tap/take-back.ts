import type { TreeChange } from '../../clients/git/bare-clone.ts'
import type { World } from '../../contracts/workshop.ts'
import type { BranchMove } from './move-branch.ts'
import type { OpenedTap, TapState } from './open-tap.ts'
import { pathsIn } from './plan-changes.ts'
import { releaseMessage, releaseTime, standingOf } from './release-change.ts'
import { parseRecord, recordPath } from './tap-record.ts'

export type RetractingWorld = Pick<World, 'exec' | 'signal' | 'place' | 'release' | 'notice'>

/** What takes a release back; nothing where another version stands. */
export async function takeBack(opened: OpenedTap, state: TapState, { release, notice }: RetractingWorld): Promise<BranchMove | undefined> {
  const { version, project } = release
  const standing = standingOf(state, release)
  if (state.head === undefined || standing?.version !== version.semver) {
    notice(`${opened.tap.name} has nothing of ${version.semver} to take back${standing ? `: ${standing.version} stands there` : ''}.`)
    return undefined
  }
  const before = await commitBefore(opened, state.head, project.name, version.semver)
  const earlier = before === undefined ? new Map<string, never>() : await opened.clone.listFiles(before)
  const former = before === undefined ? undefined : (await opened.recordsAt(before)).find(record => record.project === project.name)
  const own = [...pathsIn(standing), recordPath(project.name)].map(opened.at)
  // What the release took away comes back, unless a person has put something there since.
  const removed = pathsIn(former).map(opened.at).filter(path => !own.includes(path) && !state.there.has(path))
  const changes = [...new Set([...own, ...removed])].map((path): TreeChange => {
    const file = earlier.get(path)
    return { path, ...file && { file } }
  })
  return { changes: changes.sort((a, b) => Number(a.file !== undefined) - Number(b.file !== undefined)), message: releaseMessage(`Take back ${project.name} ${version.semver}`, version.commit), time: releaseTime(release) }
}

/**
 * The commit on which the standing version was put. History is read from its beginning: a version that comes again while a later one
 * stands is one that came back, by a retraction or by hand, and what came after it counts no more.
 */
async function commitBefore({ clone, at }: OpenedTap, head: string, project: string, version: string): Promise<string | undefined> {
  const log = await clone.git(['log', '--reverse', '--first-parent', '--format=%H %P', head, '--', at(recordPath(project))])
  const stack: { readonly version: string; readonly before: string | undefined }[] = []
  for (const [commit = '', before] of log.split('\n').filter(line => line !== '').map(line => line.split(' '))) {
    const there = versionIn(await clone.readText(commit, at(recordPath(project))))
    const earlier = stack.findIndex(one => one.version === there)
    if (there === undefined) stack.length = 0
    else if (earlier >= 0) stack.length = earlier + 1
    else stack.push({ version: there, before: before || undefined })
  }
  return stack.find(one => one.version === version)?.before
}

/** What a person has broken since is no version. */
function versionIn(text: string | undefined): string | undefined {
  try {
    return text === undefined ? undefined : parseRecord(text, '').version
  } catch {
    return undefined
  }
}
