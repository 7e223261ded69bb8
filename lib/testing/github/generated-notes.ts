import type { RepositoryCall } from './call.ts'
import { latestRelease } from './latest.ts'
import { fullNameOf, type RepositoryState } from './state.ts'

/** What "generate release notes" gives for a repository without pull requests. */
export function generatedNotes(tag: string, { repository, links }: Pick<RepositoryCall, 'repository' | 'links'>, previous = latestOther(repository, tag)): { readonly name: string, readonly body: string } {
  const web = `${links.web}/${fullNameOf(repository)}`
  const changes = previous === undefined ? `commits/${tag}` : `compare/${previous}...${tag}`
  return { name: tag, body: `**Full Changelog**: ${web}/${changes}` }
}

function latestOther(repository: RepositoryState, tag: string): string | undefined {
  const latest = latestRelease(repository)?.tag
  return latest === tag ? undefined : latest
}
