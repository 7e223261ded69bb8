import { readFile } from 'node:fs/promises'
import { storedMembers } from '../formats/stored-members.ts'
import { staticBase, type StaticBaseLayer } from '../oci/static-base.ts'
import { digestOf } from '../values/digest.ts'
import { ReleaseError } from '../values/errors.ts'
import { certificateBundle } from './certificate-bundle.ts'

export interface StaticSources {
  /** A file of certificates in PEM form, absolute; without one it is Mozilla's list as this Node carries it. */
  readonly certificates?: string
  /** The zip of time zones that a Go toolchain brings, absolute. */
  readonly zoneinfo: string
}

export interface GatheredBase extends StaticBaseLayer {
  /** What the bytes depend on, for keys and for the record. */
  readonly named: {
    /** `node v20.19.0 sha256:...` or `file sha256:...` */
    readonly certificates: string
    /** The digest of the zip. */
    readonly zones: string
  }
}

/**
 * The static base, of what this machine has.
 * @throws ReleaseError (FILES) where a file cannot be read or holds no certificates, (CONTENT) where the zip is none or damaged
 */
export async function staticParts({ certificates: file, zoneinfo }: StaticSources): Promise<GatheredBase> {
  const [{ pem, origin }, zip] = await Promise.all([certificateBundle(file), readZones(zoneinfo)])
  return {
    ...staticBase({ certificates: pem, zones: storedMembers(zip, zoneinfo) }),
    named: { certificates: origin, zones: digestOf(zip) },
  }
}

async function readZones(file: string): Promise<Uint8Array> {
  return readFile(file).catch(cause => {
    throw new ReleaseError(`Cannot read the time zones in ${file}: ${(cause as NodeJS.ErrnoException).code}`, {
      code: 'FILES', cause, hint: 'A Go toolchain has them in lib/time/zoneinfo.zip: install it whole, or name another zip.',
    })
  })
}
