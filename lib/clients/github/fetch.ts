import type { Http, HttpBody, HttpRequest } from '../../contracts/http.ts'
import { collect } from '../../oci/registry/collect.ts'
import { followRedirects, type Answer } from '../../oci/registry/follow-redirects.ts'
import { ReleaseError } from '../../values/errors.ts'

/** What Octokit calls in place of the platform's fetch. */
export type GithubFetch = (url: string, options: FetchOptions) => Promise<FetchResponse>

export interface FetchOptions {
  readonly method: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string | FileBody
}

/** As much of the platform's Response as Octokit reads. */
export interface FetchResponse {
  readonly status: number
  readonly statusText: string
  readonly url: string
  readonly headers: Headers
  readonly body: AsyncIterable<Uint8Array>
  text(): Promise<string>
  arrayBuffer(): Promise<ArrayBuffer>
}

/** Bytes to upload. A class, because Octokit takes plain objects for JSON. */
export class FileBody implements HttpBody {
  readonly size: number
  readonly open: HttpBody['open']

  constructor({ size, open }: HttpBody) {
    this.size = size
    this.open = open
  }
}

/** The headers that are looked at; an answer is asked for them by name. */
const headersRead = ['content-type', 'date', 'etag', 'link', 'location', 'retry-after', 'x-ratelimit-remaining', 'x-ratelimit-reset']

/** Bytes of a list of a hundred releases with a thousand assets each come to less. */
const longestText = 1 << 28

/**
 * Fetches through a client of ours, so that proxies and certificates are the same as everywhere. Redirects are followed; a
 * token goes to no other origin. An answer in words is read to its end before it is handed on: Octokit takes a cut one for empty.
 */
export function githubFetch(http: Http): GithubFetch {
  return async (url, { method, headers: given, body }) => {
    const { 'user-agent': _theirs, ...headers } = given
    const request: HttpRequest = {
      method: method as HttpRequest['method'], url, headers, ...(body === undefined ? {} : { body: typeof body === 'string' ? textBody(body) : body }),
    }
    const answer = await followRedirects(http, request)
    if (answer.status >= 300 && answer.status < 400) throw movedAway(url)
    const streams = headers['accept'] === 'application/octet-stream' && answer.status === 200
    const text = streams ? Buffer.alloc(0) : await collect(answer.body, longestText) ?? tooLong(url)
    return {
      status: answer.status, statusText: '', url: answer.url, headers: headersOf(answer), body: streams ? answer.body : oneByOne(text),
      text: async () => text.toString('utf8'),
      arrayBuffer: async () => new Uint8Array(text).buffer,
    }
  }
}

async function* oneByOne(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes
}

function textBody(text: string): HttpBody {
  const bytes = Buffer.from(text)
  return { size: bytes.length, open: () => [bytes] }
}

function headersOf(answer: Answer): Headers {
  return new Headers(headersRead.flatMap((name): readonly [string, string][] => {
    const value = answer.header(name)
    return value === undefined ? [] : [[name, value]]
  }))
}

function movedAway(url: string): ReleaseError {
  return new ReleaseError(`Cannot send to ${new URL(url).host}: what is there has another address now`, {
    code: 'DESTINATION', hint: 'Check the name of the repository: it may have been renamed.',
  })
}

function tooLong(url: string): never {
  throw new ReleaseError(`Cannot read from ${new URL(url).host}: the answer has no end`, { code: 'DESTINATION', hint: 'Check the address of GitHub.' })
}
