import type { OciPlatform } from './oci-platform.ts'

type Variant = Pick<OciPlatform, 'architecture' | 'variant'>

/** What an architecture without a variant is, where that is a level of its own. */
const plain: ReadonlyMap<string, string> = new Map([['amd64', 'v1'], ['arm', 'v7'], ['arm64', 'v8']])

/** ARM before v5 is another world. */
const lowestArm = 5

/**
 * Whether a processor runs an image of a variant of its own architecture: one of the same variant, of a lower level, or of
 * none. ARM 9.x has all of 8.(x+5). Both in their one form; as in containerd's package platforms.
 */
export function runsVariant(host: Variant, image: Variant): boolean {
  const [own, needed] = [levelOf(host), levelOf(image)]
  if (own.text === needed.text || needed.text === '') return true
  if (own.shape !== needed.shape || (image.architecture === 'arm' && needed.major < lowestArm)) return false
  if (image.architecture === 'arm64' && own.major === 9 && needed.major === 8) return needed.minor <= own.minor + 5
  if (image.architecture === 'arm64' && own.major !== needed.major) return false
  return compareLevels(needed, own) <= 0
}

/** Orders variants of one architecture by level; none comes first. */
export function compareVariants(left: Variant, right: Variant): number {
  return compareLevels(levelOf(left), levelOf(right))
}

interface Level {
  readonly text: string
  /** What stands around the numbers: only variants of one shape can be compared. */
  readonly shape: string
  readonly major: number
  readonly minor: number
}

/** `v8.2`, `power10`, `rva23u64`. */
function levelOf({ architecture, variant }: Variant): Level {
  const text = variant ?? plain.get(architecture) ?? ''
  const [, before = text, major = '-1', minor = '0', after = ''] = /^(\D*)(\d{1,9})(?:\.(\d{1,9}))?(.*)$/s.exec(text) ?? []
  return { text, shape: `${before}#${after}`, major: Number(major), minor: Number(minor) }
}

function compareLevels(left: Level, right: Level): number {
  return left.major - right.major || left.minor - right.minor
}
