import { tagProblem } from '../../formats/tag-problem.ts'
import { ReleaseError } from '../../values/errors.ts'

/** @throws ReleaseError (USAGE, NAME) for a number of requests that is none, and for tags that no store has */
export function refuseOptions({ concurrency = 1, tags = [] }: { readonly concurrency?: number | undefined; readonly tags?: readonly string[] }): void {
  if (!Number.isSafeInteger(concurrency) || concurrency < 1) {
    throw new ReleaseError(`Cannot copy with ${concurrency} requests at a time: that is no number of requests`, { code: 'USAGE', hint: 'Write a whole number from 1 on.' })
  }
  for (const tag of tags) {
    const problem = tagProblem(tag)
    if (problem !== undefined) throw new ReleaseError(`Cannot tag a copy: ${problem}`, { code: 'NAME', hint: 'Use letters, digits, dots, dashes and underscores.' })
  }
}
