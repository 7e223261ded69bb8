import { isStep, type Step } from '../../graph/step.ts'
import { mapInput } from '../../graph/task.ts'
import { canonical } from '../../values/canonical.ts'
import { digestOf } from '../../values/digest.ts'
import type { Version } from '../../values/version.ts'

/** A release as steps, in the order in which they need each other. */
export interface Composed {
  readonly version: Version
  readonly steps: readonly Step[]
}

export interface Comparison {
  /** Steps that are made from the same but for the version, in the order of the first release. */
  readonly pairs: readonly (readonly [Step, Step])[]
  /** Titles of those that only one of them has, with a word in the place of the version. */
  readonly differing: readonly string[]
}

/** Holds two releases against each other, step by step: what each is made from, beside its version. */
export function sameButVersion(first: Composed, second: Composed): Comparison {
  const [ones, others] = [formsOf(first), formsOf(second)]
  const pairs = [...ones].flatMap(([form, steps]) => steps.flatMap((step, at): readonly (readonly [Step, Step])[] => {
    const other = others.get(form)?.[at]
    return other ? [[step, other]] : []
  }))
  const alone = (forms: Forms, counterparts: Forms, version: Version): readonly string[] =>
    [...forms].flatMap(([form, steps]) => steps.slice(counterparts.get(form)?.length ?? 0).map(step => titleWithout(step, version)))
  return { pairs, differing: [...new Set([...alone(ones, others, first.version), ...alone(others, ones, second.version)])].sort() }
}

/** Steps by what they are made from; several where they differ in the version alone. */
type Forms = ReadonlyMap<string, readonly Step[]>

/** Each step by what it is made from, with a word in the place of the version; a step's inputs by their own forms. */
function formsOf({ version, steps }: Composed): Forms {
  const known = new Map<string, string>()
  const forms = new Map<string, readonly Step[]>()
  const without = (value: unknown): unknown => withoutVersion(value, version)
  for (const step of steps) {
    const input = mapInput(withoutPrevious(step.input, version), one => ({ made: known.get(one.recipe) ?? '' }), without)
    const form = digestOf(canonical({ task: step.definition.name, input }))
    known.set(step.recipe, form)
    forms.set(form, [...forms.get(form) ?? [], step])
  }
  return forms
}

function titleWithout({ definition, outline: { name, target } }: Step, version: Version): string {
  return withoutText(`${definition.name} ${name}${target === undefined ? '' : ` ${target}`}`, version)
}

/** Data without the version before: that is another one for a candidate, or none, and notes tell what is new since then. */
function withoutPrevious(data: Readonly<Record<string, unknown>>, { previous }: Version): Readonly<Record<string, unknown>> {
  return previous === undefined ? data : Object.fromEntries(Object.entries(data).filter(([, value]) => value !== previous))
}

/** Data with a word wherever it says the version. */
function withoutVersion(value: unknown, version: Version): unknown {
  if (typeof value === 'string') return withoutText(value, version)
  if (Array.isArray(value)) return value.map(item => withoutVersion(item, version))
  if (typeof value !== 'object' || value === null || isStep(value)) return value
  if ('semver' in value && 'commit' in value) return { version: '{version}', commit: value.commit }
  return Object.fromEntries(Object.entries(withoutPrevious(value as Readonly<Record<string, unknown>>, version)).map(([key, item]) => [withoutText(key, version), withoutVersion(item, version)]))
}

function withoutText(text: string, { semver, base, tag, previous }: Version): string {
  const said: readonly (readonly [string | undefined, string])[] = [
    [tag, '{version}'], [`v${semver}`, '{version}'], [semver, '{version}'], [semver.replaceAll('+', '_'), '{version}'], [previous, '{previous}'], [base, '{version}'],
  ]
  return said.reduce((left, [one, word]) => one === undefined ? left : left.replaceAll(one, word), text)
}
