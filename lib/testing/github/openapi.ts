import { readFileSync } from 'node:fs'

/** A schema of OpenAPI 3.0, as far as it is understood here. */
export interface Schema {
  readonly $ref?: string
  readonly type?: string
  readonly nullable?: boolean
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly additionalProperties?: boolean | Schema
  readonly items?: Schema
  readonly enum?: readonly unknown[]
  readonly format?: string
  readonly oneOf?: readonly Schema[]
  readonly anyOf?: readonly Schema[]
  readonly allOf?: readonly Schema[]
  readonly minLength?: number
  readonly maxLength?: number
  readonly minimum?: number
  readonly maximum?: number
}

export interface Parameter {
  readonly name: string
  readonly in: 'path' | 'query' | 'header'
  readonly required?: boolean
  readonly schema?: Schema
}

export interface Body {
  readonly required?: boolean
  readonly content?: Readonly<Record<string, { readonly schema?: Schema }>>
}

export interface Operation {
  readonly parameters?: readonly (Parameter | { readonly $ref: string })[]
  readonly requestBody?: Body
  readonly responses: Readonly<Record<string, Body | { readonly $ref: string }>>
}

export interface Description {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  /** What a reference stands for; other values as they are. */
  resolve<T>(value: T | { readonly $ref: string }): T
}

const read = new Map<string, Description>()

/** GitHub's OpenAPI description. It has 13 MB, so that it is read once. */
export function openDescription(file: string): Description {
  const known = read.get(file) ?? describe(JSON.parse(readFileSync(file, 'utf8')) as object)
  read.set(file, known)
  return known
}

function describe(document: object): Description {
  const resolve = <T>(value: T | { readonly $ref: string }): T => {
    const { $ref: reference } = value as { readonly $ref?: string }
    if (reference === undefined) return value as T
    return resolve(reference.slice('#/'.length).split('/').reduce<unknown>((part, key) => (part as Record<string, unknown>)[key], document) as T)
  }
  return { paths: (document as Description).paths, resolve }
}
