import type { DebianPackages } from './debian-packages.ts'

/** Mozilla's certificates in one file, as update-ca-certificates joins them. */
export async function certificates(packages: DebianPackages): Promise<string> {
  const all = await packages.members('ca-certificates', 'all', /^usr\/share\/ca-certificates\/mozilla\/.*\.crt$/)
  return all.toSorted((a, b) => (a.path < b.path ? -1 : 1)).map(({ bytes = new Uint8Array() }) => Buffer.from(bytes).toString()).join('')
}
