import type { OciPlatform } from '../../../lib/oci/oci-platform.ts'

/** The platform that `linux/arm/v7` names. */
export function platformOf(name: string): OciPlatform {
  const [os = '', architecture = '', variant] = name.split('/')
  return { architecture, os, ...variant !== undefined && { variant } }
}
