import { writeWhole } from '../../clients/write-whole.ts'
import { foldersOf } from '../../destinations/directory.ts'
import { isSilent, type Step } from '../../graph/step.ts'
import type { Outcomes } from '../../graph/walk.ts'
import type { Version } from '../../values/version.ts'
import type { Probed } from '../publish/probes.ts'
import type { Setting } from '../setting.ts'
import { table } from '../table.ts'

/** What was seen of a candidate and of the stable version that it becomes. */
export interface Proven {
  readonly from: { readonly version: Version; readonly outcomes: Outcomes }
  readonly to: { readonly version: Version; readonly outcomes: Outcomes }
  /** What destinations have of the candidate. */
  readonly published: readonly Probed[]
  /** Steps that are made from the same but for the version. */
  readonly pairs: readonly (readonly [Step, Step])[]
}

/** Keeps what differs in its version alone, with both digests: on the screen, and beside dist/ for later. */
export async function keepProof({ options, place }: Pick<Setting, 'options' | 'place'>, proven: Proven): Promise<void> {
  const { from, to, published, pairs } = proven
  const artifacts = artifactsOf(proven)
  const moves = from.version.stamp === to.version.stamp
  const proof = {
    slipway: 1, from: from.version.semver, to: to.version.semver, commit: to.version.commit, ...moves && { stamp: to.version.stamp },
    reproduced: published.map(({ destination, name, digest, own }) => ({ destination, name, digest: digest ?? own })),
    compared: pairs.length, differs: moves ? 'names, and what lists them' : 'the version, and nothing else', artifacts,
  }
  const { proof: file } = foldersOf('dist', place)
  await writeWhole(file, [Buffer.from(`${JSON.stringify(proof, null, 2)}\n`)])
  if (options.json || options.quiet) return
  const same = artifacts.filter(isSame).length
  const how = moves ? `${same} of ${artifacts.length} artifacts are the very bytes of it as ${proof.to}; the others name versions, and are made again`
    : `${proof.to} differs from it in the version alone`
  process.stdout.write(`${proof.from} was made again as it was published, and ${how} (${pairs.length} steps compared; ${file})\n`)
  process.stdout.write(table([['kind', proof.from, 'digest', proof.to, 'digest'], ...artifacts.map(one =>
    [one.kind, one.from, one.fromDigest.slice(0, 19), one.to, moves && isSame(one) ? 'the same' : one.toDigest.slice(0, 19)])]))
}

interface ProvenArtifact {
  readonly kind: string
  readonly from: string
  readonly to: string
  readonly fromDigest: string
  readonly toDigest: string
}

/** What destinations have, in both versions. */
function artifactsOf({ from, to, published, pairs }: Proven): readonly ProvenArtifact[] {
  const sent = new Set(published.map(({ kind, name }) => `${kind} ${name}`))
  return pairs.filter(([step]) => sent.has(`${step.outline.kind} ${step.outline.name}`) && !isSilent(step)).map(([step, other]) =>
    ({ kind: step.outline.kind, from: step.outline.name, to: other.outline.name, fromDigest: digestIn(from.outcomes, step), toDigest: digestIn(to.outcomes, other) }))
}

function isSame({ fromDigest, toDigest }: ProvenArtifact): boolean {
  return fromDigest === toDigest
}

function digestIn(outcomes: Outcomes, { recipe }: Step): string {
  const outcome = outcomes.get(recipe)
  return outcome && 'artifact' in outcome ? outcome.artifact.digest : ''
}
