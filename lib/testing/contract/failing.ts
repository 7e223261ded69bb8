import type { Artifact } from '../../values/artifact.ts'
import { allFaults, type Fault } from '../fault-proxy.ts'
import { each } from './each.ts'
import { requireRefusal } from './require-refusal.ts'
import type { Setting } from './setting.ts'
import { requireSight } from './sight.ts'
import { requireConvergence, undisturbed, type Undisturbed } from './undisturbed.ts'
import { readAgain } from './visit.ts'

/** One request after the other fails; the next run ends in what an undisturbed one gives. */
export async function survivesFault<A extends Artifact>(setting: Setting<A>, fault: Fault): Promise<void> {
  const whole = await undisturbed(setting)
  const requests = await requestsOf(setting, whole)
  await each(chosen(requests.length, fault, setting.options.requests), setting.options.atOnce, index => setting.at(async stand => {
    const request = requests[index] ?? ''
    const when = `where request ${index + 1}, ${request}, fails by ${fault}`
    stand.proxy?.break(fault, { at: index + 1 })
    let committing = false
    const error = await stand.attempt({ after: call => { committing ||= call === readAgain } })
    stand.proxy?.break(undefined)
    if (error && fault === 'slow') throw new Error(`${when}, the run fails: ${error.message}`, { cause: error })
    if (error) requireRefusal(error, when)
    if (error && !committing) requireSight(await stand.place.witness(), whole.before, `${when}, something is to be seen`)
    await requireConvergence(stand, whole, when)
  }, { watch: () => undefined }))
}

/** Evenly spread over all of them; each fault begins somewhere else. */
function chosen(all: number, fault: Fault, most: number = all): readonly number[] {
  const count = Math.min(most, all)
  const shift = allFaults.indexOf(fault) / allFaults.length
  return Array.from({ length: count }, (_, index) => Math.floor((index + (count < all ? shift : 0)) * all / count))
}

/** All requests of one run. Up to its commit none of them may show anything. */
async function requestsOf<A extends Artifact>(setting: Setting<A>, { before }: Undisturbed): Promise<readonly string[]> {
  let [looking, early]: [() => Promise<void>, Error | undefined] = [async () => undefined, undefined]
  const watch = async (moment: string): Promise<void> => {
    if (moment === 'after') await looking().catch((error: Error) => { early ??= error })
  }
  return setting.at(async ({ place, proxy, publish }) => {
    looking = async () => requireSight(await place.witness(), before, 'before the commit, something is to be seen')
    await publish({ after: call => { if (call === readAgain) looking = async () => undefined } })
    if (early) throw early
    const requests = proxy?.requests.map(({ method, path }) => `${method} ${path}`) ?? []
    if (requests.length === 0) throw new Error('nothing was asked of the server: does the destination use the address that it is given?')
    return requests
  }, { watch })
}
