import type { Registry } from '../../oci/registry/registry.ts'
import { asProblem } from '../../values/as-problem.ts'
import { ReleaseError } from '../../values/errors.ts'
import type { Problem } from '../../values/problem.ts'
import type { GivenTag } from './commit-tags.ts'

/**
 * Takes tags back, the last one first: one that meant something else before means that again, one that is new is deleted. The
 * images stay, by digest, where nobody sees them.
 * @returns those that the registry does not let go of
 */
export async function retractTags(given: readonly GivenTag[]): Promise<readonly Problem[]> {
  const problems: Problem[] = []
  for (const { registry, tag, before } of given.toReversed()) {
    try {
      if (before === undefined) await registry.deleteManifest(tag)
      else await registry.tag(await registry.resolve(before), tag)
    } catch (error) {
      problems.push(asProblem(`registry ${registry.name}`, stays(registry, tag, error)))
    }
  }
  return problems
}

function stays({ name }: Registry, tag: string, error: unknown): unknown {
  if (!(error instanceof ReleaseError) || error.code === 'CANCELLED') return error
  return new ReleaseError(`Cannot take back the tag ${tag} at ${name}: ${error.message.replace(/^Cannot/, 'cannot')}`, {
    code: error.code, hint: 'Delete it there by hand, if nobody has used it.', cause: error,
  })
}
