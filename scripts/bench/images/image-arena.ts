/** What the benches of images get. */
export interface ImageArena {
  /** Where they write. */
  readonly folder: string
  readonly environment: NodeJS.ProcessEnv
  readonly signal: AbortSignal
  /** Rounds that were asked for; each kind of work has its own number otherwise. */
  readonly runs: number | undefined
  readonly log: (line: string) => void
}
