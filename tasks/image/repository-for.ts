import { ReleaseError } from '../../lib/values/errors.ts'
import type { Project } from '../../lib/values/project.ts'

/** One part of a repository's name: OCI distribution specification 1.1, "pulling manifests". */
const part = /^[a-z\d]+(?:(?:[._]|__|-+)[a-z\d]+)*$/

/** What an image is called: its name, or the project's in lower case. @throws ReleaseError (NAME) for what no registry takes */
export function repositoryFor(name: string | undefined, project: Project): string {
  const repository = name ?? project.name.toLowerCase()
  if (part.test(repository)) return repository
  throw new ReleaseError(`Cannot call an image ${JSON.stringify(repository)}: no registry takes that name`, {
    code: 'NAME', hint: 'Give buildImage() a name of a-z and 0-9, with single . _ or - between them.',
  })
}
