import { dirname, join } from 'node:path'
import { locateDifference, type Side } from '../../clients/locate-difference.ts'
import type { Content } from '../../contracts/content.ts'
import { closureOf, inputsOf, titleOf, type Step } from '../../graph/step.ts'
import type { Outcomes } from '../../graph/walk.ts'
import type { Artifact } from '../../values/artifact.ts'
import type { Binary } from '../../values/binary.ts'
import type { Digest } from '../../values/descriptor.ts'

/** What has the same bytes under another version where its base is stamped: nothing in it has to say how it is called. */
const moved: ReadonlySet<string> = new Set(['binary', 'archive', 'source-archive', 'image'])

/** Two releases that were made, and which of their steps belong together. */
export interface MadeTwice {
  readonly pairs: readonly (readonly [Step, Step])[]
  readonly first: Outcomes
  readonly second: Outcomes
  readonly content: Content
}

/** One step in both releases. */
interface Pair {
  readonly step: Step
  readonly artifacts: readonly [Artifact, Artifact]
}

/**
 * Which binaries, archives and images have other bytes in the second release, and where: of what is made of each other only
 * what comes first.
 */
export async function otherBytes({ pairs, first, second, content }: MadeTwice): Promise<readonly string[]> {
  const different = new Map<Digest, Pair>()
  for (const [step, other] of pairs) {
    const artifacts = [artifactOf(first, step), artifactOf(second, other)] as const
    if (artifacts[0] && artifacts[1] && artifacts[0].digest !== artifacts[1].digest) different.set(step.recipe, { step, artifacts: [artifacts[0], artifacts[1]] })
  }
  const wanted = [...different.values()].flatMap(({ step }) => moved.has(step.outline.kind) ? [step] : [])
  const causes = closureOf(wanted).flatMap(step => {
    const found = different.get(step.recipe)
    return found && !inputsOf(step).some(({ recipe }) => different.has(recipe)) ? [found] : []
  })
  return Promise.all(causes.map(cause => described(cause, content)))
}

function artifactOf(outcomes: Outcomes, { recipe }: Step): Artifact | undefined {
  const outcome = outcomes.get(recipe)
  return outcome && 'artifact' in outcome ? outcome.artifact : undefined
}

async function described({ step, artifacts: [one, other] }: Pair, content: Content): Promise<string> {
  const { kind } = step.outline
  const [first, second] = await Promise.all([sideOf(one, content), sideOf(other, content)])
  const [command] = differingWords(one as Artifact & Pick<Binary, 'build'>, other as Artifact & Pick<Binary, 'build'>)
  return `${titleOf(step)}: ${command === undefined ? '' : `${command}; `}${await locateDifference({ name: one.name, kind, first, second })}`
}

/** The first bytes of a program that differ are a sum that Go makes of all others: what it was built with says more. */
function differingWords(one: Pick<Binary, 'build'>, other: Pick<Binary, 'build'>): readonly string[] {
  const words = other.build?.command ?? []
  return (one.build?.command ?? []).flatMap((word, at) => word === words[at] ? [] : [`built with ${word} and with ${words[at] ?? 'nothing'}`])
}

async function sideOf(artifact: Artifact, content: Content): Promise<Side> {
  const folder = dirname(await content.file(artifact))
  return { digest: artifact.digest, blob: digest => join(folder, digest.slice('sha256:'.length)) }
}
