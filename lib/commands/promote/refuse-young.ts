import type { Exec } from '../../contracts/exec.ts'
import { ReleaseError } from '../../values/errors.ts'
import type { Version } from '../../values/version.ts'

const day = 24 * 60 * 60

/** @throws ReleaseError (VERSION) for a candidate that is out for fewer days than demanded, by the time of its tag */
export async function refuseYoung({ exec, folder }: { readonly exec: Exec; readonly folder: string }, { semver, tag }: Version, days: number): Promise<void> {
  if (days === 0 || tag === undefined) return
  const { tagTime } = await import('../../clients/git/tag-time.ts')
  const age = (Date.now() / 1000 - await tagTime(exec, folder, tag)) / day
  if (age >= days) return
  throw new ReleaseError(`Cannot promote ${semver}: it is out for ${age.toFixed(1)} days, and build.ts demands ${days}`, { code: 'VERSION', hint: 'Wait, or change promotion in build.ts.' })
}
