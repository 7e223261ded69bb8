import type { BuildDefinition } from '../../goals.ts'
import { ReleaseError } from '../../values/errors.ts'

export interface PromotionRules {
  /** Days that the candidate has to be out. */
  readonly days: number
  /** Candidates of the version that have to be published, the one that is promoted among them. */
  readonly candidates: number
}

/** What build.ts demands before a candidate is made stable. @throws ReleaseError (USAGE) for what nobody can meet */
export function promotionRules({ promotion: { days = 0, candidates = 1 } = {} }: Pick<BuildDefinition, 'promotion'>): PromotionRules {
  if (!Number.isFinite(days) || days < 0) throw wrong(`days: ${days}`, 'it is no number of days')
  if (!Number.isSafeInteger(candidates) || candidates < 1) throw wrong(`candidates: ${candidates}`, 'it is no number of candidates')
  return { days, candidates }
}

function wrong(said: string, why: string): ReleaseError {
  return new ReleaseError(`Cannot demand ${said} of a promotion: ${why}`, { code: 'USAGE', hint: 'Write it as promotion: { candidates: 2, days: 3 }; half days are allowed, half candidates are not.' })
}
