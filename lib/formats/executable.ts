import type { Bytes } from './bytes.ts'
import type { ExecutableFormat } from './executable/layout.ts'
import { readLayout } from './executable/read-layout.ts'

export type { ExecutableFormat }

/** What the headers of an executable file say about where it runs. */
export interface Executable {
  readonly format: ExecutableFormat
  /** Go's names (GOARCH), in the order of the file; several in a universal file alone. */
  readonly architectures: readonly string[]
  /** Go's name (GOOS). Static ELF files of Linux and DragonFly tell nothing, nor do those of Solaris and illumos. */
  readonly os?: string
}

/** Reads the headers of an executable file, and no more than these; throws BINARY when it is none that Go links. */
export async function executable(bytes: Bytes): Promise<Executable> {
  const { format, architectures, os } = await readLayout(bytes)
  return { format, architectures, ...os !== undefined && { os } }
}
