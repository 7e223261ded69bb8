/** What is asked of a server. */
export interface HttpRequest {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  readonly url: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: HttpBody
  readonly signal?: AbortSignal
}

/** Bytes to send; opened anew for each try. */
export interface HttpBody {
  /** Bytes that `open` yields. */
  readonly size: number
  open(): AsyncIterable<Uint8Array> | Iterable<Uint8Array>
}

export interface HttpResponse {
  readonly status: number
  /** The value of a header, whatever its case; undefined where there is none. */
  header(name: string): string | undefined
  /** The body as it comes, once; an error of the connection is thrown while it is read. */
  readonly body: AsyncIterable<Uint8Array>
  /** Reads the body to its end and forgets it, so that the connection can be used again. */
  discard(): Promise<void>
}

/**
 * One exchange with a server: redirects are returned, not followed, nothing is tried again, and no status is an error.
 * @throws ReleaseError (NETWORK) where there is no answer: no such host, refused, reset, timed out, no trusted certificate
 */
export type Http = (request: HttpRequest) => Promise<HttpResponse>
