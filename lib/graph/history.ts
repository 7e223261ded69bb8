import type { Json } from '../values/json.ts'
import type { Need } from './needs.ts'

/** What runs learned: for as long as it is among the latest that any of them did. */
export interface History {
  /** What work of one name needs of memory. */
  readonly needs: Readonly<Record<string, Need>>
  /** Milliseconds by a step's name. */
  readonly durations: Readonly<Record<string, number>>
}

/** About 170 KB of file, and more than anybody has projects for. */
const most = 3000

/** Whatever a file holds, as far as it is a history. */
export function historyFrom(note: Json | undefined): History {
  const { needs, durations } = fieldsOf(note)
  return {
    needs: Object.fromEntries(Object.entries(fieldsOf(needs)).map(([name, need]) => [name, numbersIn(need)])),
    durations: numbersIn(durations),
  }
}

/**
 * Adds what one run learned to what is kept by now, which other runs may have added to since this one began. What was
 * learned last stands last; what was not learned again for the longest time is forgotten where there is too much.
 */
export function mergedHistory(kept: History, learned: History, before: History): History {
  const needs = Object.entries(learned.needs).map(([name, need]) =>
    [name, together(need, own(kept.needs, name), own(before.needs, name))] as const)
  return { needs: latest(kept.needs, needs), durations: latest(kept.durations, Object.entries(learned.durations)) }
}

/** Of two runs at once the one that saw more memory used is right: the other's compile was a warm one. */
function together(need: Need, kept: Need = {}, before: Need = {}): Need {
  const meanwhile = Object.entries(kept).filter(([thrift, bytes]) =>
    bytes > (need[thrift as keyof Need] ?? 0) && bytes !== before[thrift as keyof Need])
  return { ...kept, ...need, ...Object.fromEntries(meanwhile) }
}

function latest<T>(kept: Readonly<Record<string, T>>, learned: readonly (readonly [name: string, value: T])[]): Readonly<Record<string, T>> {
  const names = new Set(learned.map(([name]) => name))
  return Object.fromEntries([...Object.entries(kept).filter(([name]) => !names.has(name)), ...learned].slice(-most))
}

function own<T>(record: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined
}

function fieldsOf(value: Json | undefined): { readonly [name: string]: Json | undefined } {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value as { readonly [name: string]: Json } : {}
}

function numbersIn(value: Json | undefined): Readonly<Record<string, number>> {
  const numbers = Object.entries(fieldsOf(value)).filter((entry): entry is [string, number] => typeof entry[1] === 'number')
  return Object.fromEntries(numbers)
}
