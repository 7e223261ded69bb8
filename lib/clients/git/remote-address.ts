import { isLoopback } from '../../oci/registry/loopback.ts'
import { ReleaseError } from '../../values/errors.ts'

/** Where another repository is. */
export interface RemoteAddress {
  readonly kind: 'http' | 'ssh' | 'file'
  /** As git takes it; a path may be relative still. */
  readonly text: string
  /** Of http alone: `https://github.com`. */
  readonly origin?: string
}

/**
 * Reads what names a repository: a URL of https or ssh, ssh's short form, a path that starts with a dot or a slash, or
 * `owner/name`, which is GitHub's.
 * Source: https://git-scm.com/docs/git-fetch, "GIT URLS".
 * @throws ReleaseError (USAGE) for all else, for credentials in it, and for http to another machine
 */
export function remoteAddress(text: string): RemoteAddress {
  if (/[\0-\x1f\x7f]/.test(text)) throw refusal('it has control characters in it', 'Write its address on one line.')
  if (/^(?:\.{1,2}(?:[/\\]|$)|\/|[a-z]:[/\\])/i.test(text)) return { kind: 'file', text }
  if (/^file:\/\/\//i.test(text)) return { kind: 'file', text }
  if (/^\w[\w-]*\/\w[\w.-]*$/.test(text)) return { kind: 'http', text: `https://github.com/${text.replace(/\.git$/, '')}.git`, origin: 'https://github.com' }
  if (/^(?:[\w.-]+@)?[a-z\d][\w.-]*:(?!\/\/)[^:-].*$/i.test(text)) return { kind: 'ssh', text }
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url?.protocol === 'ssh:') return sshAddress(url, text)
  if (url?.protocol === 'https:' || url?.protocol === 'http:') return webAddress(url, text)
  throw refusal(`${quoted(text)} is no address that git can be asked to push to`, 'Write https://host/owner/name.git, git@host:owner/name.git, or a path that starts with ./ or /.')
}

function sshAddress(url: URL, text: string): RemoteAddress {
  if (url.password !== '') throw refusal('its address holds a password', 'Use a key: ssh asks your agent.')
  // What starts with a dash would be an option of ssh.
  if (url.hostname === '' || /^-|^%2d/i.test(url.hostname)) throw refusal(`${quoted(text)} names no host`, 'Write ssh://git@host/owner/name.git.')
  return { kind: 'ssh', text }
}

function webAddress(url: URL, text: string): RemoteAddress {
  if (url.username !== '' || url.password !== '') throw refusal(`its address at ${url.host} holds a user name or a password`, 'Take it out of the address, and give it as username and token.')
  if (url.search !== '' || url.hash !== '') throw refusal(`${quoted(text)} has a query in it`, 'Write https://host/owner/name.git.')
  if (url.protocol === 'http:' && !isLoopback(url.host)) throw refusal(`${quoted(text)} is not encrypted`, 'Write it with https.')
  return { kind: 'http', text, origin: url.origin }
}

function quoted(text: string): string {
  return JSON.stringify(text)
}

function refusal(why: string, hint: string): ReleaseError {
  return new ReleaseError(`Cannot use a repository as a tap: ${why}`, { code: 'USAGE', hint })
}
