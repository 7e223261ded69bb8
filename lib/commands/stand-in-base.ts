import type { Base } from '../values/base.ts'

/** Bases that are named and whose steps are never run, for a list of goals. */
export function standInBase(distro: string): Base {
  return { kind: 'base', from: 'nowhere', distro, reference: distro, reason: 'nothing is known of it yet', place: { environment: {}, mirrors: {} } }
}
