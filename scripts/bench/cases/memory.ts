import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { median } from '../median.ts'
import type { Ring } from '../ring.ts'
import type { Row } from '../row.ts'

const limitMegabytes = 250

/** Every node process that Slipway's start makes writes down its own peak as it ends; build.ts is the one that matters. */
const reporter = `import { readFileSync, writeFileSync } from 'node:fs'
process.on('exit', () => {
  let peak = process.resourceUsage().maxRSS
  try { peak = Number(/VmHWM:\\s+(\\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))[1]) } catch {}
  const report = JSON.stringify({ script: process.argv[1] ?? '', kilobytes: peak })
  writeFileSync(process.env.BENCH_PEAKS + '/' + process.pid + '.json', report)
})`

/** The peak resident memory of Slipway's own node process, compilers not counted, while everything is linked and packed. */
export async function memory({ slipway, runs, log }: Ring): Promise<readonly Row[]> {
  await slipway.release()
  const peaks: number[] = []
  for (let round = 1; round <= (runs ?? 2); round += 1) {
    await slipway.project.touch(1000 + round)
    peaks.push(await peakOf(slipway.releaseWith))
    log(`memory, round ${round}: ${peaks.at(-1)?.toFixed(0)} MB`)
  }
  return [{ work: "memory of Slipway's process", rival: 'limit', ours: median(peaks), theirs: limitMegabytes, unit: 'MB', bound: 1 }]
}

async function peakOf(release: (environment: NodeJS.ProcessEnv) => Promise<void>): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'slipway-peaks-'))
  try {
    await release({
      BENCH_PEAKS: folder, NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(reporter)}`,
    })
    const reports = await Promise.all((await readdir(folder)).map(async name =>
      JSON.parse(await readFile(join(folder, name), 'utf8')) as { script: string; kilobytes: number }))
    const own = reports.filter(({ script }) => script.endsWith('build.ts')).map(({ kilobytes }) => kilobytes / 1024)
    if (own.length === 0) throw new Error('Cannot tell the memory: no process said that it ran build.ts')
    return Math.max(...own)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
