import type { Lookout } from '../contracts/workshop.ts'
import { ReleaseError } from '../values/errors.ts'
import { observerFor } from './observer.ts'
import { titleOf, type Step } from './step.ts'
import type { WalkOptions } from './walk-options.ts'

/** What a step looks ahead with, before anything is made. */
export function lookoutFor(step: Step, options: WalkOptions): Lookout {
  return {
    ...observerFor(step, options, options.signal, options.shared), content: options.content, now: options.now,
    get release() { return options.release ?? noRelease(step, 'check') },
  }
}

/** @param verb what cannot be done with the step */
export function noRelease(step: Step, verb: string): never {
  throw new ReleaseError(`Cannot ${verb} ${titleOf(step)}: it is not told what is released`, {
    code: 'USAGE', hint: 'Run it from a build.ts with main(), or give run() a release.',
  })
}
