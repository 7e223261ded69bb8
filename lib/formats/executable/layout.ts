export type ExecutableFormat = 'elf' | 'macho' | 'macho-universal' | 'pe' | 'wasm' | 'xcoff' | 'plan9'

/** A part of a file, in bytes from its start. */
export interface Region {
  readonly offset: number
  readonly size: number
}

/** What is read from the headers of an executable file. */
export interface Layout {
  readonly format: ExecutableFormat
  readonly architectures: readonly string[]
  readonly os?: string | undefined
  /** Where Go's linker leaves the build info, as in Go's debug/buildinfo: a section of its own, or the first data. */
  readonly data?: Region | undefined
}
