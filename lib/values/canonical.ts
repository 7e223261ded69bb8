import { ReleaseError } from './errors.ts'

/**
 * The one text form of a value: keys sorted, undefined left out, no white space.
 * A property named `place` says where a thing stands on this machine and is never part of an identity, so it is left out.
 * @throws ReleaseError where something is no plain data, a function for instance
 */
export function canonical(value: unknown): string {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return JSON.stringify(value)
  if (typeof value === 'number' && Number.isFinite(value)) return JSON.stringify(value)
  if (Array.isArray(value)) return `[${value.map(item => canonical(item ?? null)).join(',')}]`
  if (isPlain(value)) {
    const names = Object.keys(value).filter(name => name !== 'place' && value[name] !== undefined).sort()
    return `{${names.map(name => `${JSON.stringify(name)}:${canonical(value[name])}`).join(',')}}`
  }
  throw new ReleaseError(`Cannot tell what a step is made from: its input holds ${describe(value)}`, {
    code: 'USAGE', hint: 'Inputs are data: text, numbers, lists, plain objects and other steps. Call functions before.',
  })
}

function isPlain(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}

function describe(value: unknown): string {
  if (typeof value === 'object' && value !== null) return `an instance of ${value.constructor.name}`
  return `a ${typeof value}${typeof value === 'number' ? ` that is ${value}` : ''}`
}
