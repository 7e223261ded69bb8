import { ReleaseError } from '../../values/errors.ts'

/** A mapping of a YAML file, read field by field. */
export interface YamlFields {
  /** Text, cleaned as helm cleans it; absent where it is empty. */
  text(name: string): string | undefined
  texts(name: string): readonly string[] | undefined
  flag(name: string): true | undefined
  /** Texts by anybody's names, as they are. */
  map(name: string): Readonly<Record<string, string>> | undefined
  /** A list of mappings. */
  each<T>(name: string, known: readonly string[], read: (fields: YamlFields, at: string) => T): readonly T[] | undefined
  /** A list of anything, as it is. */
  list(name: string): readonly unknown[] | undefined
  /** A number or a text, as it would be read once it is quoted. */
  scalar(name: string): string | undefined
  has(name: string): boolean
}

export type Refuse = (why: string, hint?: string) => ReleaseError

export interface YamlFile {
  /** What the file says, as YAML 1.2 reads it. */
  readonly value: unknown
  readonly text: string
  readonly refuse: Refuse
}

/**
 * The fields of a mapping with what helm takes them for: it reads YAML 1.1, where `yes` is no text, and turns numbers into text
 * that looks another way. Such a value is refused unless it is quoted.
 * @param known the names that helm knows there; it does not mind their case, others do
 * @param at where it is in the file, as the start of a field's name: `dependencies[0].`
 * @throws ReleaseError (FILES)
 */
export function yamlFields({ value, text: whole, refuse }: YamlFile, known: readonly string[], at = ''): YamlFields {
  if (!isMapping(value)) throw refuse(at === '' ? 'it has no fields' : `${at.slice(0, -1)} has no fields`)
  for (const name of Object.keys(value)) {
    const meant = known.find(one => one.toLowerCase() === name.toLowerCase())
    if (meant !== undefined && meant !== name) throw refuse(`it has ${at}${name}`, `Write ${meant}.`)
  }
  const of = (name: string): unknown => Object.hasOwn(value, name) ? value[name] : undefined
  const read = (item: unknown, name: string): string => {
    if (item === null || item === undefined) return ''
    if (typeof item === 'number' || typeof item === 'boolean') throw refuse(`${at}${name} is the ${typeof item} ${item}, no text`, 'Quote it.')
    if (typeof item !== 'string') throw refuse(`${at}${name} is no text`)
    if (Buffer.from(item).toString() !== item) throw refuse(`${at}${name} is not well-formed Unicode`)
    if (isOtherInYaml11(item) && isPlain(item, whole)) throw refuse(`${at}${name} is ${item}, which helm takes for a number or for true or false`, 'Quote it.')
    return item
  }
  const listOf = (name: string): readonly unknown[] => {
    const item = of(name) ?? []
    if (!Array.isArray(item)) throw refuse(`${at}${name} is no list`)
    return item
  }
  const plainData = (item: unknown, name: string): void => {
    if (typeof item === 'string') read(item, name)
    else if (Array.isArray(item)) for (const one of item as readonly unknown[]) plainData(one, name)
    else if (isMapping(item)) for (const [key, one] of Object.entries(item)) plainData([key, one], name)
  }
  const unlessEmpty = <T>(items: readonly T[]): readonly T[] | undefined => items.length === 0 ? undefined : items
  return {
    has: name => Object.hasOwn(value, name),
    text: name => cleaned(read(of(name), name)) || undefined,
    texts: name => unlessEmpty(listOf(name).map((item, index) => cleaned(read(item, `${name}[${index}]`)))),
    list: name => {
      plainData(of(name), name)
      return unlessEmpty(listOf(name))
    },
    flag: name => {
      const item = of(name) ?? false
      if (typeof item !== 'boolean') throw refuse(`${at}${name} is neither true nor false`)
      return item || undefined
    },
    map: name => {
      const item = of(name) ?? {}
      if (!isMapping(item)) throw refuse(`${at}${name} has no fields`)
      const entries = Object.entries(item).map(([key, one]) => [read(key, `a name in ${name}`), read(one, `${name}.${key}`)] as const)
      return entries.length === 0 ? undefined : Object.fromEntries(entries)
    },
    each: (name, names, make) => unlessEmpty(listOf(name).map((item, index) => {
      if (item === null) throw refuse(`${at}${name}[${index}] is empty`)
      return make(yamlFields({ value: item, text: whole, refuse }, names, `${at}${name}[${index}].`), `${at}${name}[${index}]`)
    })),
    scalar: name => {
      const item = of(name)
      return typeof item === 'number' || typeof item === 'boolean' ? String(item) : cleaned(read(item, name)) || undefined
    },
  }
}

function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** White space becomes spaces, and what cannot be printed goes, as when helm loads a chart. */
function cleaned(text: string): string {
  return text.replace(/\p{White_Space}/gu, ' ').replace(/[^ \p{L}\p{M}\p{N}\p{P}\p{S}]/gu, '')
}

const boolean11 = /^(?:y|Y|yes|Yes|YES|n|N|no|No|NO|on|On|ON|off|Off|OFF)$/
const number11 = /^[-+]?(?:0[bB][01_]+|0[xX][\da-fA-F_]+|0[oO]?[0-7_]+|[\d_]*\.?[\d_]+(?:[eE][-+]?\d+)?|[\d_]+\.)$/

function isOtherInYaml11(text: string): boolean {
  return boolean11.test(text) || number11.test(text) && /\d/.test(text)
}

/** Whether it stands somewhere as a value without quotes. */
function isPlain(value: string, whole: string): boolean {
  const literal = value.replace(/[.+]/g, '\\$&')
  return new RegExp(`(?:^|[:,[{-]|- )[ \\t]*${literal}[ \\t]*(?:$|[,\\]}:]|#)`, 'm').test(whole)
}
