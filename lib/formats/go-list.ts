/** One package as `go list -json` describes it, as far as `goListFields` asks. Source: `go help list`. */
export interface GoListPackage {
  readonly ImportPath: string
  readonly Name?: string
  readonly Dir: string
  readonly Standard?: boolean
  /** Named by another package's import only. */
  readonly DepOnly?: boolean
  readonly Module?: GoListModule
  readonly GoFiles?: readonly string[]
  readonly CgoFiles?: readonly string[]
  readonly SFiles?: readonly string[]
  readonly SwigFiles?: readonly string[]
  readonly SwigCXXFiles?: readonly string[]
}

export interface GoListModule {
  readonly Path: string
  readonly Version?: string
  readonly Replace?: { readonly Path: string, readonly Version?: string }
}

/** The fields that name files which a compile reads, relative to the package's folder. */
const fileFields = [
  'GoFiles', 'CgoFiles', 'CFiles', 'CXXFiles', 'MFiles', 'HFiles', 'FFiles', 'SFiles', 'SwigFiles', 'SwigCXXFiles',
  'SysoFiles', 'EmbedFiles',
] as const

/** For `go list -json=`. */
export const goListFields: string = `ImportPath,Name,Dir,Standard,DepOnly,Module,${fileFields.join(',')}`

/** Reads what `go list -json` prints: objects one after the other, each ending in a line of its own. */
export function goList(output: string): readonly GoListPackage[] {
  return JSON.parse(`[${output.replaceAll(/^\}\r?\n\{/gm, '},{')}]`) as readonly GoListPackage[]
}

/** Every file of a package that a compile reads. */
export function filesOf(listed: GoListPackage): readonly string[] {
  const fields = listed as Partial<Record<typeof fileFields[number], readonly string[]>>
  return fileFields.flatMap(field => fields[field] ?? [])
}
