import type { OciDescriptor } from './descriptor.ts'

/**
 * Whether an entry of an index is no image but says how one was made, as BuildKit writes it: with the platform
 * `unknown/unknown`, and the annotation `vnd.docker.reference.type` (its docs/attestations/attestation-storage.md).
 */
export function isAttestation({ platform, annotations }: OciDescriptor): boolean {
  return annotations?.['vnd.docker.reference.type'] === 'attestation-manifest'
    || (platform?.os === 'unknown' && platform.architecture === 'unknown')
}
