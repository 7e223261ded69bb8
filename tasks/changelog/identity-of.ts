const numbers = new WeakMap<object, number>()
let last = 0

/** A number that tells functions apart, for steps of one process. */
export function identityOf(what: object | undefined): number {
  if (what === undefined) return 0
  const known = numbers.get(what) ?? (last += 1)
  numbers.set(what, known)
  return known
}
