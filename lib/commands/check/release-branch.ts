import type { BuildDefinition } from '../../goals.ts'

/** The branches that build.ts names; undefined where it names none. */
export function namedBranches({ release }: Pick<BuildDefinition, 'release'>): readonly string[] | undefined {
  const named = [release?.branch ?? []].flat()
  return named.length === 0 ? undefined : named
}

/** Whether a branch is one of those; `*` stands for anything. */
export function isNamed(branch: string, named: readonly string[]): boolean {
  return named.some(name => new RegExp(`^${name.split('*').map(part => part.replaceAll(/[.+?^${}()|[\]\\]/g, String.raw`\$&`)).join('.*')}$`).test(branch))
}

/** The branch that a version is cut from: of those that are named the one that is checked out, else the first that is a name. */
export function cutBranch(named: readonly string[], checkedOut: string | undefined): string {
  return checkedOut !== undefined && isNamed(checkedOut, named) ? checkedOut : named.find(name => !name.includes('*')) ?? 'main'
}
