import { ReleaseError } from './errors.ts'

/** A platform as Go spells it, with a variant where one is asked for: `linux/amd64`, `linux/arm/v7`, `linux/amd64/v3`. */
export type Target = `${string}/${string}`

/** A target taken apart. */
export interface Platform {
  readonly os: string
  readonly architecture: string
  /** The value of the architecture's own variable (GOARM, GOAMD64, ...), as in `v7`, `v3`, `softfloat`. */
  readonly variant?: string
}

interface Variants {
  readonly variable: string
  readonly pattern: RegExp
  readonly allowed: string
}

/** The variables of https://go.dev/doc/install/source#environment, one for each architecture that has one. */
const variants: Readonly<Record<string, Variants>> = {
  'amd64': { variable: 'GOAMD64', pattern: /^v[1-4]$/, allowed: 'v1, v2, v3, v4' },
  'arm': { variable: 'GOARM', pattern: /^v[567](,softfloat|,hardfloat)?$/, allowed: 'v5, v6, v7, each with ,softfloat or ,hardfloat' },
  'arm64': { variable: 'GOARM64', pattern: /^v(8\.[0-9]|9\.[0-5])(,lse)?(,crypto)?$/, allowed: 'v8.0 to v9.5, with ,lse and ,crypto' },
  '386': { variable: 'GO386', pattern: /^(sse2|softfloat)$/, allowed: 'sse2, softfloat' },
  'mips': { variable: 'GOMIPS', pattern: /^(hardfloat|softfloat)$/, allowed: 'hardfloat, softfloat' },
  'mipsle': { variable: 'GOMIPS', pattern: /^(hardfloat|softfloat)$/, allowed: 'hardfloat, softfloat' },
  'mips64': { variable: 'GOMIPS64', pattern: /^(hardfloat|softfloat)$/, allowed: 'hardfloat, softfloat' },
  'mips64le': { variable: 'GOMIPS64', pattern: /^(hardfloat|softfloat)$/, allowed: 'hardfloat, softfloat' },
  'ppc64': { variable: 'GOPPC64', pattern: /^power(8|9|10)$/, allowed: 'power8, power9, power10' },
  'ppc64le': { variable: 'GOPPC64', pattern: /^power(8|9|10)$/, allowed: 'power8, power9, power10' },
  'riscv64': { variable: 'GORISCV64', pattern: /^rva2[0-9]u64$/, allowed: 'rva20u64, rva22u64, rva23u64' },
  'wasm': { variable: 'GOWASM', pattern: /^(satconv|signext)(,(satconv|signext))?$/, allowed: 'satconv, signext' },
}

/** Takes a target apart. @throws ReleaseError (TARGET) where it is no `os/architecture[/variant]` or the variant does not exist */
export function platformOf(target: string): Platform {
  const [os, architecture, variant, ...rest] = target.split('/')
  if (!os || !architecture || variant === '' || rest.length > 0) throw malformed(target)
  if (variant === undefined) return { os, architecture }
  const known = variantsOf(architecture)
  if (!known?.pattern.test(variant)) {
    throw new ReleaseError(`Cannot build for ${target}: ${architecture} has no variant ${variant}`, {
      code: 'TARGET', hint: known ? `Use one of ${known.allowed}.` : `Write ${os}/${architecture}.`,
    })
  }
  return { os, architecture, variant }
}

/** `linux/arm` without its variant, as `go tool dist list` prints it. */
export function pairOf(target: string): Target {
  const { os, architecture } = platformOf(target)
  return `${os}/${architecture}`
}

/**
 * Go's variables for a target. A variant that is not named is not set: compilers run without the caller's environment,
 * so Go's own default holds.
 */
export function goEnvironment(target: string): Readonly<Record<string, string>> {
  const { os, architecture, variant } = platformOf(target)
  const known = variantsOf(architecture)
  if (!known || variant === undefined) return { GOOS: os, GOARCH: architecture }
  return { GOOS: os, GOARCH: architecture, [known.variable]: known.variable === 'GOARM' ? variant.slice(1) : variant }
}

/** A target as file names carry it: `linux_amd64`, `linux_armv7`, `linux_amd64v3`, `linux_386_softfloat`. */
export function targetToken(target: string): string {
  const { os, architecture, variant } = platformOf(target)
  if (variant === undefined) return `${os}_${architecture}`
  const text = variant.replaceAll(',', '_')
  return /^v\d/.test(text) ? `${os}_${architecture}${text}` : `${os}_${architecture}_${text}`
}

function variantsOf(architecture: string): Variants | undefined {
  return Object.hasOwn(variants, architecture) ? variants[architecture] : undefined
}

function malformed(target: string): ReleaseError {
  return new ReleaseError(`Cannot build for ${JSON.stringify(target)}: it is no platform`, {
    code: 'TARGET', hint: 'Write os/architecture or os/architecture/variant, such as linux/amd64 or linux/arm/v7.',
  })
}
