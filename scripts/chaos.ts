// Releases a small project everywhere at once, kills it before and after every request and at random moments, lets each request
// fail in each way, runs it again, and looks from outside all the while:
// npx tsx scripts/chaos.ts [--full] [--minutes N] [--seed N] [--moments N] [--trials N] [--lanes N]
import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import { targets } from './bench/targets.ts'
import { chaos } from './chaos/chaos.ts'
import { faultsOf, tallyTable } from './chaos/tally.ts'

const { values } = parseArgs({
  options: {
    full: { type: 'boolean', default: false }, minutes: { type: 'string' }, seed: { type: 'string', default: String(Date.now() % 100_000) },
    moments: { type: 'string', default: '200' }, trials: { type: 'string' }, lanes: { type: 'string', default: String(availableParallelism()) },
  },
})
const stop = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => { stop.abort() })

const seed = count('--seed', values.seed)
console.log(`--seed ${seed}`)
const tally = await chaos({
  targets: values.full ? targets : ['linux/amd64', 'linux/arm64'], seed, lanes: count('--lanes', values.lanes), moments: count('--moments', values.moments), signal: stop.signal,
  ...values.trials === undefined ? {} : { trials: count('--trials', values.trials) },
  ...values.minutes === undefined ? {} : { until: Date.now() + count('--minutes', values.minutes) * 60_000 }, log: line => { console.log(line) },
})
console.log(`\n${tallyTable(tally)}`)
// What there was time for is a sample; so is what was stopped.
const wrong = faultsOf(tally, { whole: values.minutes === undefined && values.trials === undefined && !stop.signal.aborted })
for (const line of wrong) console.error(line)
process.exitCode = stop.signal.aborted ? 130 : wrong.length > 0 ? 1 : 0

function count(name: string, text: string): number {
  const number = Number(text)
  if (Number.isFinite(number) && number >= 0) return number
  throw new Error(`Cannot take ${name} ${text}: it is no number`)
}
