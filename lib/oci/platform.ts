import { ReleaseError } from '../values/errors.ts'
import { platformOf } from '../values/target.ts'
import type { Target } from '../values/target.ts'
import { isAttestation } from './attestation.ts'
import type { OciDescriptor } from './descriptor.ts'
import type { OciPlatform } from './oci-platform.ts'
import { compareVariants, runsVariant } from './variant.ts'

/** Other names that people and kernels have for an architecture, as containerd reads them. */
const aliases: ReadonlyMap<string, readonly [architecture: string, variant?: string]> = new Map([
  ['i386', ['386']], ['i686', ['386']], ['x86_64', ['amd64']], ['x86-64', ['amd64']], ['aarch64', ['arm64']],
  ['armhf', ['arm', 'v7']], ['armel', ['arm', 'v6']],
])

/** Variants, each after its architecture, that are written in another way, or not at all where they say nothing more. */
const variantForms: ReadonlyMap<string, string> = new Map([
  ['amd64/v1', ''], ['arm/', 'v7'], ['arm/5', 'v5'], ['arm/6', 'v6'], ['arm/7', 'v7'], ['arm/8', 'v8'],
  ['arm64/8', ''], ['arm64/v8', ''], ['arm64/v8.0', ''], ['arm64/9', 'v9'], ['arm64/v9.0', 'v9'],
])

/** What Go's variants are called in images: OCI image specification 1.1, "platform variants". Others have no name there. */
const variantsOfTargets: ReadonlyMap<string, RegExp> = new Map([
  ['amd64', /^v\d$/], ['arm', /^v\d/], ['arm64', /^v\d\.\d/], ['ppc64', /^power\d+$/], ['ppc64le', /^power\d+$/], ['riscv64', /^rva\d+u64$/],
])

/** For people and for configurations: `linux/amd64`, `linux/arm/v7`. */
export function platformText({ os, architecture, variant }: OciPlatform): string {
  return [os, architecture, ...variant ? [variant] : []].join('/')
}

/** Reads `linux/arm/v7` into its one form, with other names for architectures. @throws ReleaseError (TARGET) */
export function parsePlatform(text: string): OciPlatform {
  const [os = '', architecture = '', variant, ...rest] = text.split('/')
  const parts = [os, architecture, ...variant === undefined ? [] : [variant]]
  if (rest.length > 0 || !parts.every(part => /^[\w.-]+$/.test(part))) {
    throw new ReleaseError(`Cannot use the platform ${JSON.stringify(text)}: it is not os/architecture or os/architecture/variant`, {
      code: 'TARGET', hint: 'Write it such as linux/amd64 or linux/arm/v7.',
    })
  }
  return normalised({ os, architecture, ...variant !== undefined && { variant } })
}

/** The platform of an image that holds a program for a target of Go. @throws ReleaseError (TARGET) as `platformOf` */
export function platformOfTarget(target: Target): OciPlatform {
  const { os, architecture, variant = '' } = platformOf(target)
  const [named] = variantsOfTargets.get(architecture)?.exec(variant) ?? []
  return normalised({ os, architecture, ...named !== undefined && { variant: named } })
}

/**
 * The one form of a platform, as containerd compares them: `arm64/v8` is `arm64`, `amd64/v1` is `amd64`, `arm` is `arm/v7`,
 * `x86_64` is `amd64`, `macos` is `darwin`.
 */
export function normalised(platform: OciPlatform): OciPlatform {
  const { variant: _, ...others } = platform
  const os = platform.os.toLowerCase()
  const written = platform.architecture.toLowerCase()
  const [architecture, implied] = aliases.get(written) ?? [written]
  const given = implied ?? (architecture === '386' ? '' : platform.variant?.toLowerCase() ?? '')
  const variant = variantForms.get(`${architecture}/${given}`) ?? given
  return { ...others, os: os === 'macos' ? 'darwin' : os, architecture, ...variant !== '' && { variant } }
}

/**
 * The entry of an index that runs on a platform: the one of exactly its variant, else the highest of the lower ones, as
 * containerd chooses; of equals the first. Unlike there, an image for 386 is none for amd64: it would bring the wrong
 * programs along. Attestations are never chosen, nor entries without a platform.
 */
export function choosePlatform(descriptors: readonly OciDescriptor[], wanted: OciPlatform): OciDescriptor | undefined {
  const host = normalised(wanted)
  let best: { readonly descriptor: OciDescriptor; readonly platform: OciPlatform } | undefined
  for (const descriptor of descriptors) {
    if (!descriptor.platform || isAttestation(descriptor)) continue
    const platform = normalised(descriptor.platform)
    if (runs(host, platform) && (!best || compareVariants(platform, best.platform) > 0)) best = { descriptor, platform }
  }
  return best?.descriptor
}

function runs(host: OciPlatform, image: OciPlatform): boolean {
  const [version, needed] = [host['os.version'], image['os.version']]
  return host.os === image.os && host.architecture === image.architecture && runsVariant(host, image)
    && (!version || !needed || version === needed)
    && (image['os.features'] ?? []).every(feature => host['os.features']?.includes(feature))
}
