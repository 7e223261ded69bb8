import { isIPv6 } from 'node:net'
import { tagProblem } from '../formats/tag-problem.ts'
import type { Digest } from '../values/descriptor.ts'
import { ReleaseError } from '../values/errors.ts'
import { digestProblem } from './digest-problem.ts'

/** What an image is called: https://pkg.go.dev/github.com/distribution/reference, "grammar". */
export interface Reference {
  /** With the port where there is one: `docker.io`, `127.0.0.1:5000`, `[::1]:5000`. */
  readonly host: string
  /** Its path there: `library/alpine`. */
  readonly repository: string
  readonly tag?: string
  readonly digest?: Digest
}

interface Parts {
  readonly host: string
  readonly path: string
  readonly tag?: string
  readonly digest?: string
}

interface Refusal {
  readonly why: string
  readonly hint: string
}

/** Characters of a host, and of a repository. */
const longest = 255
const hub = 'docker.io'

/**
 * Reads a reference as Docker does: `alpine` is `docker.io/library/alpine`, `user/app` is `docker.io/user/app`. Host names
 * are told apart by a dot, a port, or by being `localhost`, and are written in lower case.
 * @throws ReleaseError (NAME)
 */
export function parseReference(text: string): Reference {
  const parts = partsOf(text)
  const refusal = ofText(text) ?? ofHost(parts.host) ?? ofRepository(parts.path) ?? ofTag(parts.tag) ?? ofDigest(parts.digest)
  if (refusal) {
    throw new ReleaseError(`Cannot use the image reference ${shown(text)}: ${refusal.why}`, { code: 'NAME', hint: refusal.hint })
  }
  const { host, path, tag, digest } = parts
  const repository = host === hub && !path.includes('/') ? `library/${path}` : path
  return { host, repository, ...tag !== undefined && { tag }, ...digest !== undefined && { digest: digest as Digest } }
}

/** The full form, with host, and with tag and digest where there are any. */
export function referenceText({ host, repository, tag, digest }: Reference): string {
  return `${host}/${repository}${tag === undefined ? '' : `:${tag}`}${digest === undefined ? '' : `@${digest}`}`
}

/** The tag that is meant where neither tag nor digest is named is `latest`. */
export function tagOf({ tag }: Reference): string {
  return tag ?? 'latest'
}

function partsOf(text: string): Parts {
  const [name, digest] = cut(text, text.indexOf('@'))
  const [first, rest] = cut(name, name.indexOf('/'))
  const named = rest !== undefined && isHost(first)
  const host = named ? first.toLowerCase() : hub
  const remainder = named ? rest : name
  const [path, tag] = cut(remainder, remainder.indexOf(':'))
  return { host: host === `index.${hub}` ? hub : host, path, ...tag !== undefined && { tag }, ...digest !== undefined && { digest } }
}

function cut(text: string, index: number): readonly [before: string, after: string | undefined] {
  return index < 0 ? [text, undefined] : [text.slice(0, index), text.slice(index + 1)]
}

/** Docker also takes `User/app` for a host named User, which nobody ever means. */
function isHost(first: string): boolean {
  return /[.:]/.test(first) || first.toLowerCase() === 'localhost'
}

function ofText(text: string): Refusal | undefined {
  const hint = 'Write it as host/repository:tag, such as ghcr.io/example/app:1.2.3.'
  if (text === '') return { why: 'it is empty', hint }
  if (/\s/.test(text)) return { why: 'it has white space in it', hint }
  if (/^[a-z][a-z\d+.-]*:\/\//i.test(text)) return { why: 'it is a URL', hint: 'Leave out what stands before the host, such as https:// or oci://.' }
  if (/^\[[^/]*$/.test(text)) return { why: 'it names no repository', hint }
  if (/^[\da-f]{64}$/.test(text)) return { why: 'it is the id of an image, and names no repository', hint }
  return undefined
}

function ofHost(host: string): Refusal | undefined {
  const hint = 'Write a host such as ghcr.io, localhost:5000 or [::1]:5000 before the repository.'
  const [, name = '', port] = /^(\[[^\]]*\]|[^:]*)(?::(.*))?$/.exec(host) ?? []
  if (host.length > longest || !(isDomain(name) || isAddress(name))) return { why: `${JSON.stringify(name || host)} is no host`, hint }
  if (port === undefined || (/^\d{1,5}$/.test(port) && Number(port) > 0 && Number(port) < 2 ** 16)) return undefined
  return { why: `${JSON.stringify(port)} is no port`, hint }
}

function isDomain(name: string): boolean {
  return name.split('.').every(label => /^[a-z\d]([a-z\d-]*[a-z\d])?$/.test(label))
}

/** The grammar has no zones, and no IPv4 within IPv6. */
function isAddress(name: string): boolean {
  const [, address = ''] = /^\[([\da-f:]+)\]$/.exec(name) ?? []
  return isIPv6(address)
}

function ofRepository(path: string): Refusal | undefined {
  const hint = 'Write the repository as parts of a-z and 0-9, with single . or _ or with - between them, and / between parts.'
  if (path === '') return { why: 'it names no repository', hint: 'Write it as host/repository:tag, such as ghcr.io/example/app:1.2.3.' }
  if (path.length > longest) return { why: `its repository has ${path.length} characters, more than ${longest}`, hint: 'Choose a shorter name.' }
  if (/[A-Z]/.test(path)) return { why: `its repository ${JSON.stringify(path)} has upper-case letters`, hint: `Write ${path.toLowerCase()}.` }
  const parts = path.split('/')
  if (parts.includes('')) return { why: 'a part of its repository is empty', hint: 'Take out the / that is too much.' }
  const wrong = parts.find(part => !/^[a-z\d]+(?:(?:[._]|__|-+)[a-z\d]+)*$/.test(part))
  return wrong === undefined ? undefined : { why: `${JSON.stringify(wrong)} cannot be part of a repository's name`, hint }
}

function ofTag(tag: string | undefined): Refusal | undefined {
  const why = tag === undefined ? undefined : tagProblem(tag)
  if (why === undefined) return undefined
  const instead = tag?.includes('+') ? ' Write _ for +.' : ''
  return { why, hint: `A tag is at most 128 letters, digits, . _ or -, and starts with a letter, a digit or _.${instead}` }
}

function ofDigest(digest: string | undefined): Refusal | undefined {
  const why = digest === undefined ? undefined : digestProblem(digest)
  return why === undefined ? undefined : { why, hint: 'Write @sha256: and its 64 hexadecimal digits after the name, or a tag alone.' }
}

/** A URL may hold a password before its @. */
function shown(text: string): string {
  const at = text.indexOf('@')
  const secret = at >= 0 && !/^@sha\d+:/i.test(text.slice(at))
  return JSON.stringify(secret ? `...${text.slice(at)}` : text)
}
