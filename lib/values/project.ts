/** What can be told of a Go project by looking at it. */
export interface Project {
  /** The name that archives carry: the module path's last element without a major version suffix. */
  readonly name: string
  /** The module path in go.mod. */
  readonly module: string
  /** Every main package that a release would make, the project's own first. */
  readonly mains: readonly MainPackage[]
  /** The Go version that go.mod asks for, `1.23`. */
  readonly go?: string
  /** The SPDX identifier of the license file, where it is a well-known one. */
  readonly license?: string
  /** What an archive takes along: the license and read-me files that stand in the project's folder, by name. */
  readonly documents: readonly string[]
  readonly place: {
    /** The folder of go.mod, absolute. */
    readonly folder: string
  }
}

export interface MainPackage {
  /** The program's name. */
  readonly program: string
  /** The package relative to the project's folder: `./cmd/gateway` or `.`. */
  readonly package: string
  /** Its version variables by their usual names: `{ version: 'main.version', commit: 'main.commit' }`. */
  readonly variables: Readonly<Partial<Record<'version' | 'commit' | 'date', string>>>
}
