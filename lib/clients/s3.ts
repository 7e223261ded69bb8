import { createHash } from 'node:crypto'
import type { Http, HttpBody, HttpRequest } from '../contracts/http.ts'
import { isPassing, passingStatuses } from '../oci/registry/passing.ts'
import { patience } from '../oci/registry/patience.ts'
import type { ErrorCode } from '../values/errors.ts'
import { ReleaseError } from '../values/errors.ts'
import { readableDuration } from '../values/readable.ts'
import { secretHider } from '../values/secret-forms.ts'
import { encodeKey, signedHeaders, type S3Credential } from './s3-signature.ts'

export interface S3Options {
  /** `https://s3.eu-central-1.amazonaws.com`, or another server's; buckets are asked for by path. */
  readonly endpoint: string
  readonly region: string
  readonly bucket: string
  readonly credential: S3Credential
  readonly http: Http
  readonly signal?: AbortSignal
  /** Default: 5. */
  readonly tries?: number
  /** Milliseconds since 1970. */
  readonly now?: () => number
}

export interface S3Request {
  readonly method: HttpRequest['method']
  /** Absent for the bucket itself. */
  readonly key?: string
  readonly query?: Readonly<Record<string, string>>
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: HttpBody & { /** In hexadecimal. */ readonly sha256: string }
  /** Statuses that are an answer, not an error. */
  readonly expects?: readonly number[]
  /** What is being done, for errors: `write latest.json`. */
  readonly doing: string
}

export interface S3Answer {
  readonly status: number
  header(name: string): string | undefined
  readonly bytes: Buffer
  /** The same, as text. */
  readonly text: string
}

export interface S3 {
  readonly where: string
  ask(request: S3Request): Promise<S3Answer>
}

const nothing = createHash('sha256').digest('hex')

/** A small body. */
export function textBody(text: string): NonNullable<S3Request['body']> {
  const bytes = Buffer.from(text)
  return { size: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex'), open: () => [bytes] }
}

/**
 * A bucket of a server that speaks S3's protocol. What may go better at the next try is tried again, longer each time.
 * @throws ReleaseError (CREDENTIALS, DESTINATION, NETWORK) from `ask`, with the server's own words
 */
export function openS3({ endpoint, region, bucket, credential, http, signal, tries, now = Date.now }: S3Options): S3 {
  const where = `${endpoint}/${bucket}`
  const trying = patience({ signal, tries })
  const hide = secretHider([credential.secretAccessKey, credential.sessionToken])
  const once = async ({ method, key, query = {}, headers = {}, body, expects = [], doing }: S3Request): Promise<S3Answer> => {
    const url = new URL(`${endpoint}/${encodeKey(bucket)}${key === undefined ? '' : `/${key.split('/').map(encodeKey).join('/')}`}`)
    url.search = Object.entries(query).map(([name, value]) => `${encodeKey(name)}=${encodeKey(value)}`).join('&')
    const response = await http({ method, url: url.href, headers: signedHeaders({ method, url, headers, payload: body?.sha256 ?? nothing, region, credential, time: now() }), ...body && { body } })
    const bytes = method === 'HEAD' ? Buffer.alloc(0) : await readWhole(response.body)
    const text = bytes.toString()
    // Some answers begin before the work is done: an error then comes as a success.
    const failed = (response.status >= 300 && !expects.includes(response.status)) || (response.status === 200 && /^\s*(<\?xml[^>]*>\s*)?<Error>/.test(text))
    if (failed) throw refusal(response.status, text, { where, hide, doing, off: Math.abs(now() - Date.parse(response.header('date') ?? '')) })
    return { status: response.status, header: name => response.header(name), bytes, text }
  }
  return {
    where,
    ask: async request => {
      for (let count = 1; ; count += 1) {
        try {
          return await once(request)
        } catch (error) {
          if (!isPassing(error) || count >= trying.tries) throw error
          await trying.rest(count)
        }
      }
    },
  }
}

/** What an element of an answer holds; S3's answers have no attributes where it matters. */
export function element(xml: string, name: string): string | undefined {
  const text = new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1]
  return text?.replaceAll(/&(lt|gt|quot|apos|amp|#\d+|#x[\da-f]+);/gi, (_, entity: string) => decoded(entity))
}

/** Every element of a name, with what is in it. */
export function elements(xml: string, name: string): readonly string[] {
  return [...xml.matchAll(new RegExp(`<${name}>(.*?)</${name}>`, 'gs'))].map(([, inner = '']) => inner)
}

function decoded(entity: string): string {
  const named: Readonly<Record<string, string>> = { lt: '<', gt: '>', quot: '"', apos: '\'', amp: '&' }
  if (!entity.startsWith('#')) return named[entity.toLowerCase()] ?? ''
  return String.fromCodePoint(/^#x/i.test(entity) ? Number.parseInt(entity.slice(2), 16) : Number(entity.slice(1)))
}

/** Codes of S3's errors. Source: https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html. */
const reasons: Readonly<Record<string, { readonly code: ErrorCode; readonly why: string; readonly hint: string }>> = {
  InvalidAccessKeyId: { code: 'CREDENTIALS', why: 'the server does not know the access key', hint: 'Check accessKeyId, and that it is this server\'s.' },
  SignatureDoesNotMatch: { code: 'CREDENTIALS', why: 'the secret access key is another one', hint: 'Check secretAccessKey and region; it is whole, without a line\'s end.' },
  AuthorizationHeaderMalformed: { code: 'CREDENTIALS', why: 'the bucket is in another region', hint: 'Correct region.' },
  ExpiredToken: { code: 'CREDENTIALS', why: 'the session token has expired', hint: 'Ask for a new one.' },
  InvalidToken: { code: 'CREDENTIALS', why: 'the server does not take the session token', hint: 'Give the three parts of one credential.' },
  AccessDenied: { code: 'CREDENTIALS', why: 'the access key may not do that', hint: 'Allow it s3:PutObject, s3:GetObject, s3:DeleteObject, s3:ListBucket, s3:AbortMultipartUpload and s3:ListMultipartUploadParts there.' },
  RequestTimeTooSkewed: { code: 'CREDENTIALS', why: 'this machine\'s clock is wrong', hint: 'Set the clock: signatures hold for a quarter of an hour.' },
  NoSuchBucket: { code: 'DESTINATION', why: 'there is no such bucket', hint: 'Make the bucket first.' },
  PermanentRedirect: { code: 'DESTINATION', why: 'the bucket is at another endpoint', hint: 'Write the endpoint of its region.' },
}

/** The cause of an error of S3: what the server answered. */
export interface S3Failure {
  readonly status: number
  /** `NoSuchUpload` */
  readonly code: string
  readonly passing: boolean
}

export function s3Code(error: unknown): string | undefined {
  return error instanceof ReleaseError ? (error.cause as Partial<S3Failure> | undefined)?.code : undefined
}

interface Refused {
  /** Takes out what is not to be shown. */
  readonly hide: (text: string) => string
  readonly where: string
  readonly doing: string
  /** Milliseconds that this machine's clock is off the server's; NaN where it did not tell the time. */
  readonly off: number
}

function refusal(status: number, text: string, { where, doing, off, hide }: Refused): ReleaseError {
  const code = hide(element(text, 'Code') ?? '')
  const words = hide(element(text, 'Message') ?? `it answers ${status}`)
  const passing = passingStatuses.includes(status) || ['InternalError', 'SlowDown', 'ServiceUnavailable', 'RequestTimeout', 'ConditionalRequestConflict', 'OperationAborted'].includes(code)
  const known = Object.hasOwn(reasons, code) ? reasons[code] : status === 403 ? reasons['AccessDenied'] : undefined
  const cause: S3Failure = { status, code, passing }
  const why = code === 'RequestTimeTooSkewed' && off > 0 ? `the clock of this machine is ${readableDuration(off)} off the server's` : known?.why
  return new ReleaseError(`Cannot ${doing} at ${where}: ${why ?? `${words}${code === '' ? '' : ` (${code})`}`}`, {
    code: known?.code ?? 'DESTINATION', cause, hint: known?.hint ?? (passing ? 'Run the release again; what is done stays done.' : 'Check the endpoint, the bucket and what the access key may do.'),
  })
}

async function readWhole(body: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = []
  for await (const part of body) parts.push(part)
  return Buffer.concat(parts)
}
