/** What can be written into a YAML file. A mapping is written in block form, one entry a line, where its place allows that. */
export type YamlValue = string | boolean | number | YamlRecord

export interface YamlRecord {
  readonly [key: string]: YamlValue
}

export function isRecord(value: YamlValue): value is YamlRecord {
  return typeof value === 'object'
}

/** Whether a text in it ends with a line break: as a literal block it needs one in the file. */
export function endsWithBreak(value: YamlValue): boolean {
  return typeof value === 'string' ? value.endsWith('\n') : isRecord(value) && Object.values(value).some(endsWithBreak)
}
