import { fixedEnvironment } from '../clients/environment.ts'
import { createExec } from '../clients/exec.ts'
import { modulePrefix as prefixIn } from '../clients/git.ts'
import { ReleaseError } from '../values/errors.ts'

/**
 * What stands before versions in the tags of a module that is not at its repository's root: `api/`, where there is a tag
 * `api/v1.2.3`. Undefined where there is none, no repository or no git: a release says what is wrong with those.
 */
export async function modulePrefix(folder: string): Promise<string | undefined> {
  const { signal } = new AbortController()
  const exec = createExec({ environment: fixedEnvironment(process.env), signal, cwd: folder })
  try {
    return await prefixIn(exec, folder) || undefined
  } catch (error) {
    if (error instanceof ReleaseError) return undefined
    throw error
  }
}
