import type { Content } from '../contracts/content.ts'
import type { Descriptor } from '../values/descriptor.ts'

/** The value of a blob of JSON that Slipway wrote itself. @throws as `Content.open` */
export async function readJson<T>(descriptor: Descriptor, content: Pick<Content, 'open'>): Promise<T> {
  return JSON.parse((await readBytes(descriptor, content)).toString()) as T
}

/** All bytes of a small blob. @throws as `Content.open` */
export async function readBytes(descriptor: Descriptor, content: Pick<Content, 'open'>): Promise<Buffer> {
  const parts: Uint8Array[] = []
  for await (const part of content.open(descriptor)) parts.push(part)
  return Buffer.concat(parts)
}
