import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Every node process writes down its own peak as it ends. */
const reporter = `import { readFileSync, writeFileSync } from 'node:fs'
process.on('exit', () => {
  let peak = process.resourceUsage().maxRSS
  try { peak = Number(/VmHWM:\\s+(\\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))[1]) } catch {}
  const report = JSON.stringify({ script: process.argv[1] ?? '', kilobytes: peak })
  writeFileSync(process.env.BENCH_PEAKS + '/' + process.pid + '.json', report)
})`

/**
 * The peak of the resident memory of one node process among those that a start makes, in megabytes.
 * @param script how the file ends that it runs
 */
export async function peak(script: string, start: (environment: NodeJS.ProcessEnv) => Promise<void>): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'slipway-peaks-'))
  try {
    await start({ BENCH_PEAKS: folder, NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(reporter)}` })
    const reports = await Promise.all((await readdir(folder)).map(async name =>
      JSON.parse(await readFile(join(folder, name), 'utf8')) as { script: string; kilobytes: number }))
    const own = reports.filter(each => each.script.endsWith(script)).map(({ kilobytes }) => kilobytes / 1024)
    if (own.length === 0) throw new Error(`Cannot tell the memory: no process said that it ran ${script}`)
    return Math.max(...own)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
