import type { ErrorObject, Options } from 'ajv'
import { isMapping } from './mapping.ts'

/** What a JSON Schema says of a value. */
export type SchemaVerdict =
  /** It says something; empty where the value is as it should be. */
  | { readonly problems: readonly SchemaProblem[] }
  /** It is no schema, or it cannot be used: why. */
  | { readonly unfit: string }
  /** It refers to another one elsewhere, which is not asked. */
  | { readonly elsewhere: string }

export interface SchemaProblem {
  /** Keys and indices from the root: empty for the root itself. */
  readonly path: readonly string[]
  readonly message: string
}

const options: Options = { strict: false, allErrors: true, validateFormats: false, logger: false, messages: true }

/**
 * Judges a value by a JSON Schema of draft 6, 7, 2019-09 or 2020-12, which is what one that names none of them is taken for.
 * Formats (`format: uri`) are not judged.
 */
export async function judgeBySchema(schema: unknown, value: unknown): Promise<SchemaVerdict> {
  if (!isMapping(schema) && typeof schema !== 'boolean') return { unfit: 'it is neither an object nor true or false' }
  const dialect = isMapping(schema) ? JSON.stringify(schema['$schema'] ?? '2020-12') : '2020-12'
  const open = dialects.find(([pattern]) => pattern.test(dialect))?.[1]
  if (!open) return { unfit: `its $schema is ${dialect}, which is none of drafts 6, 7, 2019-09 and 2020-12` }
  try {
    const ajv = await open()
    const validate = ajv.compile(schema)
    return validate(value) ? { problems: [] } : { problems: (validate.errors ?? []).filter(tells).map(problemOf) }
  } catch (error) {
    const { missingRef, message } = error as Error & { readonly missingRef?: string }
    if (missingRef !== undefined && /^https?:/.test(missingRef)) return { elsewhere: missingRef }
    return { unfit: message.replace(/^schema is invalid: data\/?/, 'it is no valid schema: ') }
  }
}

type Compiler = { compile(schema: object | boolean): Validate }
type Validate = ((value: unknown) => unknown) & { errors?: readonly ErrorObject[] | null }

const dialects: readonly (readonly [RegExp, () => Promise<Compiler>])[] = [
  [/draft-06/, async () => {
    const [{ Ajv }, { default: meta }] = await Promise.all([
      import('ajv'), import('ajv/dist/refs/json-schema-draft-06.json', { with: { type: 'json' } }),
    ])
    return new Ajv(options).addMetaSchema(meta)
  }],
  [/draft-07/, async () => new (await import('ajv')).Ajv(options)],
  [/2019-09/, async () => new (await import('ajv/dist/2019.js')).Ajv2019(options)],
  [/2020-12/, async () => new (await import('ajv/dist/2020.js')).Ajv2020(options)],
]

/** That a branch of `if` or one of `anyOf` failed says nothing beside what failed in it. */
function tells({ keyword }: ErrorObject): boolean {
  return keyword !== 'if'
}

function problemOf({ instancePath, message = '', params, keyword }: ErrorObject): SchemaProblem {
  const path = instancePath.split('/').slice(1).map(part => part.replaceAll('~1', '/').replaceAll('~0', '~'))
  return { path, message: `${message}${detail(keyword, params)}` }
}

function detail(keyword: string, params: Readonly<Record<string, unknown>>): string {
  if (keyword === 'additionalProperties') return `: ${String(params['additionalProperty'])}`
  if (keyword === 'unevaluatedProperties') return `: ${String(params['unevaluatedProperty'])}`
  if (keyword === 'enum') return `: ${JSON.stringify(params['allowedValues'])}`
  return keyword === 'const' ? `: ${JSON.stringify(params['allowedValue'])}` : ''
}
