import type { Descriptor, Digest } from '../values/descriptor.ts'
import { ReleaseError } from '../values/errors.ts'

/** What a store says that was given other bytes than it was told. @param store what errors call it */
export function otherBytes(store: string, told: Descriptor, came: Digest): ReleaseError {
  return new ReleaseError(`Cannot put ${told.digest} into ${store}: the bytes that came are ${came}`, {
    code: 'CONTENT', hint: 'Run it again; if that does not help, what it is read from is damaged.',
  })
}
