import { isObject } from './parse-json.ts'

/** Makes the error of what cannot be read, from a reason that ends a sentence. */
export type Refuse = (why: string) => Error

type Field<K extends string, V> = { readonly [N in K]?: V }

/** Optional fields of an object, each as an object with that field, or with none where it is absent or null. */
export interface FieldReader {
  text<K extends string>(name: K): Field<K, string>
  number<K extends string>(name: K): Field<K, number>
  texts<K extends string>(name: K): Field<K, readonly string[]>
  record<K extends string>(name: K): Field<K, Readonly<Record<string, string>>>
  objects<K extends string>(name: K): Field<K, Readonly<Record<string, object>>>
}

/**
 * Reads an object that somebody else sent.
 * @param where what it is called in errors: `its config`
 */
export function reader(value: Readonly<Record<string, unknown>>, where: string, refuse: Refuse): FieldReader {
  const field = (name: string, fits: (found: unknown) => boolean, kind: string): object => {
    const found = value[name]
    if (found === undefined || found === null) return {}
    if (!fits(found)) throw refuse(`the field ${name} of ${where} is no ${kind}`)
    return { [name]: found }
  }
  const values = (found: unknown, fits: (item: unknown) => boolean): boolean => isObject(found) && Object.values(found).every(fits)
  return {
    text: name => field(name, isText, 'text'),
    number: name => field(name, Number.isSafeInteger, 'whole number'),
    texts: name => field(name, found => Array.isArray(found) && found.every(isText), 'list of texts'),
    record: name => field(name, found => values(found, isText), 'object of texts'),
    objects: name => field(name, found => values(found, isObject), 'object of objects'),
  }
}

function isText(value: unknown): value is string {
  return typeof value === 'string'
}
