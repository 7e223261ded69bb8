import { type S3, textBody } from '../../clients/s3.ts'
import type { Descriptor, Digest } from '../../values/descriptor.ts'
import { digestOf } from '../../values/digest.ts'
import { ReleaseError } from '../../values/errors.ts'
import { abort, begin, complete, giveUp, isPart, listParts, type Part, sendParts, type Upload, whileThere } from './bucket-upload.ts'
import { differs } from './site-session.ts'
import type { SiteStore, StagedFile } from './site-store.ts'

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

function gone(where: string, path: string): never {
  throw new ReleaseError(`Cannot publish ${path} at ${where}: its upload is gone`, { code: 'DESTINATION', hint: 'Run the release again.' })
}
