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

/** Needs that are only kept for one run; `earlier` is what is known at its start. */
export function needsFrom(earlier: Readonly<Record<string, Need>>): Needs & { all(): Readonly<Record<string, Need>> } {
  const known = new Map(Object.entries(earlier))
  return {
    find: name => known.get(name),
    learn: (name, thrift, peakBytes) => {
      if (!(peakBytes > 0)) return
      const before = known.get(name)
      // A warm compile needs less than a cold one: what was seen once fades, it is not forgotten at once.
      const kept = Math.max(peakBytes, Math.round((before?.[thrift] ?? 0) * 0.9))
      known.set(name, { ...before, [thrift]: kept })
    },
    all: () => Object.fromEntries(known),
  }
}
