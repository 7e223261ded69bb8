/** What is sent back. */
export interface Answer {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  /** Sent as JSON. */
  readonly json?: unknown
  /** A file that is sent as it is. */
  readonly file?: string
  /** Bytes that are sent as they are. */
  readonly bytes?: Uint8Array
}

export interface ErrorItem {
  readonly resource: 'Release' | 'ReleaseAsset' | 'Reference' | 'PullRequest'
  readonly code: 'already_exists' | 'missing_field' | 'invalid' | 'custom'
  readonly field?: string
  readonly message?: string
}

const documentation = 'https://docs.github.com/rest'

export function json(value: unknown, status = 200, headers: Readonly<Record<string, string>> = {}): Answer {
  return { status, headers, json: value }
}

export function refusal(status: number, message: string, headers: Readonly<Record<string, string>> = {}): Answer {
  return { status, headers, json: { message, documentation_url: documentation, status: String(status) } }
}

export function notFound(): Answer {
  return refusal(404, 'Not Found')
}

/** 422 with what is wrong, as GitHub lists it. */
export function invalid(...errors: readonly ErrorItem[]): Answer {
  return { status: 422, json: { message: 'Validation Failed', errors, documentation_url: documentation, status: '422' } }
}
