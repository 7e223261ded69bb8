import type { TreeChange, TreeFile } from '../../clients/git/bare-clone.ts'
import { ReleaseError } from '../../values/errors.ts'
import type { TapRecord } from './tap-record.ts'

export interface ChangePlan {
  /** All that the branch has now, by path. */
  readonly there: ReadonlyMap<string, TreeFile>
  /** The path of something in the tap's folder. */
  readonly at: (path: string) => string
  /** What the project's last release left, and those of other projects in the same folder. */
  readonly standing: TapRecord | undefined
  readonly others: readonly TapRecord[]
  /** What is to be there, by path in the tap's folder, the new record too. */
  readonly wanted: ReadonlyMap<string, TreeFile>
  /** What the tap is called. */
  readonly where: string
}

/**
 * What a release changes in a branch: its files go in, those of the last one that it does not have go out, a person's stay. A file
 * of a person's under the name of one of the release's gives way, as the read-me does that a new repository starts with.
 * @throws ReleaseError (DESTINATION) where another project's file is in the way, or something that is no file
 */
export function planChanges({ there, at, standing, others, wanted, where }: ChangePlan): readonly TreeChange[] {
  const gone = pathsIn(standing).filter(path => !wanted.has(path) && there.has(at(path)))
  const kept = new Map(there)
  for (const path of gone) kept.delete(at(path))
  const folders = new Set([...kept.keys()].flatMap(parentsOf))
  for (const path of wanted.keys()) {
    const why = whatIsInTheWay({ path, place: at(path), kept, folders, others })
    if (why === undefined) continue
    throw new ReleaseError(`Cannot put ${at(path)} into ${where}: ${why}`, { code: 'DESTINATION', hint: 'Move it out of the way there, or give the tap another folder.' })
  }
  const changed = [...wanted].filter(([path, file]) => !isSame(kept.get(at(path)), file))
  return [...gone.map(path => ({ path: at(path) })), ...changed.map(([path, file]) => ({ path: at(path), file }))]
}

interface Way extends Pick<ChangePlan, 'others'> {
  readonly path: string
  /** In the branch. */
  readonly place: string
  readonly kept: ReadonlyMap<string, TreeFile>
  readonly folders: ReadonlySet<string>
}

function whatIsInTheWay({ path, place, kept, folders, others }: Way): string | undefined {
  const owner = others.find(record => pathsIn(record).includes(path))
  if (owner) return `it belongs to releases of ${owner.project}`
  if (folders.has(place)) return 'a folder is there'
  const mode = kept.get(place)?.mode ?? '100644'
  if (!mode.startsWith('100')) return mode === '120000' ? 'a symbolic link is there' : 'a submodule is there'
  const above = parentsOf(place).find(parent => kept.has(parent))
  return above === undefined ? undefined : `${above} is no folder there`
}

/** The paths of all that a release left, in the tap's folder. */
export function pathsIn(record: TapRecord | undefined): readonly string[] {
  return pathsOf(record?.artifacts ?? [])
}

export function pathsOf(artifacts: TapRecord['artifacts']): readonly string[] {
  return artifacts.flatMap(({ files }) => files.map(({ path }) => path))
}

function isSame(one: TreeFile | undefined, other: TreeFile): boolean {
  return one?.object === other.object && one.mode === other.mode
}

function parentsOf(path: string): readonly string[] {
  const parts = path.split('/')
  return parts.slice(1).map((_, index) => parts.slice(0, index + 1).join('/'))
}
