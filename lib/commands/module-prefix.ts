import { realpath } from 'node:fs/promises'
import { relative, sep } from 'node:path'
import { fixedEnvironment } from '../clients/environment.ts'
import { createExec } from '../clients/exec.ts'
import { existingTags, repositoryRoot } from '../clients/git.ts'
import { ReleaseError } from '../values/errors.ts'

/**
 * What stands before versions in the tags of a module that is not at its repository's root, as Go itself asks for it:
 * `api/`, where there is a tag `api/v1.2.3`. Undefined where there is no such tag, no repository or no git: a release
 * says what is wrong with those.
 */
export async function modulePrefix(folder: string): Promise<string | undefined> {
  const { signal } = new AbortController()
  const exec = createExec({ environment: fixedEnvironment(process.env), signal, cwd: folder })
  try {
    const below = relative(await repositoryRoot(exec, folder), await realpath(folder)).split(sep).join('/')
    if (below === '') return undefined
    const tags = await existingTags(exec, folder, [`${below}/*`])
    return tags.length > 0 ? `${below}/` : undefined
  } catch (error) {
    if (error instanceof ReleaseError) return undefined
    throw error
  }
}
