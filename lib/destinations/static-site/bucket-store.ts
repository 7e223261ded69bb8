import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { element, elements, type S3, s3Code, textBody } from '../../clients/s3.ts'
import type { Content } from '../../contracts/content.ts'
import type { Descriptor, Digest } from '../../values/descriptor.ts'
import { digestOf } from '../../values/digest.ts'
import { ReleaseError } from '../../values/errors.ts'
import { differs } from './site-session.ts'
import type { SiteStore, StagedFile } from './site-store.ts'

/** A part of an upload, and what the server is to say of it. */
interface Part {
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

/**
 * A bucket that is served as a site. Files are uploads in parts that are not completed, which nobody sees; the digest goes with a
 * file as metadata. Pointers move by compare-and-swap: If-Match, or If-None-Match where there is none yet.
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html and mpuoverview.html.
 * @param prefix empty, or a path that ends with a slash
 */
export function bucketStore(s3: S3, prefix: string): SiteStore {
  const where = `${s3.where}/${prefix}`
  const pending = new Set<Upload>()
  const key = (path: string): string => `${prefix}${path}`
  const digestAt = (path: string): Promise<Digest | undefined> => digestThere(s3, key(path))
  return {
    where, digestAt,
    stage: async (path, bytes, content) => {
      const upload = await begin(s3, { key: key(path), path, digest: bytes.digest })
      pending.add(upload)
      const parts = await whileThere(() => sendParts(s3, upload, bytes, content))
      return stagedFile(s3, { where, upload, parts, bytes, digestAt, done: () => pending.delete(upload) })
    },
    readPointer: async path => {
      const answer = await s3.ask({ method: 'GET', key: key(path), expects: [404], doing: `read ${path}` })
      return answer.status === 404 ? undefined : { text: answer.text, tag: answer.header('etag') ?? '' }
    },
    writePointer: async (path, text, expected) => {
      const answer = await s3.ask({
        method: 'PUT', key: key(path), body: textBody(text), expects: [412, 409, 404], doing: `write ${path}`,
        headers: { 'content-type': 'application/json', 'cache-control': 'no-cache', ...expected ? { 'if-match': expected.tag } : { 'if-none-match': '*' } },
      })
      return answer.status < 300
    },
    remove: async path => { await s3.ask({ method: 'DELETE', key: key(path), expects: [404], doing: `delete ${path}` }) },
    clear: async paths => { await giveUp(s3, paths.map(key)).catch(() => undefined) },
    requireWritable: async () => {
      const upload = await begin(s3, { key: key('.slipway'), path: '.slipway', digest: `sha256:${'0'.repeat(64)}` })
      try {
        await whileThere(() => listParts(s3, upload))
      } finally {
        await abort(s3, upload)
        await giveUp(s3, [upload.key]).catch(() => undefined)   // what a run has left that died here
      }
    },
    close: async () => {
      for (const upload of pending) await abort(s3, upload).catch(() => undefined)   // what stays is seen by nobody
      pending.clear()
    },
  }
}

async function digestThere(s3: S3, key: string): Promise<Digest | undefined> {
  const answer = await s3.ask({ method: 'HEAD', key, expects: [404], doing: `look for ${key}` })
  if (answer.status === 404) return undefined
  const hex = answer.header('x-amz-meta-sha256') ?? ''
  if (/^[\da-f]{64}$/.test(hex)) return `sha256:${hex}`
  // Somebody else has put it there.
  return digestOf((await s3.ask({ method: 'GET', key, doing: `read ${key}` })).bytes)
}

interface Upload {
  readonly key: string
  /** On the site. */
  readonly path: string
  readonly id: string
}

async function begin(s3: S3, { key, path, digest }: Pick<Upload, 'key' | 'path'> & { readonly digest: Digest }): Promise<Upload> {
  const { text } = await s3.ask({
    method: 'POST', key, query: { uploads: '' }, doing: `upload ${path}`,
    headers: { 'content-type': typeOf(path), 'cache-control': 'public, max-age=31536000, immutable', 'x-amz-checksum-algorithm': 'SHA256', 'x-amz-meta-sha256': digest.slice('sha256:'.length) },
  })
  const id = element(text, 'UploadId')
  if (id !== undefined) return { key, path, id }
  throw new ReleaseError(`Cannot upload ${path} to ${s3.where}: its answer names no upload`, { code: 'DESTINATION', hint: 'Check that the endpoint speaks S3\'s protocol.' })
}

async function abort(s3: S3, { key, path, id }: Upload): Promise<void> {
  await s3.ask({ method: 'DELETE', key, query: { uploadId: id }, expects: [404], doing: `give up the upload of ${path}` })
}

async function sendParts(s3: S3, { key, path, id }: Upload, bytes: Descriptor, content: Content): Promise<readonly Part[]> {
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

interface Staging {
  readonly where: string
  readonly upload: Upload
  /** Absent where another run has given the upload up meanwhile, because its file is there. */
  readonly parts: readonly Part[] | undefined
  readonly bytes: Descriptor
  digestAt(path: string): Promise<Digest | undefined>
  done(): void
}

function stagedFile(s3: S3, { where, upload, parts, bytes, digestAt, done }: Staging): StagedFile {
  const { path } = upload
  return {
    digest: async () => {
      const listed = parts && await whileThere(() => listParts(s3, upload))
      if (!listed) return await digestAt(path) ?? gone(where, path)
      const same = listed.length === parts.length && parts.every((part, index) => isPart(part, listed[index] ?? ''))
      // The parts are those of a file that was hashed as a whole; others have no digest of their own.
      return same ? bytes.digest : digestOf(listed.join(''))
    },
    publish: async () => {
      if (parts && await complete(s3, upload, parts)) return done()
      const there = await digestAt(path)
      if (there === undefined) gone(where, path)
      if (there !== bytes.digest) throw differs(where, path, there, bytes.digest)
    },
  }
}

/** @returns false where its name is taken, or the upload is no more: it was completed, and the answer got lost, or another run has done it */
async function complete(s3: S3, { key, path, id }: Upload, parts: readonly Part[]): Promise<boolean> {
  const list = parts.map(({ number, etag, sha256 }) => `<Part><PartNumber>${number}</PartNumber><ETag>${etag}</ETag><ChecksumSHA256>${sha256.toString('base64')}</ChecksumSHA256></Part>`).join('')
  const answer = await whileThere(() => s3.ask({
    method: 'POST', key, query: { uploadId: id }, headers: { 'if-none-match': '*', 'content-type': 'application/xml' }, expects: [412, 409], doing: `publish ${path}`,
    body: textBody(`<CompleteMultipartUpload xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${list}</CompleteMultipartUpload>`),
  }))
  return answer !== undefined && answer.status < 300
}

/** Undefined where the upload is no more. */
async function whileThere<T>(ask: () => Promise<T>): Promise<T | undefined> {
  try {
    return await ask()
  } catch (error) {
    if (s3Code(error) === 'NoSuchUpload') return undefined
    throw error
  }
}

function gone(where: string, path: string): never {
  throw new ReleaseError(`Cannot publish ${path} at ${where}: its upload is gone`, { code: 'DESTINATION', hint: 'Run the release again.' })
}

/** Ends what runs that died have left of uploads to these keys, a thousand at most: they cost a little, and are seen by nobody. */
async function giveUp(s3: S3, keys: readonly string[]): Promise<void> {
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
async function listParts(s3: S3, { key, path, id }: Upload): Promise<readonly string[]> {
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
function isPart({ number, size, sha256, md5 }: Part, xml: string): boolean {
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
