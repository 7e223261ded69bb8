import { posix } from 'node:path'
import { repositoryUrl } from '../../formats/repository-url.ts'
import type { RemoteAddress } from '../../clients/git/remote-address.ts'

export interface WebPlace {
  readonly address: RemoteAddress
  readonly branch: string
  /** In the branch; empty for its root. */
  readonly path: string
  readonly isFolder: boolean
  /** Where the branch's root is read, where the host is none that is known. */
  readonly web?: string | undefined
}

/** Where people read a file or a folder of a branch: on GitHub, GitLab, Gitea, Forgejo or Bitbucket; of a path what git calls it. */
export function webAddress({ address, branch, path, isFolder, web }: WebPlace): string {
  const below = path === '' ? '' : `/${path.split('/').map(encodeURIComponent).join('/')}`
  if (web !== undefined) return `${web.replace(/\/+$/, '')}${below}`
  const repository = address.kind === 'file' ? undefined : repositoryUrl(address.text)
  if (repository === undefined) return `${address.text}#${branch}:${posix.join(path, isFolder ? '/' : '')}`
  return `${repository}${wayTo(new URL(repository).hostname, branch.split('/').map(encodeURIComponent).join('/'), isFolder)}${below}`
}

function wayTo(host: string, branch: string, isFolder: boolean): string {
  if (/(^|\.)gitlab\./.test(host)) return `/-/${isFolder ? 'tree' : 'blob'}/${branch}`
  if (/(^|\.)(gitea|forgejo|codeberg)\./.test(host)) return `/src/branch/${branch}`
  if (host === 'bitbucket.org') return `/src/${branch}`
  return `/${isFolder ? 'tree' : 'blob'}/${branch}`
}
