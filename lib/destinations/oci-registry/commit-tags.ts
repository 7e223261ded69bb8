import type { Registry } from '../../oci/registry/registry.ts'
import type { Artifact } from '../../values/artifact.ts'
import { ReleaseError } from '../../values/errors.ts'
import { digestAt } from './digest-at.ts'
import type { Tagging } from './tagging.ts'

interface Tagged {
  readonly registry: Registry
  readonly artifact: Artifact
  readonly tag: string
}

/**
 * Gives artifacts their tags, in their order: first those that mean one thing for ever, then those that move. Nothing is tagged
 * where one of the first kind cannot be. Each is read again.
 * @throws ReleaseError (DESTINATION) where a tag that may not move means something else already, or one means something else
 * afterwards
 */
export async function commitTags(wanted: readonly Tagging[]): Promise<void> {
  const fixed = await lacking(wanted.flatMap(({ immutable, ...one }) => immutable.map(tag => ({ ...one, tag }))), refuse)
  await giveAll(fixed)
  const moved = await lacking(wanted.flatMap(({ moving, ...one }) => moving.map(tag => ({ ...one, tag }))))
  await giveAll(moved)
}

async function giveAll(tagged: readonly Tagged[]): Promise<void> {
  // One after the other: while docker-registry writes a tag, it has nothing under the digest that the tag is to mean.
  for (const { registry, artifact, tag } of tagged) await registry.tag(artifact, tag)
  // There is no compare-and-swap: somebody else may have moved one at the same moment.
  const found = await Promise.all(tagged.map(async one => ({ one, there: await digestAt(one.registry, one.tag) })))
  for (const { one, there } of found) if (there !== one.artifact.digest) throw movedAway(one, there)
}

function movedAway({ registry, artifact, tag }: Tagged, there: string | undefined): ReleaseError {
  return new ReleaseError(`Cannot publish ${artifact.name} at ${registry.name}: the tag ${tag} was given, and is ${there ?? 'not there'} now, not ${artifact.digest}`, {
    code: 'DESTINATION', hint: 'Run it again when nothing else publishes there.',
  })
}

/** Those that do not stand yet, or stand for something else. */
async function lacking(tagged: readonly Tagged[], onOther?: (tagged: Tagged, there: string) => never): Promise<readonly Tagged[]> {
  const found = await Promise.all(tagged.map(async one => ({ one, there: await digestAt(one.registry, one.tag) })))
  for (const { one, there } of found) if (there !== undefined && there !== one.artifact.digest) onOther?.(one, there)
  return found.flatMap(({ one, there }) => there === one.artifact.digest ? [] : [one])
}

function refuse(tagged: Tagged, there: string): never {
  throw takenTag(tagged, there)
}

/** What a tag means that may not move. */
export function takenTag({ registry, artifact, tag }: Pick<Tagged, 'registry' | 'tag'> & { readonly artifact: Pick<Artifact, 'name' | 'digest'> }, there: string): ReleaseError {
  return new ReleaseError(`Cannot publish ${artifact.name} at ${registry.name}: the tag ${tag} is ${there} there, not ${artifact.digest}`, {
    code: 'DESTINATION', hint: 'A version is published once: release a new one, or delete the tag if nobody has used it.',
  })
}
