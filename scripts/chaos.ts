// Releases examples/gateway everywhere at once, kills it before and after every request and at random moments, lets each request
// fail in each way, lets two machines do it at once and a person do a part of it, runs it again, and looks from outside all the while:
// npx tsx scripts/chaos.ts [--full] [--minutes N] [--seed N] [--moments N] [--lanes N] [--only TEXT]... [--trials N]
import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import { commonPlatforms, requestedTargets } from '../lib/values/targets.ts'
import { allDistros } from '../test/release/support/image-script.ts'
import { chaos } from './chaos/chaos.ts'
import { textsFor, wordsFor } from './chaos/disturbance.ts'
import { faultsOf, tallyTable } from './chaos/tally.ts'

const { values } = parseArgs({
  options: {
    full: { type: 'boolean', default: false }, minutes: { type: 'string' }, seed: { type: 'string', default: String(Date.now() % 100_000) },
    moments: { type: 'string', default: '200' }, lanes: { type: 'string', default: String(availableParallelism()) }, only: { type: 'string', multiple: true }, trials: { type: 'string' },
  },
})
const stop = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.once(signal, () => {
    console.log(`${signal}: it ends with the trials that it is at`)
    stop.abort()
  })
}

const { only, full } = values
const [seed, most] = [count('--seed', values.seed), values.trials === undefined ? Infinity : count('--trials', values.trials)]
console.log(`--seed ${seed}`)
const tally = await chaos({
  ...full ? { targets: requestedTargets(commonPlatforms), distros: allDistros } : { targets: ['linux/amd64', 'linux/arm64'], distros: ['static', 'alpine'] },
  seed, lanes: count('--lanes', values.lanes), moments: count('--moments', values.moments), signal: stop.signal, log: line => { console.log(line) },
  chosen: (one, index) => index < most && (!only || only.some(text => wordsFor(one).includes(text))),
  ...values.minutes === undefined ? {} : { until: Date.now() + count('--minutes', values.minutes) * 60_000 },
})
console.log(`\n${tallyTable(tally)}`)
// What there was time for is a sample; so is what was chosen or stopped.
const wrong = faultsOf(tally, { whole: values.minutes === undefined && values.trials === undefined && !only && !stop.signal.aborted })
for (const line of wrong) console.error(line)
for (const one of tally.failed) console.error(`again by --seed ${seed} ${textsFor(one).map(text => `--only '${text.replaceAll('\'', '\'\\\'\'')}'`).join(' ')}`)
process.exitCode = stop.signal.aborted ? 130 : wrong.length > 0 ? 1 : 0

function count(name: string, text: string): number {
  const number = Number(text)
  if (Number.isFinite(number) && number >= 0) return number
  throw new Error(`Cannot take ${name} ${text}: it is no number`)
}
