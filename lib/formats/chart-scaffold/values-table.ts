import { parseYaml } from '../yaml.ts'

interface Row {
  readonly path: readonly string[]
  readonly comment: string
}

/**
 * The Markdown table of a values.yaml: every key that has a comment of its own just above it, what it is by default, and the comment.
 * Of a key whose own keys have comments only the default is left out.
 * @throws ReleaseError (FILES) where it is no YAML
 */
export function valuesTable(text: string): string {
  const values = parseYaml(text, 'values.yaml')
  const rows = rowsOf(text)
  const lines = rows.map(({ path, comment }) => {
    const isSplit = rows.some(other => other.path.length > path.length && path.every((key, at) => other.path[at] === key))
    return `| \`${path.join('.')}\` | ${isSplit ? '' : code(JSON.stringify(at(values, path)))} | ${cell(comment)} |`
  })
  return ['| Value | Default | What it is |', '|---|---|---|', ...lines, ''].join('\n')
}

/** Goes by lines, because a comment belongs to the key that stands right below it. */
function rowsOf(text: string): readonly Row[] {
  const rows: Row[] = []
  const above: { readonly depth: number, readonly key: string }[] = []
  let comment: string[] = []
  for (const line of text.split('\n')) {
    const [, spaces = '', said, key] = /^( *)(?:#\s?(.*)|([A-Za-z][\w-]*):(?: .*)?)$/.exec(line) ?? []
    if (said !== undefined) {
      comment.push(said.trim())
      continue
    }
    if (key !== undefined) {
      while (above.length > 0 && (above.at(-1)?.depth ?? 0) >= spaces.length) above.pop()
      above.push({ depth: spaces.length, key })
      if (comment.length > 0) rows.push({ path: above.map(one => one.key), comment: comment.join(' ') })
    }
    comment = []
  }
  return rows
}

function at(values: unknown, path: readonly string[]): unknown {
  let value = values
  for (const key of path) value = (value as Readonly<Record<string, unknown>> | null)?.[key]
  return value ?? null
}

/** As code in a cell: a bar would end it, and a backtick the code. */
function code(value: string): string {
  const text = value.replaceAll('|', String.raw`\|`)
  return text.includes('`') ? `\`\` ${text} \`\`` : `\`${text}\``
}

function cell(comment: string): string {
  return comment.replaceAll('|', String.raw`\|`)
}
