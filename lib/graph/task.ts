import type { Artifact } from '../values/artifact.ts'
import { canonical } from '../values/canonical.ts'
import type { Digest } from '../values/descriptor.ts'
import { digestOf } from '../values/digest.ts'
import { ReleaseError } from '../values/errors.ts'
import type { Definition, Effect } from './definition.ts'
import { isStep, stepBrand, type Step } from './step.ts'
import type { Inputs, Outlined } from './step-input.ts'

/**
 * Turns a definition into a function that composes steps. Composing does nothing.
 *
 * The result is a bare function type on purpose: with a property added, generic tasks lose their type parameter.
 */
export function task<I extends object, A extends Artifact>(definition: Definition<I, A>): (input: Inputs<I>) => Step<A> {
  if (!/^[a-z][a-z0-9 -]*$/.test(definition.name) || !Number.isSafeInteger(definition.revision)) {
    throw new ReleaseError(`Cannot define the task ${JSON.stringify(definition.name)}: its name or revision is unusable`, {
      code: 'USAGE', hint: 'A name is lower case letters, digits, spaces and hyphens; a revision is a whole number.',
    })
  }
  return input => compose<I, A>(definition, input, definition.revision, false)
}

/** Turns an effect into a function that composes steps. Name and input have to tell two effects apart. */
export function effect<I extends object, A extends Artifact>(definition: Effect<I, A>): (input: Inputs<I>) => Step<A> {
  return input => compose<I, A>(definition, input, 0, false)
}

/** The same step with other inputs, known to be fewer. */
export function recompose(step: Step, input: Readonly<Record<string, unknown>>): Step {
  const definition = step.definition as Definition<object, Artifact> | Effect<object, Artifact>
  return compose(definition, input, 'revision' in definition ? definition.revision : 0, true)
}

function compose<I extends object, A extends Artifact>(
  definition: (Definition<I, A> | Effect<I, A>) & { observe?: unknown }, input: Inputs<I>, revision: number, partial: boolean,
): Step<A> {
  const values = mapInput(input, step => step)
  requireObservation(definition, values)
  const recipe = recipeOf({ task: definition.name, revision, partial, input: mapInput(values, step => ({ recipe: step.recipe })) })
  const outline = definition.outline(mapInput(values, step => step.outline, asOutline) as Outlined<I>)
  return Object.freeze<Step<A>>({
    [stepBrand]: true, outline, recipe, input: values, definition,
    partial: partial || Object.values(values).flat().some(value => isStep(value) && value.partial),
  })
}

/** Two sources of one kind are told apart by where they stand; the cache's key is by what is in them. */
function recipeOf(value: unknown): Digest {
  return digestOf(canonical(value, 'with places'))
}

/** A step that reads a source and does not say what it reads of it would be cached for ever. */
function requireObservation(definition: { name: string; observe?: unknown }, input: Readonly<Record<string, unknown>>): void {
  if (definition.observe !== undefined || 'perform' in definition) return
  const name = Object.keys(input).find(key => (input[key] as { kind?: unknown } | undefined)?.kind === 'source')
  if (name === undefined) return
  throw new ReleaseError(`Cannot compose ${definition.name}: it takes a source as ${name} and does not observe it`, {
    code: 'USAGE', hint: 'Give the task an observe() that tells what it reads, or take the result of files() instead.',
  })
}

/** An input with something else in the place of each step, and of each artifact that was given as data. */
export function mapInput(
  input: Readonly<Record<string, unknown>>, ofStep: (step: Step) => unknown, ofArtifact: (value: unknown) => unknown = value => value,
): Record<string, unknown> {
  const one = (value: unknown): unknown => isStep(value) ? ofStep(value) : ofArtifact(value)
  return Object.fromEntries(Object.entries(input).map(([name, value]) =>
    [name, Array.isArray(value) ? value.map(one) : one(value)]))
}

function asOutline(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !('digest' in value && 'mediaType' in value)) return value
  const { mediaType, digest, size, ...outline } = value as Artifact
  return outline
}
