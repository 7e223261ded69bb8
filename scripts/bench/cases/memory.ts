import { median } from '../median.ts'
import { peak } from '../peak.ts'
import type { Ring } from '../ring.ts'
import type { Row } from '../row.ts'

const limitMegabytes = 250

/** The peak resident memory of Slipway's own node process, compilers not counted, while everything is linked and packed. */
export async function memory({ slipway, runs, log }: Ring): Promise<readonly Row[]> {
  await slipway.release()
  const peaks: number[] = []
  for (let round = 1; round <= (runs ?? 2); round += 1) {
    await slipway.project.touch(1000 + round)
    peaks.push(await peak('build.ts', slipway.releaseWith))
    log(`memory, round ${round}: ${peaks.at(-1)?.toFixed(0)} MB`)
  }
  return [{ work: "memory of Slipway's process", rival: 'limit', ours: median(peaks), theirs: limitMegabytes, unit: 'MB', bound: 1 }]
}
