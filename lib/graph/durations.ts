import { digestOfValue } from '../values/digest.ts'
import type { Step } from './step.ts'

/** The name under which a step's duration is remembered: the same in every release of one project. */
export function durationName(step: Step): string {
  const { kind, name, target, version } = step.outline
  const timeless = version === undefined ? name : name.replaceAll(version, '*')
  return digestOfValue([step.definition.name, kind, timeless, target ?? null]).slice(7, 31)
}
