/** A text of at most so many UTF-16 units, which no service counts less than: cut between characters, with a sign that it is. */
export function clip(text: string, longest: number): string {
  if (text.length <= longest) return text
  return `${text.slice(0, longest - 1).replace(/[\ud800-\udbff]$/, '').trimEnd()}…`
}

/** As many whole lines as fit, and how many did not. */
export function fittingLines(lines: readonly string[], longest: number): string {
  const whole = lines.join('\n')
  if (whole.length <= longest) return whole
  let kept = lines.length
  let text = whole
  while (kept > 0 && text.length > longest) {
    kept -= 1
    text = [...lines.slice(0, kept), `and ${lines.length - kept} more`].join('\n')
  }
  return text
}

/** A web address that ends where it ends, whatever marks stand around it; undefined for what is no web address. */
export function webAddress(url: string): string | undefined {
  if (!/^https?:\/\//i.test(url) || !URL.canParse(url)) return undefined
  return new URL(url).href.replaceAll(/[()<>|`\\]/g, sign => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`)
}
