import type { Step } from '../../graph/step.ts'
import type { Outcomes } from '../../graph/walk.ts'
import type { Runtime } from '../../runtime.ts'
import { printProbes, probeData, type Words } from './print-probes.ts'
import { probeAll, type Probed } from './probes.ts'
import { ReleaseError } from '../../values/errors.ts'
import type { Setting } from '../setting.ts'

const words: Words = {
  absent: 'would be sent', staged: 'is staged, would become public', public: 'is there', same: 'is there, the same', different: 'DIFFERENT', unknown: 'cannot be told',
}

/**
 * Shows what publishing would change, after everything was made and checked.
 * @returns what would fail
 */
export async function showDryRun(setting: Setting, runtime: Runtime, steps: readonly Step[], outcomes: Outcomes): Promise<readonly unknown[]> {
  const probes = await probeAll(steps, outcomes, { exec: runtime.exec({}), signal: setting.signal, place: setting.place })
  // The data is part of the run's record.
  if (setting.options.json) runtime.reports['dryRun'] = probeData(probes)
  else printProbes(probes, words)
  return probes.filter(({ state }) => state === 'different').map(refusal)
}

function refusal({ destination, name, digest, own }: Probed): ReleaseError {
  return new ReleaseError(`Cannot publish ${name} at ${destination}: it is there as ${digest}, not ${own}`, {
    code: 'DESTINATION', hint: 'A version is published once: release a new one, or retract this one if nobody has used it.',
  })
}
