import { isLoopback } from '../../oci/registry/loopback.ts'
import { ReleaseError } from '../../values/errors.ts'

/** A repository as requests name it. */
export type GithubPlace = { readonly owner: string, readonly repo: string }

/** @throws ReleaseError (USAGE) for what is no name of a repository */
export function placeOf(repository: string): GithubPlace {
  const [, owner, repo] = /^([A-Za-z0-9][A-Za-z0-9-]*)\/([A-Za-z0-9._-]+)$/.exec(repository) ?? []
  if (owner !== undefined && repo !== undefined) return { owner, repo }
  throw new ReleaseError(`Cannot use ${JSON.stringify(repository)} as a repository of GitHub: it is not written as owner/name`, { code: 'USAGE', hint: 'Write it as example/gateway.' })
}

/** Nothing is sent without TLS but to this machine. @throws ReleaseError (USAGE) */
export function checkedBase(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined
  const encrypted = url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopback(url.host))
  if (url && encrypted && url.username === '' && url.password === '' && url.search === '') return url.href.replace(/\/+$/, '')
  throw new ReleaseError(`Cannot use ${JSON.stringify(text.replace(/\/\/[^/@]*@/, '//...@'))} as the address of GitHub: it is no https address`, {
    code: 'USAGE', hint: 'Write it as https://github.example.com/api/v3; http is for this machine alone.',
  })
}

/** Uploads go where GitHub says, with the token: to GitHub itself, and to its host for uploads. @throws ReleaseError (DESTINATION) for other hosts */
export function trustedUpload(uploadUrl: string, baseUrl: string): string {
  const [to, base] = [URL.canParse(uploadUrl) ? new URL(uploadUrl) : undefined, new URL(baseUrl)]
  const hosts = [base.host, base.host.replace(/^api\./, 'uploads.')]
  if (to?.protocol === base.protocol && hosts.includes(to.host)) return to.href
  throw new ReleaseError(`Cannot upload to ${to?.host ?? JSON.stringify(uploadUrl)}: ${base.host} names it, and it is not a part of it`, {
    code: 'DESTINATION', hint: 'Check the address of GitHub, and whether something stands in between.',
  })
}
