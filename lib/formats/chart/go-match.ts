/**
 * A pattern as Go's filepath.Match reads it on Unix: `*` and `?` for anything but a slash, classes, and a backslash that takes
 * what follows by its word. Source: https://pkg.go.dev/path/filepath, "Match".
 * @returns undefined where it is no pattern
 */
export function goMatch(pattern: string): ((name: string) => boolean) | undefined {
  const tokens = pattern.match(token) ?? []
  if (tokens.some(one => one === '[' || one === '\\')) return undefined
  const expression = new RegExp(`^${tokens.map(sourceOf).join('')}$`, 'su')
  return name => expression.test(name)
}

const member = String.raw`(?:\\.|[^\\\]-])`
const range = new RegExp(`(${member})(?:-(${member}))?`, 'gsu')
const token = new RegExp(String.raw`\[\^?(?:${member}(?:-${member})?)+\]|\\.|.`, 'gsu')

function sourceOf(one: string): string {
  if (one === '*') return '[^/]*'
  if (one === '?') return '[^/]'
  return one.startsWith('[') ? classOf(one) : literal(one)
}

/** A range that ends before it starts has nothing in it. */
function classOf(one: string): string {
  const negated = one.startsWith('[^')
  const ranges = [...one.slice(negated ? 2 : 1, -1).matchAll(range)].flatMap(([, low = '', high = low]) => {
    const [from, to] = [plain(low), plain(high)]
    return from <= to ? [`\\u{${from.toString(16)}}-\\u{${to.toString(16)}}`] : []
  })
  return `[${negated ? '^' : ''}${ranges.join('')}]`
}

function plain(char: string): number {
  return (char.length > 1 && char.startsWith('\\') ? char.slice(1) : char).codePointAt(0) ?? 0
}

function literal(one: string): string {
  return `\\u{${plain(one).toString(16)}}`
}
