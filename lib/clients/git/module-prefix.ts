import type { Exec } from '../../contracts/exec.ts'
import { runGit } from './run-git.ts'
import { existingTags } from './tags.ts'

/**
 * What stands before versions in the tags of a module that is not at its repository's root, as Go itself asks for it:
 * `api/`, where there is a tag `api/...`; nothing else.
 * Source: https://go.dev/ref/mod#vcs-version
 */
export async function modulePrefix(exec: Exec, folder: string): Promise<string> {
  const below = (await runGit(exec, folder, ['rev-parse', '--show-prefix'])).trimEnd()
  if (below === '') return ''
  return (await existingTags(exec, folder, [`${below}*`])).length > 0 ? below : ''
}
