import { createHash, randomBytes } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { chmod, lstat, mkdir, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Content, Damage } from '../contracts/content.ts'
import type { Descriptor, Digest } from '../values/descriptor.ts'
import { diskError } from '../values/disk-error.ts'
import { ReleaseError } from '../values/errors.ts'
import { digestOfFile } from './digest-of-file.ts'
import { fileBytes } from './file-bytes.ts'
import { filePieces } from './file-pieces.ts'
import { writeHashed } from './write-hashed.ts'

/**
 * A content store in a folder: `blobs/sha256/<hex>`, as in the OCI image layout specification, "blobs".
 * @param folder the layout's folder
 * @param temporary a folder on the same file system for files that are being written
 */
export function blobsIn(folder: string, temporary: string): Content {
  const blobs = join(folder, 'blobs', 'sha256')
  const pathOf = ({ digest }: Descriptor): string => join(blobs, digest.slice('sha256:'.length))

  const place = async (file: string, digest: Digest): Promise<void> => {
    // Nobody writes into a blob; a script may run one that is a program.
    await chmod(file, 0o555)
    await mkdir(blobs, { recursive: true })
    await rename(file, join(blobs, digest.slice('sha256:'.length)))
  }
  /** What keeps this folder from being written; a source that cannot be read is none of it. */
  const refusal = (error: unknown): ReleaseError | undefined => {
    const { code, path } = error as NodeJS.ErrnoException
    const ours = code === 'ENOSPC' || code === 'EDQUOT' || [folder, temporary].some(one => path?.startsWith(one))
    return ours ? diskError(error, `the cache folder ${folder}`) : undefined
  }
  /** A file that has another name too changes with it. */
  const copied = async (file: string, size: number, mediaType: string): Promise<Descriptor> => {
    const descriptor = await content.put(createReadStream(file, filePieces(size)), mediaType)
    await rm(file)
    return descriptor
  }
  const content: Content = {
    has: async descriptor => (await sizeOf(pathOf(descriptor))) === descriptor.size,
    open: descriptor => verified(pathOf(descriptor), descriptor),
    file: async descriptor => {
      await verify(pathOf(descriptor), descriptor)
      return pathOf(descriptor)
    },
    put: async (bytes, mediaType) => {
      const file = join(temporary, `blob-${randomBytes(6).toString('hex')}`)
      try {
        await mkdir(temporary, { recursive: true })
        const { digest, size } = await writeHashed(file, bytes)
        await place(file, digest)
        return { mediaType, digest, size }
      } catch (error) {
        await rm(file, { force: true })
        throw refusal(error) ?? error
      }
    },
    adopt: async (file, mediaType) => {
      const status = await lstat(file)
      if (status.nlink > 1 || !status.isFile()) return copied(file, status.size, mediaType)
      const { digest, size } = await digestOfFile(file)
      await place(file, digest).catch(error => { throw refusal(error) ?? error })
      return { mediaType, digest, size }
    },
    drop: async descriptor => {
      try {
        await verify(pathOf(descriptor), descriptor)
      } catch {
        await rm(pathOf(descriptor), { force: true })
      }
    },
  }
  return content
}

async function sizeOf(file: string): Promise<number | undefined> {
  try {
    return (await stat(file)).size
  } catch {
    return undefined
  }
}

async function verify(file: string, descriptor: Descriptor): Promise<void> {
  requireSame(await digestOfFile(file).catch((cause: unknown) => { throw missing(cause, descriptor) }), descriptor)
}

async function* verified(file: string, descriptor: Descriptor): AsyncGenerator<Uint8Array> {
  const hash = createHash('sha256')
  let size = 0
  try {
    for await (const bytes of fileBytes(file, descriptor.size)) {
      hash.update(bytes)
      size += bytes.length
      yield bytes
    }
  } catch (cause) {
    throw missing(cause, descriptor)
  }
  requireSame({ size, digest: `sha256:${hash.digest('hex')}` }, descriptor)
}

function missing(cause: unknown, descriptor: Descriptor): unknown {
  return (cause as NodeJS.ErrnoException).code === 'ENOENT' ? damaged(descriptor, 'it is missing') : cause
}

function requireSame({ digest, size }: Pick<Descriptor, 'digest' | 'size'>, descriptor: Descriptor): void {
  if (size !== descriptor.size || digest !== descriptor.digest) throw damaged(descriptor, 'its bytes are not what they were')
}

function damaged(descriptor: Descriptor, why: string): ReleaseError {
  const damage: Damage = { damaged: descriptor }
  return new ReleaseError(`Cannot use ${descriptor.digest} from the cache: ${why}`, {
    code: 'CONTENT', hint: 'Run the release again: what is damaged is made again.', cause: damage,
  })
}
