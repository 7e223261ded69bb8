import { isStep, type Step } from '../../lib/graph/step.ts'
import type { Binary } from '../../lib/values/binary.ts'
import { ReleaseError } from '../../lib/values/errors.ts'
import { platformOf, type Target } from '../../lib/values/target.ts'

/** Programs as they are, or as steps that make them. */
export type Binaries = readonly (Binary | Step<Binary>)[]

export function stepsIn(binaries: Binaries): readonly Step<Binary>[] {
  return binaries.filter((one): one is Step<Binary> => isStep(one))
}

export function outlineOf(one: Binary | Step<Binary>) {
  return isStep(one) ? one.outline : one
}

/** The programs for Linux by target. @throws ReleaseError (USAGE) where there is none */
export function linuxBinaries(binaries: Binaries): ReadonlyMap<Target, Binaries> {
  const byTarget = new Map<Target, (Binary | Step<Binary>)[]>()
  for (const one of binaries) {
    const { target } = outlineOf(one)
    if (platformOf(target).os === 'linux') byTarget.set(target, [...byTarget.get(target) ?? [], one])
  }
  if (byTarget.size > 0) return byTarget
  throw new ReleaseError('Cannot make an image: it has no program for Linux', {
    code: 'USAGE', hint: 'Give buildImage() binaries of linux targets: binaries.filter(on(\'linux\')).',
  })
}
