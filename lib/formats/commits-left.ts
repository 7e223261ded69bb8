import type { Message } from './commits-message.ts'
import type { Arrival } from './commits-requests.ts'
import type { LoggedCommit } from './commits-types.ts'

/** A commit, what it says and how it came. */
export interface ReadCommit {
  readonly commit: LoggedCommit
  readonly message: Message
  readonly arrival: Arrival
}

/**
 * What is left when commits that take others back, and what they take back, have cancelled each other out; merges, copies of
 * commits that are there, and what was to be melted into another commit are left out too.
 * @param read newest first, so that a commit stands before what it takes back
 */
export function commitsLeft(read: readonly ReadCommit[]): readonly ReadCommit[] {
  const find = finderIn(read)
  const gone = new Set<string>()
  for (const [at, one] of read.entries()) {
    const { commit: { id, parents }, message } = one
    if (gone.has(id)) continue
    if (parents.length > 1 || /^(?:fixup|squash|amend)! /.test(message.subject)) gone.add(id)
    else if (message.copyOf !== undefined && find.byId(message.copyOf).some(({ commit }) => commit.id !== id)) gone.add(id)
    else if (cancels(message, at, find, gone)) gone.add(id)
  }
  return read.filter(({ commit }) => !gone.has(commit.id))
}

/** Takes out what a commit takes back. @returns whether the commit said nothing else */
function cancels({ reverts, revertsRequests, revertsSubject }: Message, at: number, find: Finder, gone: Set<string>): boolean {
  const named = [...reverts.map(find.byId), ...revertsRequests.map(find.byRequest)]
  const targets = named.length === 0 && revertsSubject !== undefined ? [find.bySubject(revertsSubject, at, gone)] : named
  const earlier = targets.map(list => list.filter(({ place }) => place > at))
  for (const { commit } of earlier.flat()) gone.add(commit.id)
  return revertsSubject !== undefined && earlier.length > 0 && earlier.every(list => list.length > 0)
}

interface Placed extends ReadCommit {
  readonly place: number
}

interface Finder {
  /** The commit of a full or shortened id; of a merge all that it brought. */
  byId(id: string): readonly Placed[]
  byRequest(number: number): readonly Placed[]
  /** The last one before a place that says so. */
  bySubject(subject: string, after: number, gone: ReadonlySet<string>): readonly Placed[]
}

/** Digits of a shortened id, at the least. */
const shortest = 7

function finderIn(read: readonly ReadCommit[]): Finder {
  const placed = read.map((one, place): Placed => ({ ...one, place }))
  const ids = new Map(placed.map(one => [one.commit.id, one]))
  const [merges, requests, subjects, short] = [new Map<string, Placed[]>(), new Map<number, Placed[]>(), new Map<string, Placed[]>(), new Map<string, Placed[]>()]
  for (const one of placed) {
    const { message, arrival } = one
    add(short, one.commit.id.slice(0, shortest), one)
    add(merges, arrival.merge, one)
    add(requests, message.pullRequest ?? arrival.pullRequest, one)
    add(subjects, message.subject, one)
    if (message.subject !== titleOf(message)) add(subjects, titleOf(message), one)
  }
  return {
    byId: id => {
      const found = ids.get(id) ?? (id.length < 40 ? onlyOne((short.get(id.slice(0, shortest)) ?? []).filter(({ commit }) => commit.id.startsWith(id))) : undefined)
      return found ? [found, ...found.commit.parents.length > 1 ? merges.get(found.commit.id) ?? [] : []] : []
    },
    byRequest: number => requests.get(number) ?? [],
    bySubject: (subject, after, gone) => (subjects.get(subject) ?? []).filter(({ place, commit }) => place > after && !gone.has(commit.id)).slice(0, 1),
  }
}

function add<K>(map: Map<K, Placed[]>, key: K | undefined, one: Placed): void {
  if (key === undefined) return
  const list = map.get(key)
  if (list) list.push(one)
  else map.set(key, [one])
}

function titleOf({ subject }: Message): string {
  return subject.replace(/\s+\([#!]\d{1,9}\)$/, '')
}

function onlyOne<T>(list: readonly T[]): T | undefined {
  return list.length === 1 ? list[0] : undefined
}
