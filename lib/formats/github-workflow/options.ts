/** What a workflow is made for. */
export interface WorkflowOptions {
  /** The project's name. */
  readonly project: string
  /** The name of its build.ts. */
  readonly script: string
  /** The folder of go.mod and build.ts below the repository's root, with slashes; empty where it is the root. */
  readonly folder: string
  /** What stands before versions in its tags: `api/`, or nothing. */
  readonly prefix: string
  /** The branch that versions are tagged on. */
  readonly branch: string
  /** How many machines build at once. */
  readonly shards: number
  /** A version of Node, or a file in the folder that names one. */
  readonly node: { readonly version: string } | { readonly file: string }
  readonly sends: Sends
}

/** What the job that publishes needs to be allowed, and to know. */
export interface Sends {
  /** A GitHub release. */
  readonly release: boolean
  /** Images or charts at GitHub's own registry. */
  readonly packages: boolean
  /** The cache that machines share, at GitHub's own registry: the machines that build write into it. */
  readonly cache?: boolean
  /** Variables that hold the workflow's own token, and those that hold secrets of the repository. */
  readonly tokens: readonly string[]
  readonly secrets: readonly string[]
}
