/** What Go's encoding/json is given: a Map is printed in its own order, as a struct is. */
export type GoValue = string | number | boolean | null | readonly GoValue[] | ReadonlyMap<string, GoValue>

/**
 * JSON with the bytes that Go's json.Marshal gives: no white space, and `<`, `>`, `&` and the two line separators of Unicode
 * escaped, so that it may stand in HTML. Source: https://pkg.go.dev/encoding/json, "Marshal".
 */
export function goJson(value: GoValue): string {
  if (typeof value === 'string') return text(value)
  if (isList(value)) return `[${value.map(goJson).join(',')}]`
  if (value instanceof Map) return `{${[...value as ReadonlyMap<string, GoValue>].map(([name, item]) => `${text(name)}:${goJson(item)}`).join(',')}}`
  return JSON.stringify(value)
}

/** The fields of a struct in the order given, without those that are undefined: `omitempty`. */
export function goStruct(fields: Readonly<Record<string, GoValue | undefined>>): ReadonlyMap<string, GoValue> {
  return new Map(Object.entries(fields).flatMap(([name, value]) => value === undefined ? [] : [[name, value]]))
}

/** A map, by the bytes of its names. */
export function goMap(map: Readonly<Record<string, GoValue>>): ReadonlyMap<string, GoValue> {
  return new Map(Object.entries(map).sort(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b))))
}

/** Plain data of any form. */
export function goValue(value: unknown): GoValue {
  if (Array.isArray(value)) return value.map(goValue)
  if (typeof value === 'object' && value !== null) return goMap(Object.fromEntries(Object.entries(value).map(([name, item]) => [name, goValue(item)])))
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : null
}

function isList(value: GoValue): value is readonly GoValue[] {
  return Array.isArray(value)
}

function text(value: string): string {
  return JSON.stringify(value).replace(/[<>&\u2028\u2029]/g, char => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`)
}
