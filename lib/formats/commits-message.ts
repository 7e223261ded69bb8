import { commitTypes, type Commit, type CommitType, type Footer, type Person } from './commits-types.ts'

/** What a message says of its commit, and of other commits. */
export interface Message extends Omit<Commit, 'id' | 'date' | 'authors'> {
  /** Ids of commits, perhaps shortened, that it takes back. */
  readonly reverts: readonly string[]
  /** Numbers of requests that it takes back. */
  readonly revertsRequests: readonly number[]
  /** The subject of what it takes back, where it is nothing but that. */
  readonly revertsSubject?: string
  /** The commit that it is a copy of. */
  readonly copyOf?: string
}

/** Characters: more is no message that a person has written. */
const longest = 65_536

/** Other spellings of types. */
const spellings: Readonly<Record<string, CommitType>> = {
  feature: 'feat', bugfix: 'fix', hotfix: 'fix', performance: 'perf', sec: 'security', deprecated: 'deprecate', removed: 'remove', dep: 'deps', doc: 'docs', tests: 'test', wip: 'chore', release: 'chore',
}

/** https://www.conventionalcommits.org/en/v1.0.0, 1 to 7 and 13: a type, a scope, what breaks, a description. */
const conventional = /^(?<type>[a-z]+)(?:\((?<scope>[^()]+)\))?(?<breaks>!)?:\s+(?<description>\S.*)$/i

/** The same for words that are no types: Go's people write the package that they changed there. */
const breakingPrefix = /^[^\s:!]+!:\s/

/**
 * Reads a commit's message. Only a known type makes it a conventional one: `net/http: ...` and `api: ...` name a package, and stay
 * as they are.
 */
export function readMessage(text: string): Message {
  const [first = '', ...rest] = text.slice(0, longest).replaceAll('\r', '').trim().split('\n')
  const subject = first.trim()
  const body = rest.join('\n').trim()
  const { title, pullRequest } = withoutRequest(subject)
  const { groups = {} } = conventional.exec(title) ?? {}
  const [, verb, quoted] = /^(Revert|Reapply) "(.*)"$/i.exec(title) ?? []
  const revert = verb?.toLowerCase() === 'revert'
  const type = revert ? 'revert' : typeOf(groups['type'])
  const footers = footersIn(body)
  const breakingNote = breakingNoteIn(body)
  const said = quoted ?? groups['description'] ?? title
  const description = type === 'revert' ? `Revert "${said}"` : type === undefined ? title : said
  return {
    subject, body, footers, description, ...type !== undefined && { type },
    ...type !== undefined && groups['scope'] !== undefined && { scope: groups['scope'].trim() }, ...pullRequest !== undefined && { pullRequest },
    breaking: breakingNote !== undefined || (groups['breaks'] !== undefined && type !== undefined) || breakingPrefix.test(title),
    ...breakingNote !== undefined && breakingNote !== '' && { breakingNote }, ...takenBack(body, type, footers),
    // What is taken back once more is there again: it is the taking back that goes.
    ...type === 'revert' ? { revertsSubject: said } : verb !== undefined && { revertsSubject: `Revert "${quoted}"` },
  }
}

function typeOf(word: string | undefined): CommitType | undefined {
  const name = word?.toLowerCase() ?? ''
  return commitTypes.find(type => type === name) ?? (Object.hasOwn(spellings, name) ? spellings[name] : undefined)
}

/** `Title (#12)` as GitHub and Gitea squash, `Title (!12)`, `Merged PR 12: Title` as Azure DevOps does. */
function withoutRequest(subject: string): { readonly title: string; readonly pullRequest?: number } {
  const [, before, number] = /^(.*\S)\s+\([#!](\d{1,9})\)$/.exec(subject) ?? []
  if (before !== undefined) return { title: before, pullRequest: Number(number) }
  const [, merged, title] = /^Merged PR (\d{1,9}): (\S.*)$/.exec(subject) ?? []
  return title === undefined ? { title: subject } : { title, pullRequest: Number(merged) }
}

/** The same specification, 8 to 10: the last paragraph, where it is nothing else. */
function footersIn(body: string): readonly Footer[] {
  const paragraph = body.split(/\n\s*\n/).at(-1)?.split('\n') ?? []
  const footers: Footer[] = []
  for (const line of paragraph) {
    const [, token, value] = /^([a-z][\w-]*|BREAKING CHANGE)(?::\s+| (?=#))(\S.*)$/i.exec(line) ?? []
    const last = footers.pop()
    if (last && token === undefined) footers.push({ ...last, value: `${last.value} ${line.trim()}` })
    else footers.push(...last ? [last] : [], ...token === undefined || value === undefined ? [] : [{ token, value: value.trim() }])
    if (footers.length === 0) return []
  }
  return footers
}

/** The same, 11 to 16; people write it anywhere. It ends with its paragraph or at the next footer. */
function breakingNoteIn(body: string): string | undefined {
  const lines = body.split('\n')
  const at = lines.findIndex(line => /^BREAKING[ -]CHANGES?:/.test(line))
  if (at < 0) return undefined
  const after = lines.slice(at + 1)
  const end = after.findIndex(line => line.trim() === '' || /^[A-Za-z][\w-]*: /.test(line))
  const note = [(lines[at] ?? '').replace(/^[^:]*:/, ''), ...end < 0 ? after : after.slice(0, end)]
  return note.join(' ').replaceAll(/\s+/g, ' ').trim()
}

/** As `git revert` writes it, `git cherry-pick -x`, GitHub, and the specification's own suggestion of `Refs`. */
function takenBack(body: string, type: CommitType | undefined, footers: readonly Footer[]): Pick<Message, 'reverts' | 'revertsRequests' | 'copyOf'> {
  const named = [...body.matchAll(/\bThis reverts commit ([\da-f]{7,64})\b/gi)].map(([, id = '']) => id.toLowerCase())
  const referred = type === 'revert' ? footers.filter(({ token }) => /^refs?$/i.test(token)).flatMap(({ value }) => value.match(/\b[\da-f]{7,64}\b/g) ?? []) : []
  const requests = [...body.matchAll(/^Reverts (?:[\w.-]+\/[\w./-]+)?[#!](\d{1,9})\b/gm)].map(([, number]) => Number(number))
  const [, copied] = /\(cherry picked from commit ([\da-f]{7,64})\)/i.exec(body) ?? []
  return { reverts: [...named, ...referred], revertsRequests: requests, ...copied !== undefined && { copyOf: copied.toLowerCase() } }
}

/** Who else is named in a message, as written: `Name <address>`. */
export function coAuthorsIn(message: string): readonly Person[] {
  return message.slice(0, longest).split(/\r?\n/).flatMap(line => {
    const [, name = '', email] = /^Co-authored-by:([^<>]*)<([^<>\s@]+@[^<>\s@]+)>\s*$/i.exec(line.slice(0, 512)) ?? []
    return email === undefined ? [] : [{ name: name.trim() || email.replace(/@.*/, ''), email }]
  })
}
