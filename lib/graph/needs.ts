import type { Thrift } from '../contracts/workshop.ts'

/** What work of one name was seen to need: peak resident bytes of its process tree, by how freely it could use memory. */
export type Need = Readonly<Partial<Record<Thrift, number>>>

/** The remembered needs of earlier work. */
export interface Needs {
  find(name: string): Need | undefined
  learn(name: string, thrift: Thrift, peakBytes: number): void
}

/** What is taken for granted of work that was never seen, when there is plenty of memory. */
export const unseenGenerousBytes = 3 * 1024 ** 3

/** With less than this, work that was never seen is asked to do with as little as it can. */
export const unseenPlainBytes = 2 * 1024 ** 3

/**
 * Needs that are only kept for one run; `earlier` is what is known at its start. A warm compile needs less than a cold one:
 * what was seen once fades by a fiftieth from run to run, and is not forgotten because many runs compile what is warm.
 */
export function needsFrom(earlier: Readonly<Record<string, Need>>): Needs & { all(): Readonly<Record<string, Need>> } {
  const before = (name: string, thrift: Thrift): number => (Object.hasOwn(earlier, name) ? earlier[name]?.[thrift] : undefined) ?? 0
  const seen = new Map<string, Need>()
  const known = new Map(Object.entries(earlier))
  return {
    find: name => known.get(name),
    learn: (name, thrift, peakBytes) => {
      if (!(peakBytes > 0)) return
      const most = Math.max(peakBytes, seen.get(name)?.[thrift] ?? 0)
      seen.set(name, { ...seen.get(name), [thrift]: most })
      known.set(name, { ...known.get(name), [thrift]: Math.max(most, Math.round(before(name, thrift) * 0.98)) })
    },
    all: () => Object.fromEntries(known),
  }
}
