/**
 * Compares two semantic versions by precedence: https://semver.org, 11. Nothing of a package is needed for it, so that what is
 * written may be ordered wherever it is.
 * @returns a negative number where the first one is lower; undefined for what is no semantic version
 */
export function versionOrder(one: string, other: string): number | undefined {
  const [a, b] = [partsOf(one), partsOf(other)]
  if (!a || !b) return undefined
  for (const [index, part] of a.numbers.entries()) if (part !== b.numbers[index]) return Number(part) - Number(b.numbers[index])
  if (a.fields.length === 0 || b.fields.length === 0) return b.fields.length - a.fields.length
  for (const [index, field] of a.fields.entries()) {
    const against = b.fields[index]
    if (against === undefined) return 1
    if (field !== against) return fieldOrder(field, against)
  }
  return a.fields.length - b.fields.length
}

function partsOf(text: string): { readonly numbers: readonly string[]; readonly fields: readonly string[] } | undefined {
  const [, base, prerelease] = /^v?(\d+\.\d+\.\d+)(?:-([\da-z.-]+))?(?:\+[\da-z.-]+)?$/i.exec(text) ?? []
  return base === undefined ? undefined : { numbers: base.split('.'), fields: prerelease?.split('.') ?? [] }
}

/** Numbers come before words. */
function fieldOrder(one: string, other: string): number {
  const [a, b] = [one, other].map(field => /^\d+$/.test(field)) as [boolean, boolean]
  if (a && b) return Number(one) - Number(other)
  if (a !== b) return a ? -1 : 1
  return one < other ? -1 : 1
}
