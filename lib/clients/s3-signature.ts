import { createHash, createHmac } from 'node:crypto'

export interface S3Credential {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  /** Of credentials that expire. */
  readonly sessionToken?: string | undefined
}

export interface ToSign {
  readonly method: string
  readonly url: URL
  /** Sent with it, and signed, all of them. */
  readonly headers: Readonly<Record<string, string>>
  /** The SHA-256 of the body, in hexadecimal. */
  readonly payload: string
  readonly region: string
  readonly credential: S3Credential
  /** Milliseconds since 1970; servers take it for a quarter of an hour. */
  readonly time: number
}

/**
 * The headers that sign a request to S3: AWS Signature Version 4, in the header `Authorization`.
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html.
 */
export function signedHeaders(request: ToSign): Readonly<Record<string, string>> {
  const { url, headers, payload, region, credential, time } = request
  const stamp = new Date(time).toISOString().replaceAll(/[-:]|\.\d{3}/g, '')
  const scope = `${stamp.slice(0, 8)}/${region}/s3/aws4_request`
  const all: Readonly<Record<string, string>> = {
    ...Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value.trim().replaceAll(/ +/g, ' ')])),
    host: url.host, 'x-amz-content-sha256': payload, 'x-amz-date': stamp,
    ...credential.sessionToken ? { 'x-amz-security-token': credential.sessionToken } : {},
  }
  const names = Object.keys(all).sort()
  const canonical = [request.method, canonicalPath(url), canonicalQuery(url), ...names.map(name => `${name}:${all[name]}`), '', names.join(';'), payload].join('\n')
  const text = ['AWS4-HMAC-SHA256', stamp, scope, createHash('sha256').update(canonical).digest('hex')].join('\n')
  const key = [stamp.slice(0, 8), region, 's3', 'aws4_request'].reduce<string | Buffer>((secret, part) => createHmac('sha256', secret).update(part).digest(), `AWS4${credential.secretAccessKey}`)
  const signature = createHmac('sha256', key).update(text).digest('hex')
  const { host: _host, ...sent } = all   // the client writes it itself
  return { ...sent, authorization: `AWS4-HMAC-SHA256 Credential=${credential.accessKeyId}/${scope},SignedHeaders=${names.join(';')},Signature=${signature}` }
}

/** As S3 encodes keys: everything but the unreserved characters of RFC 3986. */
export function encodeKey(text: string): string {
  return encodeURIComponent(text).replaceAll(/[!'()*]/g, character => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
}

function canonicalPath({ pathname }: URL): string {
  return pathname.split('/').map(part => encodeKey(decodeURIComponent(part))).join('/')
}

function canonicalQuery({ searchParams }: URL): string {
  return [...searchParams].map(([name, value]) => `${encodeKey(name)}=${encodeKey(value)}`).sort().join('&')
}
