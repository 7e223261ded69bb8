import type { Thrift } from '../contracts/workshop.ts'
import { ReleaseError } from '../values/errors.ts'
import { readableBytes } from '../values/readable.ts'
import { unseenGenerousBytes, type Need } from './needs.ts'

/** Work that runs now. */
export interface Running {
  /** Bytes that were set aside for it. */
  readonly estimate: number
  /** Bytes that it uses. */
  current: number
  readonly thrift: Thrift
  readonly alone: boolean
}

export interface Question {
  readonly name: string
  readonly alone: boolean
  readonly jobs: number
  /** Bytes that there are at all: what needs more can never run. */
  readonly total: number
  /** Bytes that running work together may use. */
  readonly budget: number
  readonly need: Need | undefined
  readonly running: readonly Running[]
}

/**
 * Whether work may start beside what runs, and how freely it may use memory.
 *
 * Plenty of memory: everything runs generously at once. Otherwise by what the work was seen to need; what was never seen
 * runs alone first and so is measured.
 */
export function admission(question: Question): Omit<Running, 'current'> | 'wait' | ReleaseError {
  const { alone, budget, total, need, running } = question
  const least = need && leastOf(need)
  if (least !== undefined && least > total && !alone) return tooBig(question, least)
  if (alone) return running.length > 0 ? 'wait' : { estimate: budget, thrift: 'frugal', alone: true }
  if (running.some(one => one.alone)) return 'wait'
  const used = running.reduce((sum, one) => sum + Math.max(one.estimate, one.current), 0)
  const chosen = choose(question)
  return running.length === 0 || used + chosen.estimate <= budget ? { ...chosen, alone: false } : 'wait'
}

/** The least that it was ever seen to do with: generous work takes what it is given. */
function leastOf({ plain, frugal }: Need): number | undefined {
  return plain === undefined || frugal === undefined ? plain ?? frugal : Math.min(plain, frugal)
}

function choose({ jobs, budget, need }: Question): { estimate: number; thrift: Thrift } {
  const generous = need?.generous ?? Math.max(unseenGenerousBytes, 2 * (need?.plain ?? 0))
  if (generous * jobs <= budget) return { estimate: generous, thrift: 'generous' }
  // Never seen in this mode: the whole budget is set aside for it, so that it runs alone and is measured.
  const plain = need?.plain ?? budget
  return { estimate: Math.min(plain, budget), thrift: plain * 1.5 > budget && need?.plain !== undefined ? 'frugal' : 'plain' }
}

function tooBig({ name, total }: Question, least: number): ReleaseError {
  return new ReleaseError(
    `Cannot compile ${name}: it needs about ${readableBytes(least)} of memory, and there are ${readableBytes(total)}`, {
      code: 'MEMORY', hint: `Give it a machine or a cgroup with at least ${readableBytes(least * 1.3)}, or a higher --memory.`,
    })
}
