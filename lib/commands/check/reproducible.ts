import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { locateDifference, type Side } from '../../clients/locate-difference.ts'
import type { Digest } from '../../values/descriptor.ts'
import { ReleaseError } from '../../values/errors.ts'
import { buildApart, type ApartBuild, type BuiltStep } from './build-apart.ts'
import { mainGoals, namedGoal } from '../prepare.ts'
import { printErrors } from '../run/print-errors.ts'
import type { Setting } from '../setting.ts'
import { standInGoals } from '../stand-in.ts'

/**
 * Builds goals twice: in other folders, with empty caches, another time zone, language, umask and number of jobs; and
 * says which file differs and where. Nothing is published.
 * @returns 0 where every byte is equal
 */
export async function checkReproducible(setting: Setting): Promise<number> {
  const goals = await goalsOf(setting)
  const scratch = await mkdtemp(join(tmpdir(), 'slipway-reproducible-'))
  try {
    const [first, second] = builds(scratch)
    const made = [await buildApart(setting, goals, first), await buildApart(setting, goals, second)] as const
    return report(setting, await compare([first, second], made), made[0].length)
  } finally {
    await rm(scratch, { recursive: true, force: true, maxRetries: 3 })
  }
}

/** @throws ReleaseError (USAGE) for goals that make nothing */
async function goalsOf({ definition, folder, goals: named }: Setting): Promise<readonly string[]> {
  const { discover } = await import('../../project.ts')
  const goals = standInGoals(definition, await discover(folder).catch(() => undefined))
  const chores = named.filter(name => typeof namedGoal(name, goals)[1] === 'function')
  if (chores.length > 0) {
    throw new ReleaseError(`Cannot check ${chores.join(', ')}: it makes nothing that could be compared`, {
      code: 'USAGE', hint: `Name goals that make something: ${mainGoals(goals).join(' ')}.`,
    })
  }
  return named.length > 0 ? named : mainGoals(goals)
}

function builds(scratch: string): readonly [ApartBuild, ApartBuild] {
  return [
    { name: 'first', folder: join(scratch, 'one'), environment: { TZ: 'UTC', LC_ALL: 'C' }, umask: 0o022, options: [] },
    { name: 'second', folder: join(scratch, 'another folder', 'much deeper'), umask: 0o077, options: ['--jobs', '1'],
      environment: { TZ: 'Pacific/Chatham', LC_ALL: 'de_DE.UTF-8', GOFLAGS: '-mod=mod', GOAMD64: 'v3' } },
  ]
}

interface Difference {
  readonly step: string
  readonly error: ReleaseError
}

async function compare(
  [one, two]: readonly [ApartBuild, ApartBuild], [first, second]: readonly [readonly BuiltStep[], readonly BuiltStep[]],
): Promise<readonly Difference[]> {
  const left = [...second]
  const different: { step: BuiltStep; other?: BuiltStep | undefined }[] = []
  for (const step of first) {
    const equal = left.findIndex(other => other.step === step.step && other.digest === step.digest)
    const at = equal === -1 ? left.findIndex(other => other.step === step.step) : equal
    const [other] = at === -1 ? [] : left.splice(at, 1)
    if (equal === -1) different.push({ step, other })
  }
  const differences = different.map(async ({ step, other }) => {
    if (other === undefined) return differenceOf(step, 'only the first build made it')
    const sides = { first: sideOf(one, step.digest), second: sideOf(two, other.digest) }
    return differenceOf(step, await locateDifference({ name: step.name, kind: step.kind, ...sides }))
  })
  return [...await Promise.all(differences), ...left.map(step => differenceOf(step, 'only the second build made it'))]
}

function sideOf({ folder }: ApartBuild, digest: Digest): Side {
  return { digest, blob: one => join(folder, 'cache', 'blobs', 'sha256', one.slice('sha256:'.length)) }
}

function differenceOf({ step }: BuiltStep, where: string): Difference {
  return { step, error: new ReleaseError(`Cannot reproduce ${step}: ${where}`, {
    code: 'DIFFERENT',
    hint: 'Look for a clock, a random number, a path or an order that the program or a step puts into its result.',
  }) }
}

function report({ options }: Setting, differences: readonly Difference[], compared: number): number {
  if (options.json) {
    process.stdout.write(`${JSON.stringify({ reproducible: differences.length === 0, compared,
      differences: differences.map(({ step, error }) => ({ step, message: error.message })) }, null, 2)}\n`)
  } else if (differences.length > 0) printErrors(differences.map(({ error }) => error))
  else process.stdout.write(`Reproducible: ${compared} step${compared === 1 ? '' : 's'} gave the same bytes twice.\n`)
  return differences.length === 0 ? 0 : 1
}
