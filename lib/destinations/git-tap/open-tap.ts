import { setTimeout as delay } from 'node:timers/promises'
import { type BareClone, makeBareClone, type TreeFile } from '../../clients/git/bare-clone.ts'
import { fetchBranch } from '../../clients/git/fetch-branch.ts'
import type { RemoteAddress } from '../../clients/git/remote-address.ts'
import { openRemote, type Remote } from '../../clients/git/remote.ts'
import type { World } from '../../contracts/workshop.ts'
import { isPassing } from '../../oci/registry/passing.ts'
import { patience, type Patience } from '../../oci/registry/patience.ts'
import { ReleaseError } from '../../values/errors.ts'
import type { PullPlace } from './pull-place.ts'
import { parseRecord, recordFolder, type TapRecord } from './tap-record.ts'

/** A branch of another repository, and a folder of it. */
export interface Tap {
  /** The destination's name. */
  readonly name: string
  readonly address: RemoteAddress
  readonly branch: string
  /** Empty for the repository's root, without slashes at its ends. */
  readonly folder: string
  /** Who commits: `Name <name@host.example>`. */
  readonly author: string
  readonly token?: string | undefined
  readonly username?: string | undefined
  /** Where a release is proposed, not pushed. */
  readonly pull?: PullPlace
}

/** What a branch has at one moment. */
export interface TapState {
  /** Undefined where there is no such branch yet. */
  readonly head: string | undefined
  readonly there: ReadonlyMap<string, TreeFile>
  /** What releases left in the tap's folder, one of each project. */
  readonly records: readonly TapRecord[]
}

export interface OpenedTap {
  readonly tap: Tap
  readonly remote: Remote
  readonly clone: BareClone
  readonly patience: Patience
  /** The path in the branch of something in the tap's folder. */
  at(path: string): string
  /** Looks at the branch as it is now. */
  look(options?: LookOptions): Promise<TapState>
  /** The records in the tap's folder at a commit. */
  recordsAt(commit: string): Promise<readonly TapRecord[]>
}

export interface LookOptions {
  /** Default: the tap's own. */
  readonly branch?: string
  readonly history?: boolean
}

export interface OpenTapOptions {
  /** Temporary, and this tap's own. */
  readonly folder: string
  /** Default: 5. */
  readonly tries?: number
}

/** Opens a tap in a folder; nothing is asked of the repository yet. */
export async function openTap(tap: Tap, { exec, signal, place }: Pick<World, 'exec' | 'signal' | 'place'>, { folder, tries }: OpenTapOptions): Promise<OpenedTap> {
  const { address, token, username } = tap
  const remote = await openRemote({ address, token, username, exec, environment: process.env, root: place.root, folder })
  const trying = patience({ tries, sleep: milliseconds => pause(milliseconds, signal) })
  const at = (path: string): string => (tap.folder === '' ? path : `${tap.folder}/${path}`)
  const clone = await makeBareClone(exec, folder)
  const recordsAt = (commit: string): Promise<readonly TapRecord[]> => readRecords(clone, commit, { at, where: tap.address.text })
  return {
    tap, remote, clone, patience: trying, at, recordsAt,
    look: async ({ branch = tap.branch, ...options } = {}) => {
      const head = await persist(trying, () => fetchBranch(remote, clone, branch, options))
      return head === undefined ? { head, there: new Map(), records: [] } : { head, there: await clone.listFiles(head), records: await recordsAt(head) }
    },
  }
}

async function readRecords(clone: BareClone, commit: string, { at, where }: { readonly at: (path: string) => string; readonly where: string }): Promise<readonly TapRecord[]> {
  const folder = `${at(recordFolder)}/`
  const files = await clone.git(['ls-tree', '-z', '--name-only', '--full-tree', commit, '--', folder])
  const records: TapRecord[] = []
  for (const path of files.split('\0').filter(one => one.endsWith('.json'))) {
    const text = await clone.readText(commit, path)
    if (text !== undefined) records.push(parseRecord(text, `${path} of ${where}`))
  }
  return records
}

/** Does again what may go better at the next try. */
export async function persist<T>({ tries, rest }: Patience, act: () => Promise<T>): Promise<T> {
  for (let count = 1; ; count += 1) {
    try {
      return await act()
    } catch (error) {
      if (!isPassing(error) || count >= tries) throw error
      await rest(count)
    }
  }
}

async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  try {
    await delay(milliseconds, undefined, { signal })
  } catch (cause) {
    throw new ReleaseError('Cannot wait for a git server: the run was stopped', { code: 'CANCELLED', cause })
  }
}
