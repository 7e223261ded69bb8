import type { OciDescriptor } from './descriptor.ts'

/** Layers that may not be passed on, and lie elsewhere: OCI image specification 1.1, "non-distributable layers". */
export function isForeign({ mediaType, urls = [] }: OciDescriptor): boolean {
  return urls.length > 0 && (mediaType.includes('.nondistributable.') || mediaType.includes('.foreign.'))
}
