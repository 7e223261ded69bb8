export interface ChangelogLink {
  readonly name: string
  readonly url: string
}

/** An item without markup, and what it leads to. */
export interface PlainChange {
  readonly description: string
  readonly links: readonly ChangelogLink[]
}

/** Characters: a longer item is no line of a list, and is cut. */
const longest = 4000

/** A mark that is none, code, a link, an address in angles, a bare address, an issue, a request of GitLab's: in this order at each place. */
const pieces = new RegExp([
  /\\(?<escaped>[!-/:-@[-`{-~])/, /(?<!`)(?<ticks>`+)(?!`).+?(?<!`)\k<ticks>(?!`)/,
  /!?\[(?<text>[^[\]]*)\](?:\((?<target>[^()\s]*(?:\([^()\s]*\)[^()\s]*)*)(?:\s+"[^"]*")?\)|\[(?<name>[^[\]]*)\])?/,
  /<(?<angled>https?:\/\/[^\s<>]+)>/, /(?<bare>https?:\/\/[^\s<>()]+[^\s<>().,;:!?'"*_])/, /(?<![\w/&])(?<issue>[#!]\d{1,9})\b/,
].map(({ source }) => source).join('|'), 'gs')

/**
 * An item of a changelog for a page that shows plain text: code keeps its marks, links become their text, and what they lead to
 * is listed. Addresses of issues and requests are named like them.
 * @param references addresses by the names they have in the text
 * @param repository where people look at the repository
 */
export function plainChange(text: string, references: ReadonlyMap<string, string>, repository: string | undefined): PlainChange {
  const links = new Map<string, string>()
  const add = (name: string, url: string): void => { if (/^https?:\/\//.test(url) && URL.canParse(url) && !links.has(url)) links.set(url, name) }
  const spans: string[] = []
  // Marks of emphasis inside of code, links and addresses are none.
  const keep = (span: string): string => `\0${spans.push(span) - 1}\0`
  const bare = (text.length > longest ? `${text.slice(0, longest)}…` : text).replaceAll('\0', '').replaceAll(pieces, (whole: string, ...rest: unknown[]) => {
    const groups = rest.at(-1) as Readonly<Partial<Record<'escaped' | 'ticks' | 'text' | 'target' | 'name' | 'angled' | 'bare' | 'issue', string>>>
    if (groups.escaped !== undefined) return keep(groups.escaped)
    if (groups.ticks !== undefined) return keep(whole)
    if (groups.text !== undefined) return linkText(whole, groups, references, add, one => issueUrl(one, repository))
    const address = groups.angled ?? groups.bare
    if (address !== undefined) {
      add(nameOf(address), address)
      return keep(address)
    }
    const url = issueUrl(groups.issue ?? '', repository)
    if (url !== undefined) add(groups.issue ?? '', url)
    return whole
  })
  const plain = bare.replaceAll(/(\*\*|__)(?=\S)(.+?)(?<=\S)\1/gs, '$2').replaceAll(/(?<![\w*])([*_])(?=\S)([^*_]+?)(?<=\S)\1(?![\w*])/g, '$2')
  const description = plain.replaceAll(/\0(\d+)\0/g, (_, index: string) => spans[Number(index)] ?? '').replaceAll(/\s+/g, ' ').trim()
  return { description, links: [...links].map(([url, name]) => ({ name, url })) }
}

type Groups = Readonly<Partial<Record<'text' | 'target' | 'name', string>>>

/** The text of a link, of a link by name, or of brackets that are none. */
function linkText(
  whole: string, { text = '', target, name }: Groups, references: ReadonlyMap<string, string>, add: (name: string, url: string) => void, issue: (name: string) => string | undefined,
): string {
  const url = target ?? references.get((name === undefined || name === '' ? text : name).trim().toLowerCase()) ?? issue(text)
  if (url === undefined) return whole
  if (!whole.startsWith('!')) add(text === '' ? nameOf(url) : text.replaceAll(/[*_`]/g, ''), url)
  return text
}

/** `#12` for the address of an issue or a request. */
function nameOf(url: string): string {
  const [, kind, number] = /\/(issues|pull|pulls|merge_requests)\/(\d+)\/?(?:[?#].*)?$/.exec(url) ?? []
  return number === undefined ? url : `${kind === 'merge_requests' ? '!' : '#'}${number}`
}

/** GitHub leads from an issue's address to the request of that number; GitLab numbers them apart. */
function issueUrl(name: string, repository: string | undefined): string | undefined {
  const [, mark, number] = /^([#!])(\d{1,9})$/.exec(name) ?? []
  if (repository === undefined || number === undefined) return undefined
  const lab = /^https?:\/\/(?:[^/]+\.)?gitlab\./.test(repository)
  if (mark === '!') return lab ? `${repository}/-/merge_requests/${number}` : undefined
  return lab ? `${repository}/-/issues/${number}` : `${repository}/issues/${number}`
}
