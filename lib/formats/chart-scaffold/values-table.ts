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

/** What stands inside of a list or a block of text is no value with a name of its own. */
const nameless = ''

/** Goes by lines, because a comment belongs to the key that stands right below it. */
function rowsOf(text: string): readonly Row[] {
  const rows: Row[] = []
  const above: { readonly depth: number, readonly key: string }[] = []
  let comment: string[] = []
  for (const line of text.split('\n')) {
    const [, spaces = '', said, item, key, block] = /^( *)(?:#\s?(.*)|(-)(?: .*)?|([A-Za-z][\w-]*):(?: +([|>]).*| .*)?)$/.exec(line) ?? []
    if (said !== undefined) {
      comment.push(said.trim())
      continue
    }
    if (item !== undefined || key !== undefined) {
      while (above.length > 0 && (above.at(-1)?.depth ?? 0) >= spaces.length) above.pop()
      above.push({ depth: spaces.length, key: key ?? nameless })
      const path = above.map(one => one.key)
      if (comment.length > 0 && !path.includes(nameless)) rows.push({ path, comment: comment.join(' ') })
      if (block !== undefined) above.push({ depth: spaces.length + 0.5, key: nameless })
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
