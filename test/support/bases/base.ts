import type { OciDescriptor } from '../../../lib/oci/descriptor.ts'
import type { DebianPackages } from './debian-packages.ts'
import type { Layout } from './layout.ts'

/** One base image, in the shape that the real one has. */
export interface Base {
  /** Where its registry has it: `library/alpine`. */
  readonly repository: string
  readonly tag: string
  /** Each `os/architecture[/variant]`, with the name that Debian has for its architecture. */
  readonly platforms: Readonly<Record<string, string>>
  /** The packages that it is made of, for each architecture. */
  readonly packages: readonly string[]
  /** Writes it, and returns its index. */
  make(wanted: Wanted): Promise<OciDescriptor>
}

export interface Wanted {
  readonly layout: Layout
  readonly packages: DebianPackages
  readonly platforms: readonly string[]
  /** Whether there may be layers in zstd. */
  readonly zstd: boolean
}
