import type { ExecOptions } from '../contracts/exec.ts'
import type { World } from '../contracts/workshop.ts'
import { noRelease } from './lookout.ts'
import { observerFor } from './observer.ts'
import type { Permit } from './slots.ts'
import type { Step } from './step.ts'
import type { WalkOptions } from './walk-options.ts'

/** What one piece of work has of its own. */
export interface Workplace extends Pick<World, 'folder' | 'partial' | 'atEnd' | 'signal'> {
  readonly permit: Permit
  /** Whether the memory of its programs is measured. */
  readonly watched: boolean
}

/** What a step's work or effect gets. */
export function worldFor(step: Step, options: WalkOptions, { permit, watched, folder, partial, signal, atEnd }: Workplace): World {
  const exec = options.exec(folder, signal)
  return {
    ...observerFor(step, options, signal, options.shared),
    exec: (program, args, settings) => exec(program, args, watched ? watching(settings, permit) : settings),
    content: options.content, folder, thrift: permit.thrift, share: permit.share, companions: permit.companions, now: options.now, report: options.report, partial, atEnd,
    get release() { return options.release ?? noRelease(step, 'perform') },
  }
}

function watching(settings: ExecOptions | undefined, permit: Permit): ExecOptions {
  return {
    ...settings,
    watch: bytes => {
      permit.saw(bytes)
      settings?.watch?.(bytes)
    },
  }
}
