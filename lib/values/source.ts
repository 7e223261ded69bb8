/** A folder that steps read from. What they read of it is part of their identity, where it stands is not. */
export interface Source {
  readonly kind: 'source'
  /** What it is read for: `go`, `files`, `git`. */
  readonly use: string
  readonly place: {
    /** Absolute. */
    readonly folder: string
    /** The repository's root, absolute, where there is one. */
    readonly repository?: string
    /** Folders and files inside that are made by releases, never read: dist and what stands beside it; absolute. */
    readonly outputs: readonly string[]
  }
}
