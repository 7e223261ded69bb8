export interface ExecOptions {
  /** The folder it runs in; the step's temporary folder where none is named. */
  readonly cwd?: string
  /** Added to the fixed environment of the run. */
  readonly env?: Readonly<Record<string, string>>
  readonly input?: string
  /** With false a failure is returned, not thrown. */
  readonly check?: boolean
  /** Told the resident bytes of the process tree, several times a second. */
  readonly watch?: (residentBytes: number) => void
  /** Told each line as it is printed, on either stream. */
  readonly line?: (text: string) => void
}

export interface Finished {
  readonly stdout: string
  readonly stderr: string
  /** null where a signal ended it. */
  readonly exitCode: number | null
  readonly signal: string | null
}

/**
 * Runs a program with exactly these arguments, without a shell, in an environment that does not depend on the caller's.
 * Its whole process tree ends with the run.
 * @throws ReleaseError (COMMAND) with the program's output, where it fails and `check` is not false
 */
export type Exec = (program: string, args: readonly string[], options?: ExecOptions) => Promise<Finished>
