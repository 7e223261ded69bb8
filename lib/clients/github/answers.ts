import { isMapping } from '../../formats/mapping.ts'
import type { Digest } from '../../values/descriptor.ts'
import { ReleaseError } from '../../values/errors.ts'

/** A release as GitHub has it. */
export interface GithubRelease {
  readonly id: number
  readonly tag: string
  /** Empty where there is none. */
  readonly name: string
  /** Empty where there is none, with line breaks of one character. */
  readonly notes: string
  readonly draft: boolean
  readonly prerelease: boolean
  /** Whether assets and tag can never change again. */
  readonly immutable: boolean
  /** Where assets are sent to. */
  readonly uploadUrl: string
}

export interface GithubAsset {
  readonly id: number
  readonly name: string
  /** `starter` is one whose bytes did not come. */
  readonly state: 'starter' | 'uploaded'
  /** Bytes. */
  readonly size: number
  /** Absent on servers that tell none. */
  readonly digest?: Digest
}

/** @throws ReleaseError (DESTINATION) for an answer that is none of GitHub's */
export function releaseIn(data: unknown): GithubRelease {
  const { id, tag_name: tag, name, body, draft, prerelease, immutable, upload_url: uploadUrl } = mapping(data)
  if (typeof id !== 'number' || typeof tag !== 'string' || typeof draft !== 'boolean' || typeof uploadUrl !== 'string') throw strange('a release')
  return {
    id, tag, draft, prerelease: prerelease === true, immutable: immutable === true, uploadUrl: uploadUrl.replace(/\{.*$/, ''),
    name: typeof name === 'string' ? name : '', notes: typeof body === 'string' ? body.replaceAll('\r\n', '\n') : '',
  }
}

/** @throws as `releaseIn` */
export function assetIn(data: unknown): GithubAsset {
  const { id, name, state, size, digest } = mapping(data)
  if (typeof id !== 'number' || typeof name !== 'string' || typeof size !== 'number') throw strange('an asset')
  const known = typeof digest === 'string' && /^sha256:[0-9a-f]{64}$/.test(digest) ? { digest: digest as Digest } : {}
  return { id, name, size, state: state === 'uploaded' ? 'uploaded' : 'starter', ...known }
}

/** @throws as `releaseIn` */
export function listIn(data: unknown): readonly unknown[] {
  if (!Array.isArray(data)) throw strange('a list')
  return data as readonly unknown[]
}

function mapping(data: unknown): Readonly<Record<string, unknown>> {
  if (!isMapping(data)) throw strange('JSON')
  return data
}

function strange(wanted: string): ReleaseError {
  return new ReleaseError(`Cannot read an answer of GitHub: it is not ${wanted}`, { code: 'DESTINATION', hint: 'Check the address of GitHub, and whether something stands in between.' })
}
