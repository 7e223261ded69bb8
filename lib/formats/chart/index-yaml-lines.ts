/** A line of YAML that is neither blank nor a comment. */
export interface Line {
  /** Where it begins in the text, and where the next one does. */
  readonly start: number
  readonly end: number
  readonly indent: number
  /** Without indentation and end. */
  readonly text: string
  /** Where the comments begin that stand directly above it at its own column; `start` where there are none. */
  readonly from: number
}

/** A key of a block mapping with the lines of its value. */
export interface Keyed {
  readonly key: Line
  /** What stands on the key's own line, without a comment: empty where the value begins below. */
  readonly value: string
  /** Where that stands in the text. */
  readonly valueAt: number
  readonly lines: readonly Line[]
  /** Where something can be put after it: before the comments of what follows. */
  readonly end: number
}

/** Lines that mean something, with their place in the text. */
export function linesOf(text: string): readonly Line[] {
  const lines: Line[] = []
  let comments: { readonly start: number; readonly indent: number }[] = []
  for (let start = text.startsWith('\ufeff') ? 1 : 0; start < text.length;) {
    const newline = text.indexOf('\n', start)
    const end = newline < 0 ? text.length : newline + 1
    const whole = text.slice(start, end)
    const body = whole.trim()
    const indent = whole.length - whole.trimStart().length
    if (body === '') comments = []
    else if (body.startsWith('#')) comments.push({ start, indent })
    else {
      lines.push({ start, end, indent, text: body, from: aboveAt(comments, indent) ?? start })
      comments = []
    }
    start = end
  }
  return lines
}

/** The first of the comments directly above that stand at a column. */
function aboveAt(comments: readonly { readonly start: number; readonly indent: number }[], column: number): number | undefined {
  const other = comments.findLastIndex(({ indent }) => indent !== column)
  return comments[other + 1]?.start
}

/**
 * The keys of a block mapping. What belongs to a value is indented deeper than its key, but for items of a list, which may
 * stand at its column: YAML 1.2.2, 8.2.
 * @param end where the last one's value ends
 */
export function keysOf(lines: readonly Line[], end: number): readonly Keyed[] {
  const column = lines[0]?.indent ?? 0
  const starts = lines.flatMap((line, index) => line.indent === column && !isItem(line) && !/^(?:---|\.\.\.|%)/.test(line.text) ? [index] : [])
  return starts.map((start, index) => {
    const key = lines[start] as Line
    const next = starts[index + 1]
    const { value, offset } = valueOn(key.text)
    return {
      key, value, valueAt: key.start + key.indent + offset, lines: lines.slice(start + 1, next),
      end: next === undefined ? end : (lines[next] as Line).from,
    }
  })
}

/** The items of a block list. */
export function itemsOf(lines: readonly Line[]): readonly Line[] {
  const [first] = lines
  return first && isItem(first) ? lines.filter(line => line.indent === first.indent && isItem(line)) : []
}

/** Whether a key is called that, in whatever quotes. */
export function isCalled({ key }: Keyed, name: string): boolean {
  return [name, `"${name}"`, `'${name}'`].some(form => key.text.startsWith(form) && /^\s*:(?:\s|$)/.test(key.text.slice(form.length)))
}

function isItem({ text }: Line): boolean {
  return text === '-' || /^-\s/.test(text)
}

function valueOn(text: string): { readonly value: string; readonly offset: number } {
  const [, before = '', value = ''] = /^((?:"[^"]*"|'[^']*'|[^\s:]+)\s*:[ \t]*)("(?:[^"\\]|\\.)*"|'[^']*'|(?:(?!\s#).)*)/.exec(text) ?? []
  return value.startsWith('#') ? { value: '', offset: before.length } : { value: value.trimEnd(), offset: before.length }
}
