import { allFaults } from '../../lib/testing/fault-proxy.ts'
import { kindOf, wordsFor, type Disturbance, type FaultAt, type Ground, type Happening } from './disturbance.ts'
import { randomFrom, shuffled } from './random.ts'

export interface PlanOptions {
  /** Requests that every undisturbed release makes. */
  readonly keys: readonly string[]
  /** Those of one over a person's release. */
  readonly personKeys: readonly string[]
  readonly seed: number
  /** Kills at random moments. */
  readonly moments: number
}

/** How many requests of one run fail, where a run survives that; they are far enough from each other. */
const together = 12

/**
 * All trials, in an order of which any beginning is a fair sample: each kind has its share, and the same seed gives the same
 * order.
 */
export function planTrials({ keys, personKeys, seed, moments }: PlanOptions): readonly Disturbance[] {
  const random = randomFrom(seed)
  const github = personKeys.filter(key => key.startsWith('github '))
  const all: readonly Disturbance[] = [
    ...kills(keys, 'nothing'), ...failing(keys, 'nothing', seed), ...kills(github, 'person'), ...failing(github.filter(key => !/ (GET|HEAD) /.test(key)), 'person', seed),
    ...Array.from({ length: moments }, (_, index): Disturbance => ({
      happening: { kind: 'moment', share: random(), ...index % 3 === 0 && { again: random() } }, over: index % 2 === 0 ? 'nothing' : 'earlier', next: index % 4 < 2 ? 'same' : 'fresh',
    })),
    ...Array.from({ length: Math.ceil(moments / 5) }, (_, index): Disturbance => ({
      // Most of what one run may do to the other, it does when both are at the same point.
      happening: { kind: 'together', apart: index % 2 === 0 ? random() * 0.05 : random(), ...index % 3 === 0 && { killed: random() } }, over: index % 4 === 0 ? 'earlier' : 'nothing', next: 'fresh',
    })),
  ]
  return interleaved(all, seed)
}

function kills(keys: readonly string[], over: Ground): readonly Disturbance[] {
  return keys.flatMap(key => (['before', 'after'] as const).map(moment => ({ happening: { kind: 'kill', moment, key }, over, next: 'fresh' } as const)))
}

/** Each fault at each request. A run ends where its credentials have expired, so that comes alone. */
function failing(keys: readonly string[], over: Ground, seed: number): readonly Disturbance[] {
  const passing = shuffled(keys.flatMap(key => allFaults.map(fault => ({ fault, key }))), seed, ({ fault, key }) => `${fault} ${key}`)
  const groups = [...grouped(passing), ...keys.map(key => [{ fault: 'expired', key } as const])]
  return groups.map((faults, index) => ({ happening: { kind: 'faults', faults }, over, next: index % 2 === 0 ? 'fresh' : 'same' }))
}

/** A request that fails is asked once more: two of the same kind in one run would be taken for each other. */
function grouped(faults: readonly FaultAt[]): readonly (readonly FaultAt[])[] {
  const groups: FaultAt[][] = []
  const asked = (key: string): string => key.replace(/ \(\d+\)$/, '')
  for (const one of faults) {
    const group = groups.find(others => others.length < together && others.every(({ key }) => asked(key) !== asked(one.key)))
    if (group) group.push(one)
    else groups.push([one])
  }
  return groups
}

/** Each kind in an order of its own, spread evenly over the whole. */
function interleaved(all: readonly Disturbance[], seed: number): readonly Disturbance[] {
  const stratum = ({ happening, over }: Disturbance): string => `${kindOf(happening)} ${over === 'person'} ${happening.kind === 'faults' && happening.faults.length === 1}`
  const placed = [...new Set(all.map(stratum))].flatMap((name, number) => {
    const [ones, shift] = [all.filter(one => stratum(one) === name), randomFrom(seed + number)()]
    return shuffled(ones, seed, wordsFor).map((one, index) => ({ one, place: (index + shift) / ones.length }))
  })
  return placed.sort((a, b) => a.place - b.place).map(({ one }) => one)
}

/** What is left of it where not all has happened; undefined where all has. Moments come earlier: the run had ended before. */
export function leftOf(disturbance: Disturbance, happened: readonly FaultAt[], reached: boolean): Disturbance | undefined {
  const { happening } = disturbance
  const next = (changed: Happening): Disturbance => ({ ...disturbance, happening: changed })
  if (happening.kind === 'faults') {
    const faults = happening.faults.filter(one => !happened.includes(one))
    return faults.length > 0 ? next({ ...happening, faults }) : undefined
  }
  if (reached) return undefined
  if (happening.kind === 'moment') return next({ ...happening, share: happening.share * 0.8 })
  if (happening.kind === 'together' && happening.killed !== undefined) return next({ ...happening, killed: happening.killed * 0.8 })
  return disturbance
}
