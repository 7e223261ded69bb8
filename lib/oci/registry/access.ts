/** What is done with a repository, as tokens name it. */
export interface Access {
  readonly repository: string
  readonly actions: readonly ('pull' | 'push' | 'delete')[]
}

/** The distribution project's "Docker Registry Token Scope And Access": `repository:example/app:pull,push`. */
export function scopesOf(access: readonly Access[]): readonly string[] {
  return access.map(({ repository, actions }) => `repository:${repository}:${actions.join(',')}`)
}
