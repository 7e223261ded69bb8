import { statusOf } from '../../oci/registry/passing.ts'
import type { Registry } from '../../oci/registry/registry.ts'
import type { Digest } from '../../values/descriptor.ts'

/** What a tag or a digest means in a repository; undefined where it means nothing. Any other answer is an error. */
export async function digestAt(registry: Registry, tagOrDigest: string): Promise<Digest | undefined> {
  try {
    return (await registry.resolve(tagOrDigest)).digest
  } catch (error) {
    if (statusOf(error) === 404) return undefined
    throw error
  }
}
