import { imageTags } from '../../formats/image-tags.ts'
import type { Registry } from '../../oci/registry/registry.ts'
import type { OutlineOf } from '../../values/artifact.ts'
import { asProblem } from '../../values/as-problem.ts'
import { knownDigest } from '../../values/known-digest.ts'
import type { Problem } from '../../values/problem.ts'
import { takenTag } from './commit-tags.ts'
import { digestAt } from './digest-at.ts'
import type { Pushed } from './repository-of.ts'

export interface Checking {
  /** The destination's name. */
  readonly where: string
  open(): Promise<Registry>
  /** What goes into this one repository. */
  readonly what: readonly OutlineOf<Pushed>[]
}

export interface Checked {
  readonly problems: readonly Problem[]
  readonly notices: readonly string[]
}

/** What keeps artifacts from getting their tags: it cannot be pushed there, or tags that never move mean something else. */
export async function checkRepository({ where, open, what }: Checking): Promise<Checked> {
  try {
    const registry = await open()
    await registry.checkPush()
    return await lookAtTags(registry, { where, what })
  } catch (error) {
    return { problems: [asProblem(where, error)], notices: [] }
  }
}

async function lookAtTags(registry: Registry, { where, what }: Omit<Checking, 'open'>): Promise<Checked> {
  const wanted = what.flatMap(outline => fixedTags(outline).map(tag => ({ outline, tag })))
  const found = await Promise.all(wanted.map(async one => ({ ...one, there: await digestAt(registry, one.tag), own: knownDigest(one.outline) })))
  const unknown = found.filter(({ there, own }) => there !== undefined && own === undefined)
  const notices = unknown.length === 0 ? [] : [`${registry.name} has the ${unknown.length === 1 ? 'tag' : 'tags'} ${unknown.map(({ tag }) => tag).join(', ')} already: a version's tags never move, so it goes on only where the same bytes are made`]
  const problems = found.flatMap(({ outline, tag, there, own }) =>
    there === undefined || own === undefined || there === own ? [] : [asProblem(where, takenTag({ registry, tag, artifact: { name: outline.name, digest: own } }, there))])
  return { problems, notices }
}

/** The tags that mean an artifact for ever. @throws ReleaseError (NAME) where such a tag cannot be */
function fixedTags(outline: OutlineOf<Pushed>): readonly string[] {
  if (outline.kind === 'artifact-hub') return []
  if (outline.kind === 'chart') return [outline.tag]
  const { version, distro, isDefault } = outline
  return imageTags({ version, distro, defaultDistro: isDefault ? distro : '', published: [] }).immutable
}
