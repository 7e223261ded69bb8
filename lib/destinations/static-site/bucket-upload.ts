import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { element, elements, type S3, s3Code, textBody } from '../../clients/s3.ts'
import type { Content } from '../../contracts/content.ts'
import type { Descriptor, Digest } from '../../values/descriptor.ts'
import { ReleaseError } from '../../values/errors.ts'

/** A part of an upload, and what the server is to say of it. */
export interface Part {
  readonly number: number
  readonly size: number
  readonly sha256: Buffer
  readonly md5: string
  /** As the server calls it. */
  readonly etag: string
}

/** Bytes: no part but the last may have less than five MiB, and no upload more than ten thousand parts. */
const smallest = 16 << 20
const mostParts = 10_000

export interface Upload {
  readonly key: string
  /** On the site. */
  readonly path: string
  readonly id: string
}

export async function begin(s3: S3, { key, path, digest }: Pick<Upload, 'key' | 'path'> & { readonly digest: Digest }): Promise<Upload> {
  const { text } = await s3.ask({
    method: 'POST', key, query: { uploads: '' }, doing: `upload ${path}`,
    headers: { 'content-type': typeOf(path), 'cache-control': 'public, max-age=31536000, immutable', 'x-amz-checksum-algorithm': 'SHA256', 'x-amz-meta-sha256': digest.slice('sha256:'.length) },
  })
  const id = element(text, 'UploadId')
  if (id !== undefined) return { key, path, id }
  throw new ReleaseError(`Cannot upload ${path} to ${s3.where}: its answer names no upload`, { code: 'DESTINATION', hint: 'Check that the endpoint speaks S3\'s protocol.' })
}

export async function abort(s3: S3, { key, path, id }: Upload): Promise<void> {
  await s3.ask({ method: 'DELETE', key, query: { uploadId: id }, expects: [404], doing: `give up the upload of ${path}` })
}

export async function sendParts(s3: S3, { key, path, id }: Upload, bytes: Descriptor, content: Content): Promise<readonly Part[]> {
  const file = await content.file(bytes)
  const size = Math.max(smallest, Math.ceil(bytes.size / mostParts))
  const parts: Part[] = []
  for (let start = 0; start === 0 || start < bytes.size; start += size) {
    const length = Math.min(size, bytes.size - start)
    const open = (): AsyncIterable<Uint8Array> | Iterable<Uint8Array> => (length === 0 ? [] : createReadStream(file, { start, end: start + length - 1, highWaterMark: 1 << 20 }) as AsyncIterable<Buffer>)
    const [sha256, md5] = [createHash('sha256'), createHash('md5')]
    for await (const chunk of open()) {
      sha256.update(chunk)
      md5.update(chunk)
    }
    const part = { number: parts.length + 1, size: length, sha256: sha256.digest(), md5: md5.digest('hex') }
    const answer = await s3.ask({
      method: 'PUT', key, query: { partNumber: String(part.number), uploadId: id }, doing: `upload ${path}`,
      headers: { 'x-amz-checksum-sha256': part.sha256.toString('base64') }, body: { size: length, sha256: part.sha256.toString('hex'), open },
    })
    parts.push({ ...part, etag: answer.header('etag') ?? `"${part.md5}"` })
  }
  return parts
}

/** @returns false where its name is taken, or the upload is no more: it was completed, and the answer got lost, or another run has done it */
export async function complete(s3: S3, { key, path, id }: Upload, parts: readonly Part[]): Promise<boolean> {
  const list = parts.map(({ number, etag, sha256 }) => `<Part><PartNumber>${number}</PartNumber><ETag>${etag}</ETag><ChecksumSHA256>${sha256.toString('base64')}</ChecksumSHA256></Part>`).join('')
  const answer = await whileThere(() => s3.ask({
    method: 'POST', key, query: { uploadId: id }, headers: { 'if-none-match': '*', 'content-type': 'application/xml' }, expects: [412, 409], doing: `publish ${path}`,
    body: textBody(`<CompleteMultipartUpload xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${list}</CompleteMultipartUpload>`),
  }))
  return answer !== undefined && answer.status < 300
}

/** Undefined where the upload is no more. */
export async function whileThere<T>(ask: () => Promise<T>): Promise<T | undefined> {
  try {
    return await ask()
  } catch (error) {
    if (s3Code(error) === 'NoSuchUpload') return undefined
    throw error
  }
}

/** Ends what runs that died have left of uploads to these keys, a thousand at most: they cost a little, and are seen by nobody. */
export async function giveUp(s3: S3, keys: readonly string[]): Promise<void> {
  const prefix = keys.reduce(commonStart, keys[0] ?? '')
  const { text } = await s3.ask({ method: 'GET', query: { uploads: '', prefix }, doing: `look for uploads to ${prefix}` })
  for (const xml of elements(text, 'Upload')) {
    const [key, id] = [element(xml, 'Key') ?? '', element(xml, 'UploadId')]
    if (keys.includes(key) && id !== undefined) await abort(s3, { key, path: key, id })
  }
}

function commonStart(one: string, other: string): string {
  let length = 0
  while (length < one.length && one[length] === other[length]) length += 1
  return one.slice(0, length)
}

/** The parts that the server has of an upload. */
export async function listParts(s3: S3, { key, path, id }: Upload): Promise<readonly string[]> {
  const parts: string[] = []
  for (let marker = '0'; ;) {
    const { text } = await s3.ask({ method: 'GET', key, query: { uploadId: id, 'part-number-marker': marker }, doing: `read back ${path}` })
    parts.push(...elements(text, 'Part'))
    const next = element(text, 'NextPartNumberMarker')
    if (element(text, 'IsTruncated') !== 'true' || next === undefined || next === marker) return parts
    marker = next
  }
}

/** By the checksum; a server that has none of parts has the MD5 as ETag. */
export function isPart({ number, size, sha256, md5 }: Part, xml: string): boolean {
  const checksum = element(xml, 'ChecksumSHA256')
  const same = checksum ? checksum === sha256.toString('base64') : element(xml, 'ETag')?.replaceAll('"', '') === md5
  return same && element(xml, 'PartNumber') === String(number) && element(xml, 'Size') === String(size)
}

const types: Readonly<Record<string, string>> = {
  json: 'application/json', gz: 'application/gzip', tgz: 'application/gzip', zip: 'application/zip', txt: 'text/plain; charset=utf-8', md: 'text/markdown; charset=utf-8',
  yaml: 'application/yaml', yml: 'application/yaml', sh: 'text/plain; charset=utf-8', ps1: 'text/plain; charset=utf-8', html: 'text/html; charset=utf-8',
}

function typeOf(path: string): string {
  const end = path.slice(path.lastIndexOf('.') + 1)
  return Object.hasOwn(types, end) ? types[end] ?? '' : 'application/octet-stream'
}
