import type { IncomingMessage } from 'node:http'
import type { Answer } from './answer.ts'
import type { GithubState, Principal, RepositoryState } from './state.ts'

/** Where things are, as the one who asks names this server. */
export interface Links {
  /** `http://127.0.0.1:40123` or `http://127.0.0.1:40123/api/v3` */
  readonly api: string
  readonly web: string
  readonly uploads: string
  readonly storage: string
}

/** A request that was understood. */
export interface Call {
  readonly method: string
  readonly url: URL
  /** What stands in the path, by name. */
  readonly params: Readonly<Record<string, string>>
  readonly principal: Principal
  readonly state: GithubState
  readonly links: Links
  /** The body of a request that is no upload. */
  readonly body: Readonly<Record<string, unknown>>
  /** For uploads, whose body comes as a stream, and for headers. */
  readonly request: Pick<IncomingMessage, 'headers'> & AsyncIterable<Uint8Array>
  readonly folder: string
  readonly digests: boolean
  readonly now: number
}

/** A request about a repository that the one who asks may see. */
export interface RepositoryCall extends Call {
  readonly repository: RepositoryState
  /** Whether the one who asks may write, who alone sees drafts. */
  readonly writes: boolean
}

export type Handler<C extends Call = Call> = (call: C) => Answer | Promise<Answer>
