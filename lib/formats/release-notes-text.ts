/** Characters that a line takes of what a commit says. */
const longest = 300

/** Code between single ticks, a web address, an address of mail or of a person, and what Markdown or HTML would take for markup. */
const pieces = /(?<code>(?<!`)`[^`]+`(?!`))|(?<url>https?:\/\/[\w\-.~:/?#@!$&'*+,;=%]*[\w/])|(?<mention>(?<![A-Za-z\d])[@＠][\w-]+(?:[@＠/.][\w.@＠/-]*\w)?)|(?<mark>[\\`*_[\]<>|~&])/g

/** What turns the direction of writing, or is not seen. */
const unseen = /[\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]|\p{Cs}/gu

/**
 * Text that a stranger wrote, as Markdown that shows it as it is: markup and HTML are escaped, nobody is mentioned, code in ticks
 * and web addresses stay what they are. CommonMark 0.31, 2.4; GitHub's mentions are broken by making them code, for nothing else does.
 */
export function markdownText(text: string): string {
  const escaped = oneLine(text).replaceAll(pieces, (whole: string, ...rest: unknown[]) => {
    const { code, url, mention } = rest.at(-1) as Readonly<Partial<Record<'code' | 'url' | 'mention', string>>>
    const [at, all] = rest.slice(-3) as [number, string]
    if (code !== undefined) return whole
    if (url !== undefined) return `<${whole}>`
    if (mention === undefined) return `\\${whole}`
    // Two ticks beside each other would be one mark.
    return `${all[at - 1] === '`' ? ' ' : ''}\`${whole}\`${all[at + whole.length] === '`' ? ' ' : ''}`
  })
  // Where a line begins, some more would be a heading or a list.
  return escaped.replace(/^[#+=-]/, '\\$&').replace(/^(\d{1,9})([.)])/, '$1\\$2')
}

/**
 * Text in one line: without control characters and those that turn the direction of writing or are not seen, cut where it is too
 * long.
 */
export function oneLine(text: string): string {
  const plain = text.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').replaceAll(unseen, '').replaceAll(/\s+/g, ' ').trim()
  const characters = Array.from(plain.slice(0, 2 * longest + 2))
  return characters.length <= longest ? plain : `${characters.slice(0, longest).join('').trimEnd()}…`
}
