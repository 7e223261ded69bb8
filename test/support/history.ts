import type { GitRepository } from './git-repository.ts'

export interface Said {
  /** `Ann <ann@example.com>` */
  readonly author?: string
  readonly files?: Readonly<Record<string, string>>
}

/** Commits all that is there with a message. Returns the commit's id. */
export async function say(repository: GitRepository, message: string, { author, files = {} }: Said = {}): Promise<string> {
  await repository.write(files)
  await repository.git('add', '--all')
  await repository.git('commit', '--quiet', '--allow-empty', '--cleanup=verbatim', ...author === undefined ? [] : [`--author=${author}`], `--message=${message}`)
  return repository.git('rev-parse', 'HEAD')
}

/** Commits on a branch of their own and merges it, as a host does. */
export async function merge(repository: GitRepository, words: string, messages: readonly string[], said: Said = {}): Promise<readonly string[]> {
  const line = await repository.git('rev-parse', '--abbrev-ref', 'HEAD')
  await repository.git('switch', '--quiet', '--create', 'topic')
  const ids: string[] = []
  for (const message of messages) ids.push(await say(repository, message, said))
  await repository.git('switch', '--quiet', line)
  await repository.git('merge', '--quiet', '--no-ff', `--message=${words}`, 'topic')
  await repository.git('branch', '--quiet', '--delete', 'topic')
  return ids
}
