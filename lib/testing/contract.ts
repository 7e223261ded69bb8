import type { Artifact } from '../values/artifact.ts'
import { refusesOthers, replacesLeftovers } from './contract/changing.ts'
import { survivesFault } from './contract/failing.ts'
import { looksBefore, tellsProblems } from './contract/looking.ts'
import { meets } from './contract/meeting.ts'
import type { ContractCheck, ContractOptions } from './contract/options.ts'
import { runsAgain, showsAll, stagesUnseen, takesAllAtOnce } from './contract/publishing.ts'
import { takesBack, takesNothingBack } from './contract/retracting.ts'
import { withSetting, type Setting } from './contract/setting.ts'
import { survivesEnd } from './contract/stopping.ts'
import { allFaults } from './fault-proxy.ts'

type Check<A extends Artifact> = readonly [name: string, run: (setting: Setting<A>) => Promise<void>]

/**
 * What every destination promises, as checks for any test runner. Each runs by itself, at places of its own, and publishes as
 * `publish()` would; together they tell whether nothing half-done is ever public, whether a run that died anywhere can be run again,
 * and whether secrets stay secret.
 * @example
 * const folders = destinationContract({
 *   name: 'a folder of mine',
 *   place: async () => {
 *     const root = await mkdtemp(join(tmpdir(), 'place-'))
 *     return {
 *       root, destination: () => mine('public'), witness: () => filesIn(join(root, 'public')),
 *       broken: () => ({ 'a file in its place': mine('/dev/null') }),
 *     }
 *   },
 *   artifacts: async content => Promise.all(['one', 'two'].map(async name =>
 *     ({ kind: 'package', name, ...await content.put([Buffer.from(name)], 'text/plain') }))),
 * })
 * for (const { name, run } of folders) test(name, run)
 */
export function destinationContract<A extends Artifact>(options: ContractOptions<A>): readonly ContractCheck[] {
  const { faults = false, changed } = options
  const checks: readonly Check<A>[] = [
    ['is ready, holds nothing, and is not changed by asking', looksBefore],
    ['tells what is wrong with it before anything is made', tellsProblems],
    ['shows nothing before the commit', stagesUnseen],
    ['shows all that was sent after the commit, and finds it', showsAll],
    ['stays as it is in a second run', runsAgain],
    ['takes all artifacts at once', takesAllAtOnce],
    ...(['fails', 'is killed', 'is stopped'] as const).map((ending): Check<A> => [`comes to the same after a run that ${ending} anywhere`, setting => survivesEnd(setting, ending)]),
    ['comes to the same where two runs meet', meets],
    ...changed ? [['refuses other bytes under a public name', refusesOthers], ['publishes none of the other bytes that a run left', replacesLeftovers]] satisfies readonly Check<A>[] : [],
    ['takes a release back, and says what stays', takesBack],
    ['takes back nothing where nothing is', takesNothingBack],
    ...(faults === true ? allFaults : faults === false ? [] : faults).map((fault): Check<A> => [`comes to the same after a request that fails by ${fault}`, setting => survivesFault(setting, fault)]),
  ]
  return checks.map(([name, check]) => ({ name: `${options.name} ${name}`, run: () => withSetting(options, check) }))
}
