import { isStep, type Step } from '../graph/step.ts'
import { mapInput } from '../graph/task.ts'
import { canonical } from '../values/canonical.ts'
import { digestOf } from '../values/digest.ts'
import type { Version } from '../values/version.ts'

/** A release as steps, in the order in which they need each other. */
export interface Composed {
  readonly version: Version
  readonly steps: readonly Step[]
}

/**
 * The steps of a release that are made from something else than those of another, beside its version. Nothing where only that
 * differs.
 */
export function differingSteps(first: Composed, second: Composed): readonly string[] {
  const [one, two] = [formsOf(first), formsOf(second)]
  const names = (forms: typeof one, others: typeof two): readonly string[] => [...forms].filter(([form]) => !others.has(form)).map(([, title]) => title)
  return [...new Set([...names(one, two), ...names(two, one)])].sort()
}

/** Each step by what it is made from, with a word in the place of the version; a step's inputs by their own forms. */
function formsOf({ version, steps }: Composed): ReadonlyMap<string, string> {
  const known = new Map<string, string>()
  const forms = new Map<string, string>()
  const without = (value: unknown): unknown => withoutVersion(value, version)
  for (const step of steps) {
    const input = mapInput(step.input, one => ({ made: known.get(one.recipe) ?? '' }), without)
    const form = digestOf(canonical({ task: step.definition.name, input }))
    known.set(step.recipe, form)
    forms.set(form, without(`${step.definition.name} ${step.outline.name}${step.outline.target === undefined ? '' : ` ${step.outline.target}`}`) as string)
  }
  return forms
}

/** Data with a word wherever it says the version. */
function withoutVersion(value: unknown, version: Version): unknown {
  if (typeof value === 'string') return withoutText(value, version)
  if (Array.isArray(value)) return value.map(item => withoutVersion(item, version))
  if (typeof value !== 'object' || value === null || isStep(value)) return value
  if ('semver' in value && 'commit' in value) return { version: '{version}', commit: value.commit }
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [withoutText(key, version), withoutVersion(item, version)]))
}

function withoutText(text: string, { semver, base, tag }: Version): string {
  const said = [tag, `v${semver}`, semver, semver.replaceAll('+', '_'), base].flatMap(one => one === undefined ? [] : [one])
  return said.reduce((left, one) => left.replaceAll(one, '{version}'), text)
}
