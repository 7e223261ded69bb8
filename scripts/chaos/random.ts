import { digestOf } from '../../lib/values/digest.ts'

/** Numbers from 0 to 1 that are the same for the same seed: mulberry32. */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = state + 0x6d2b79f5 >>> 0
    let mixed = Math.imul(state ^ state >>> 15, state | 1)
    mixed ^= mixed + Math.imul(mixed ^ mixed >>> 7, mixed | 61)
    return ((mixed ^ mixed >>> 14) >>> 0) / 2 ** 32
  }
}

/** An order that the seed gives, in which each keeps its place whatever others there are. */
export function shuffled<T>(all: readonly T[], seed: number, textOf: (one: T) => string): readonly T[] {
  return all.map(one => ({ one, place: digestOf(`${seed} ${textOf(one)}`) })).sort((a, b) => a.place < b.place ? -1 : 1).map(({ one }) => one)
}
