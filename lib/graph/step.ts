import type { Artifact, OutlineOf } from '../values/artifact.ts'
import type { Digest } from '../values/descriptor.ts'
import type { Definition, Effect } from './definition.ts'

export const stepBrand = Symbol.for('slipway.step')

/** One call of a task, inert until it is run. Its inputs are data and other steps. */
export interface Step<out A extends Artifact = Artifact> {
  readonly [stepBrand]: true
  readonly outline: OutlineOf<A>
  /** The digest of task and input, inputs' steps by their own recipes: equal recipes are one step. */
  readonly recipe: Digest
  readonly definition: Work | Deed
  readonly input: Readonly<Record<string, unknown>>
  /** Whether something was left out of its inputs on purpose. */
  readonly partial: boolean
}

/** A definition whose input type is forgotten: the walk hands it what the step was composed with. */
export interface Work extends Pick<Definition<never, Artifact>, 'name' | 'slot' | 'depends' | 'observe' | 'check' | 'foresee' | 'memory' | 'warm' | 'whole' | 'silent' | 'work'> {
  readonly revision: number
  readonly outline: unknown
}

/** An effect whose input type is forgotten. */
export interface Deed extends Pick<Effect<never, Artifact>, 'name' | 'slot' | 'check' | 'outputs' | 'perform' | 'publication'> {
  readonly outline: unknown
}

export function isStep(value: unknown): value is Step {
  return typeof value === 'object' && value !== null && stepBrand in value
}

export function isDeed(definition: Work | Deed): definition is Deed {
  return 'perform' in definition
}

/** Whether it is shown nowhere, because it makes nothing of its own. */
export function isSilent({ definition }: Step): boolean {
  return !isDeed(definition) && (definition.silent ?? false)
}

/** Whether all it does is send what another step made, of which there is more to tell. */
export function isSending({ outline: { kind } }: Step): boolean {
  return kind === 'receipt' || kind === 'part'
}

/** The steps that a step takes as input, each once, in order. */
export function inputsOf(step: Step): readonly Step[] {
  const found = new Map<Digest, Step>()
  for (const value of Object.values(step.input).flat()) if (isStep(value)) found.set(value.recipe, value)
  return [...found.values()]
}

/** A step and all that it needs, each once, inputs first. */
export function closureOf(steps: readonly Step[]): readonly Step[] {
  const seen = new Map<Digest, Step>()
  const visit = (step: Step): void => {
    if (seen.has(step.recipe)) return
    for (const input of inputsOf(step)) visit(input)
    seen.set(step.recipe, step)
  }
  for (const step of steps) visit(step)
  return [...seen.values()]
}

/** Kinds whose names are the same for every platform. */
const named = ['binary', 'layer', 'base', 'platform-image', 'part']

/** What a step is called on a screen: `archive gateway_0.0.2_linux_amd64.tar.gz`. */
export function titleOf(step: Step): string {
  const { name, target, kind } = step.outline
  return named.includes(kind) && target ? `${step.definition.name} ${name} ${target}` : `${step.definition.name} ${name}`
}
