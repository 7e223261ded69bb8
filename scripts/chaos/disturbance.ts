import type { Fault } from '../../lib/testing/index.ts'

/** What happens to a release. Shares are of the time that an undisturbed one takes. */
export type Happening =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'kill', readonly moment: 'before' | 'after', readonly key: string }
  /** Requests that fail, each once, as far as the run gets. */
  | { readonly kind: 'faults', readonly faults: readonly FaultAt[] }
  /** Killed at a random moment, and, with `again`, the next run too. */
  | { readonly kind: 'moment', readonly share: number, readonly again?: number }
  /** Two machines at once, the second a little later; with `killed`, the first one is killed. */
  | { readonly kind: 'together', readonly apart: number, readonly killed?: number }

export interface FaultAt {
  readonly fault: Fault
  readonly key: string
}

/** What is there when a release begins: nothing, a release that a person made at GitHub and published, or the version before. */
export type Ground = 'nothing' | 'person' | 'earlier'

export interface Disturbance {
  readonly happening: Happening
  readonly over: Ground
  /** Where the next run is: on a machine that has nothing but the cache of an undisturbed release, or where the first one was. */
  readonly next: 'fresh' | 'same'
}

/** In which trials are counted, and of which a sample has its share. */
export type Kind = 'killed before' | 'killed after' | 'faults' | 'moments' | 'two at once' | 'undisturbed'

export function kindOf(happening: Happening): Kind {
  switch (happening.kind) {
    case 'nothing': return 'undisturbed'
    case 'kill': return `killed ${happening.moment}`
    case 'faults': return 'faults'
    case 'moment': return 'moments'
    case 'together': return 'two at once'
  }
}

/** How many of its kind it is. */
export function sizeOf(happening: Happening): number {
  return happening.kind === 'faults' ? happening.faults.length : 1
}

export function wordsFor({ happening, over, next }: Disturbance): string {
  const ground = { nothing: '', person: ', over a person\'s release', earlier: ', over the version before' }[over]
  return `${happeningWords(happening)}${ground}, again on ${next === 'fresh' ? 'a fresh' : 'the same'} machine`
}

/** What finds it again by its words, in a plan where it may go with others. */
export function textsFor(disturbance: Disturbance): readonly string[] {
  const { happening } = disturbance
  return happening.kind === 'faults' ? happening.faults.map(({ fault, key }) => `${fault} at ${key}`) : [wordsFor(disturbance)]
}

function happeningWords(happening: Happening): string {
  switch (happening.kind) {
    case 'nothing': return 'undisturbed'
    case 'kill': return `killed ${happening.moment} ${happening.key}`
    case 'faults': return happening.faults.map(({ fault, key }) => `${fault} at ${key}`).join(', ')
    case 'moment': return `killed at ${percent(happening.share)}${happening.again === undefined ? '' : `, then at ${percent(happening.again)}`}`
    case 'together': return `two at once, ${percent(happening.apart)} apart${happening.killed === undefined ? '' : `, one killed at ${percent(happening.killed)}`}`
  }
}

export function percent(share: number): string {
  return `${(share * 100).toFixed(1)}%`
}
