const escapes: Readonly<Record<string, string>> = {
  a: '\u0007', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v',
}

/**
 * The text that a Go string literal stands for (Go specification, "String literals"); text without quotes as it is.
 * A byte that is no UTF-8 becomes U+FFFD.
 */
export function goUnquote(text: string): string {
  if (text.startsWith('`')) return text.slice(1, -1)
  if (!text.startsWith('"')) return text
  return text.slice(1, -1).replace(/\\(?:x(..)|u(.{4})|U(.{8})|([0-7]{3})|(.))/g, unescape)
}

function unescape(_: string, byte?: string, short?: string, long?: string, octal?: string, letter = ''): string {
  const code = short ?? long
  if (code !== undefined) return String.fromCodePoint(Number.parseInt(code, 16))
  const value = byte !== undefined ? Number.parseInt(byte, 16) : octal !== undefined ? Number.parseInt(octal, 8) : -1
  if (value >= 0) return value < 128 ? String.fromCharCode(value) : '\ufffd'
  return escapes[letter] ?? letter
}
