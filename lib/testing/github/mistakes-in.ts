import type { Description, Schema } from './openapi.ts'

type Judge = (value: unknown, schema: Schema, place: string) => readonly string[]

/** What about a value is not as a schema of OpenAPI 3.0 says: `.assets.0.size: it is no integer`. */
export function mistakesIn(value: unknown, schema: Schema, { resolve }: Pick<Description, 'resolve'>): readonly string[] {
  const judge: Judge = (one, unresolved, place) => {
    const { nullable, type, ...rest } = resolve(unresolved)
    if (one === null && nullable) return []
    const kinds = [...rest.allOf ?? []].flatMap(part => judge(one, part, place))
    const typed = type === undefined || isType(one, type) ? [] : [`${place}: it is no ${type}`]
    return typed.length > 0 ? typed : [...kinds, ...choices(one, rest, place, judge), ...bounds(one, rest, place), ...inside(one, rest, place, judge)]
  }
  return judge(value, schema, '')
}

function isType(value: unknown, type: string): boolean {
  if (type === 'array') return Array.isArray(value)
  if (type === 'integer') return Number.isInteger(value)
  if (type === 'object') return typeof value === 'object' && value !== null && !Array.isArray(value)
  return typeof value === type
}

function choices(value: unknown, { oneOf, anyOf }: Schema, place: string, judge: Judge): readonly string[] {
  const parts = oneOf ?? anyOf ?? []
  const [first = [], ...others] = parts.map(part => judge(value, part, place))
  return [first, ...others].some(mistakes => mistakes.length === 0) ? [] : first
}

function bounds(value: unknown, schema: Schema, place: string): readonly string[] {
  const { minLength = 0, maxLength = Infinity, minimum = -Infinity, maximum = Infinity, format } = schema
  if (schema.enum && !schema.enum.includes(value)) return [`${place}: it is ${JSON.stringify(value)}, none of ${JSON.stringify(schema.enum)}`]
  if (typeof value === 'number' && (value < minimum || value > maximum)) return [`${place}: ${value} is out of bounds`]
  if (typeof value !== 'string') return []
  if (value.length < minLength || value.length > maxLength) return [`${place}: it has ${value.length} characters`]
  // Templates of addresses are called addresses too.
  if (format === 'uri' && !URL.canParse(value.replaceAll(/\{[^}]*\}/g, ''))) return [`${place}: ${value} is no address`]
  return format === 'date-time' && !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/.test(value) ? [`${place}: ${value} is no time`] : []
}

function inside(value: unknown, { items, properties = {}, required = [], additionalProperties }: Schema, place: string, judge: Judge): readonly string[] {
  if (Array.isArray(value)) return items ? value.flatMap((one, index) => judge(one, items, `${place}.${index}`)) : []
  if (typeof value !== 'object' || value === null) return []
  const missing = required.filter(name => !Object.hasOwn(value, name)).map(name => `${place}.${name}: it is missing`)
  return [...missing, ...Object.entries(value).flatMap(([name, one]) => {
    const schema = Object.hasOwn(properties, name) ? properties[name] : additionalProperties
    if (schema === false) return [`${place}.${name}: it is not known`]
    return schema === undefined || schema === true ? [] : judge(one, schema, `${place}.${name}`)
  })]
}
