/** What kind of thing went wrong, for programs that read the run record. */
export type ErrorCode =
  | 'USAGE'        // the command line or build.ts says something impossible
  | 'GIT'          // git is missing, refuses, or the repository is not what a release needs
  | 'VERSION'      // no version can be told, or the one named is not one
  | 'TOOLCHAIN'    // go is missing, too old, or not the one asked for
  | 'TARGET'       // a platform that the toolchain does not have
  | 'PROJECT'      // the project lacks something: a main package, a go.mod
  | 'STAMP'        // a stamped variable does not exist, cannot be stamped, or was not found in the binary
  | 'COMPILE'      // the compiler says no
  | 'MEMORY'       // the kernel killed a compiler, or it would
  | 'BINARY'       // the binary is not what it should be
  | 'FILES'        // a glob that matches nothing, a file that cannot be read
  | 'NAME'         // two artifacts with one name, or a name that cannot be used
  | 'CACHE'        // the cache folder cannot be used
  | 'CONTENT'      // bytes do not have the digest they should have
  | 'DESTINATION'  // a destination refuses
  | 'NETWORK'      // a server cannot be reached, or stops answering
  | 'REGISTRY'     // a registry refuses, lacks what was asked for, or answers wrongly
  | 'CREDENTIALS'  // a server wants other credentials, or any
  | 'IMAGE'        // an image or its base is not what is needed: no such platform, user or program in it
  | 'DOCKER'       // the Docker Engine is missing, refuses, or cannot build
  | 'COMMAND'      // a program that a step ran failed
  | 'DISK'         // no space, no permission
  | 'CHANGED'      // the source changed while it was being built
  | 'DIFFERENT'    // two builds that should be equal are not
  | 'CANCELLED'    // stopped by a signal

export interface ErrorDetails {
  readonly code: ErrorCode
  /** What the reader can do about it, one sentence in the imperative. */
  readonly hint?: string
  /** What the failed tool itself printed, shown once at the end of a run. */
  readonly output?: string
  readonly cause?: unknown
}

/** An error written for the reader of a CI log at night: `Cannot <verb> <what>: <why>`, and a hint. */
export class ReleaseError extends Error {
  override readonly name = 'ReleaseError'
  readonly code: ErrorCode
  readonly hint: string | undefined
  readonly output: string | undefined

  constructor(message: string, { code, hint, output, cause }: ErrorDetails) {
    super(message, cause === undefined ? undefined : { cause })
    this.code = code
    this.hint = hint
    this.output = output
  }
}
