// Compares a release by Slipway with its rivals, each in the same minute on the same work, and prints the ratios:
// npm run bench -- [scheduler|cold|change|nothing|memory|shared|images|copy|chart|publish ...] [--targets N] [--runs N] [--no-goreleaser]
import { mkdtemp, rm } from 'node:fs/promises'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { benchEnvironment } from './bench/environment.ts'
import { change } from './bench/cases/change.ts'
import { chart } from './bench/cases/chart.ts'
import { cold } from './bench/cases/cold.ts'
import { copy } from './bench/cases/copy.ts'
import { images } from './bench/cases/images.ts'
import { memory } from './bench/cases/memory.ts'
import { nothing } from './bench/cases/nothing.ts'
import { publish } from './bench/cases/publish.ts'
import { scheduler } from './bench/cases/scheduler.ts'
import { shared } from './bench/cases/shared.ts'
import { ring, type Ring } from './bench/ring.ts'
import type { Row } from './bench/row.ts'
import { table } from './bench/table.ts'
import { targets } from './bench/targets.ts'

// In this order, each finds the caches as the one before left them.
const releases = { cold, change, nothing, memory, shared } as const
const containers = { images, copy, chart, publish } as const
type Release = keyof typeof releases
type Container = keyof typeof containers
const [releaseNames, containerNames] = [Object.keys(releases) as Release[], Object.keys(containers) as Container[]]
const names: readonly string[] = ['scheduler', ...releaseNames, ...containerNames]

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    'targets': { type: 'string', default: String(targets.length) },
    'runs': { type: 'string' },
    'no-goreleaser': { type: 'boolean', default: false },
  },
})
const unknown = positionals.filter(name => !names.includes(name))
if (unknown.length > 0) throw new Error(`Cannot bench ${unknown.join(', ')}: there are ${names.join(', ')}`)
const chosen = names.filter(name => positionals.length === 0 || positionals.includes(name))
const runs = values.runs === undefined ? undefined : count('--runs', values.runs)
const platforms = targets.slice(0, count('--targets', values.targets))

const stop = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => { stop.abort(new Error(signal)) })

const folder = await mkdtemp(join(tmpdir(), 'slipway-bench-'))
try {
  const rows = await bench()
  console.log(`${platforms.length} targets, ${availableParallelism()} cores, node ${process.version}\n\n${table(rows)}`)
} catch (error) {
  if (!stop.signal.aborted) throw error
  process.exitCode = 130
} finally {
  await rm(folder, { recursive: true, force: true, maxRetries: 3 })
}

async function bench(): Promise<readonly Row[]> {
  const rows: Row[] = []
  if (chosen.includes('scheduler')) rows.push(...await scheduler({ runs, log }))
  const arena = { folder, environment: benchEnvironment(), signal: stop.signal, runs, log }
  const wanted = releaseNames.filter(name => chosen.includes(name))
  if (wanted.length > 0) {
    const everyone: Ring = await ring({ ...arena, targets: platforms, withGoreleaser: !values['no-goreleaser'] })
    for (const name of wanted) rows.push(...await releases[name](everyone))
  }
  for (const name of containerNames.filter(one => chosen.includes(one))) rows.push(...await containers[name](arena))
  return rows
}

function log(line: string): void {
  process.stderr.write(`${line}\n`)
}

function count(option: string, text: string): number {
  if (!/^[1-9]\d*$/.test(text)) throw new Error(`Cannot take ${option} ${text}: it is a whole number from 1`)
  return Number(text)
}
