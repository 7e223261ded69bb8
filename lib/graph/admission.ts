import type { Thrift } from '../contracts/workshop.ts'
import { ReleaseError } from '../values/errors.ts'
import { readableBytes } from '../values/readable.ts'
import { unseenGenerousBytes, unseenPlainBytes, type Need } from './needs.ts'

/** Work that runs now. */
export interface Running {
  /** Bytes that were set aside for it. */
  readonly estimate: number
  /** Bytes that it uses. */
  current: number
  readonly thrift: Thrift
  /** Nothing else may run beside it. */
  readonly alone: boolean
  /** Nothing else has run beside it so far. */
  undisturbed: boolean
}

/** What is said of work that may run. */
export type Admitted = Pick<Running, 'estimate' | 'thrift' | 'alone'>

export interface Question {
  readonly name: string
  readonly alone: boolean
  readonly jobs: number
  /** Bytes that there are at all: what needs more can never run. */
  readonly total: number
  /** Bytes that running work together may use. */
  readonly budget: number
  readonly need: Need | undefined
  /** Bytes at which work of this name was killed in this run, though it was frugal and nothing ran beside it. */
  readonly killedAt?: number | undefined
  readonly running: readonly Running[]
}

/**
 * Whether work may start beside what runs, and how freely it may use memory.
 *
 * Plenty of memory: everything runs generously at once. Otherwise by what the work was seen to need; what was never seen
 * runs alone first and so is measured.
 */
export function admission(question: Question): Admitted | 'wait' | ReleaseError {
  const { alone, budget, total, need, killedAt, running } = question
  if (alone) return running.length > 0 ? 'wait' : { estimate: budget, thrift: 'frugal', alone: true }
  const least = need && leastOf(need)
  if (least !== undefined && least > total) return refusal(question, least, `it needs about ${readableBytes(least)} of memory`)
  if (killedAt !== undefined) {
    return refusal(question, Math.max(killedAt, total), `it needs more memory than the ${readableBytes(killedAt)} at which the kernel killed it, with nothing beside it`)
  }
  if (running.some(one => one.alone)) return 'wait'
  const used = running.reduce((sum, one) => sum + Math.max(one.estimate, one.current), 0)
  const chosen = choose(question)
  return running.length === 0 || used + chosen.estimate <= budget ? { ...chosen, alone: false } : 'wait'
}

/** The least that it was ever seen to do with: generous work takes what it is given. */
function leastOf({ plain, frugal }: Need): number | undefined {
  return plain === undefined || frugal === undefined ? plain ?? frugal : Math.min(plain, frugal)
}

function choose({ jobs, budget, need = {} }: Question): Pick<Running, 'estimate' | 'thrift'> {
  const generous = need.generous ?? Math.max(unseenGenerousBytes, 2 * (need.plain ?? 2 * (need.frugal ?? 0)))
  if (generous * jobs <= budget) return { estimate: generous, thrift: 'generous' }
  const { estimate, thrift } = withinBudget(need, jobs, budget)
  return { estimate: Math.min(estimate, budget), thrift }
}

/** Where not everything can run generously; an estimate of the whole budget means alone. */
function withinBudget({ plain, frugal, generous }: Need, jobs: number, budget: number): Pick<Running, 'estimate' | 'thrift'> {
  if (plain !== undefined) return plain * 1.5 <= budget ? { estimate: plain, thrift: 'plain' } : { estimate: frugal ?? plain, thrift: 'frugal' }
  if (frugal !== undefined) {
    // By itself it may take twice as much: several compilers at once, whose garbage is collected late.
    return 2 * frugal * jobs <= budget ? { estimate: 2 * frugal, thrift: 'plain' } : { estimate: frugal, thrift: 'frugal' }
  }
  // What it took when it was given all it wanted is more than it takes by itself.
  return { estimate: generous ?? budget, thrift: budget < unseenPlainBytes ? 'frugal' : 'plain' }
}

function refusal({ name, total }: Question, least: number, why: string): ReleaseError {
  return new ReleaseError(`Cannot compile ${name}: ${why}, and there are ${readableBytes(total)}`, {
    code: 'MEMORY', hint: `Give it a machine or a cgroup with at least ${readableBytes(least * 1.3)}, or a higher --memory.`,
  })
}
