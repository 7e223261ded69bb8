import type { IncomingMessage } from 'node:http'
import type { Answer } from './answer.ts'

export interface FakeRegistryOptions {
  /** The referrers API; without it it answers 404, as distribution does. */
  readonly referrers?: boolean
  /** Who may do what; everybody everything where it is absent. */
  readonly auth?: FakeAuth
  /** Blobs are read from another origin, where the log says whether an Authorization header arrived. */
  readonly redirectBlobs?: boolean
  /** With false a mount is always answered with an upload. */
  readonly mount?: boolean
  /** With false manifests cannot be deleted. */
  readonly deletes?: boolean
  /** Told as OCI-Chunk-Min-Length; a smaller chunk that is not the last one is refused. */
  readonly chunkMinimum?: number
  /** With false PATCH is refused. */
  readonly chunked?: boolean
  /** With false it does not say how far an upload is. */
  readonly progress?: boolean
  /** With false it takes no range of a blob: it answers with all of it. */
  readonly ranges?: boolean
  /** With false there is no Docker-Content-Digest anywhere. */
  readonly digests?: boolean
  /** Where uploads go on: a path, or a whole URL. */
  readonly locations?: 'relative' | 'absolute'
  /** Entries of a page of tags and of referrers. */
  readonly pageSize?: number
  /** Answers in its place. */
  readonly instead?: (request: IncomingMessage) => Answer | undefined
}

export interface FakeAuth {
  /** Basic for every request, or a token from a server on another port. */
  readonly kind: 'basic' | 'token'
  /** Passwords by user name. */
  readonly users: Readonly<Record<string, string>>
  /** Who is not named may pull. */
  readonly anonymousPull?: boolean
  /** Users who may only pull. */
  readonly readers?: readonly string[]
  /** Repositories for which nobody gets a token, not even one for others beside them. */
  readonly closed?: readonly string[]
  /** Identity tokens, and whose they are. */
  readonly refreshTokens?: Readonly<Record<string, string>>
  /** How often a token is taken before it is refused as expired. */
  readonly tokenUses?: number
  /** The name of the token in its answer: `token` where it is absent. */
  readonly tokenField?: 'token' | 'access_token'
}
