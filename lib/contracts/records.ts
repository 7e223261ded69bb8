import type { Digest } from '../values/descriptor.ts'
import type { Json } from '../values/json.ts'

/** The cache's index: what was made for which key. Values are small. */
export interface Records {
  find(key: Digest): Promise<Json | undefined>
  keep(key: Digest, value: Json): Promise<void>
}
