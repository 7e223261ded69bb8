import type { Bytes } from './bytes.ts'
import { linkedStrings } from './executable/linked-strings.ts'
import { readLayout } from './executable/read-layout.ts'
import { wasmStrings } from './executable/wasm-strings.ts'
import { type GoModuleInfo, goModuleInfo } from './go-module-info.ts'

/** What a Go program says about how it was built, as `go version -m` prints it. */
export interface GoBuildInfo extends GoModuleInfo {
  /** The toolchain, such as `go1.26.8`. */
  readonly goVersion: string
}

/**
 * Reads the build info out of a program for any platform, without loading it: headers first, then the section they
 * name (Go's debug/buildinfo). Of a universal file, that of the first slice. Throws BINARY when there is none.
 */
export async function goBuildInfo(bytes: Bytes): Promise<GoBuildInfo> {
  const layout = await readLayout(bytes)
  const { goVersion, modules } = await (layout.format === 'wasm' ? wasmStrings : linkedStrings)(bytes, layout)
  return { goVersion, ...goModuleInfo(modules) }
}
