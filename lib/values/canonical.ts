import { ReleaseError } from './errors.ts'

/** Texts of values that cannot change: every step of a release is made from the same toolchain. */
const remembered = { 'without places': new WeakMap<object, string>(), 'with places': new WeakMap<object, string>() }

/**
 * The one text form of a value: keys sorted, undefined left out, no white space.
 *
 * An object named `place` says where a thing stands on this machine. What is made from a thing does not depend on it, so it
 * is left out, except where two things of one machine are told apart.
 * @throws ReleaseError where something is no plain data, a function for instance
 */
export function canonical(value: unknown, places: 'without places' | 'with places' = 'without places'): string {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return JSON.stringify(value)
  if (typeof value === 'number' && Number.isFinite(value)) return JSON.stringify(value)
  if (Array.isArray(value)) return `[${Array.from(value, item => canonical(item ?? null, places)).join(',')}]`
  if (isPlain(value)) {
    const known = Object.isFrozen(value) ? remembered[places].get(value) : undefined
    if (known !== undefined) return known
    const names = Object.keys(value).filter(name => value[name] !== undefined && (places === 'with places' || !isPlace(name, value[name])))
    const text = `{${names.sort().map(name => `${JSON.stringify(name)}:${canonical(value[name], places)}`).join(',')}}`
    if (Object.isFrozen(value)) remembered[places].set(value, text)
    return text
  }
  throw new ReleaseError(`Cannot tell what a step is made from: its input holds ${describe(value)}`, {
    code: 'USAGE', hint: 'Inputs are data: text, numbers, lists, plain objects and other steps. Call functions before.',
  })
}

/** A variable of the user's may be called `place` too, and holds text. */
function isPlace(name: string, value: unknown): boolean {
  return name === 'place' && isPlain(value)
}

function isPlain(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}

function describe(value: unknown): string {
  if (value === undefined) return 'nothing'
  if (typeof value === 'object' && value !== null) return `an instance of ${(value.constructor as { name?: string } | undefined)?.name ?? 'a class'}`
  return `a ${typeof value}${typeof value === 'number' ? ` that is ${value}` : ''}`
}
