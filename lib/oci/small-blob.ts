import { ReleaseError } from '../values/errors.ts'
import { readableBytes } from '../values/readable.ts'
import type { OciDescriptor } from './descriptor.ts'
import type { Source } from './store.ts'

/**
 * A blob that is small enough for memory: a manifest, a config.
 * @param limit bytes
 * @throws ReleaseError (CONTENT) where it has more bytes than that, and what the source throws
 */
export async function smallBlob(source: Pick<Source, 'name' | 'open'>, descriptor: OciDescriptor, limit: number): Promise<Buffer> {
  if (descriptor.size > limit) throw tooLarge(source, descriptor, limit)
  const parts: Uint8Array[] = []
  let size = 0
  for await (const part of source.open(descriptor)) {
    size += part.length
    if (size > limit) throw tooLarge(source, descriptor, limit)
    parts.push(part)
  }
  return Buffer.concat(parts)
}

function tooLarge({ name }: Pick<Source, 'name'>, { digest, mediaType }: OciDescriptor, limit: number): ReleaseError {
  return new ReleaseError(`Cannot read ${digest} from ${name}: it has more than ${readableBytes(limit)}, too much for ${mediaType}`, {
    code: 'CONTENT', hint: 'It is not what it says it is: build and push the image again.',
  })
}
