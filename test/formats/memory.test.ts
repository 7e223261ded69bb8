import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { scratch } from './support/scratch.ts'

const run = promisify(execFile)
const script = new URL('support/pack-zeros.ts', import.meta.url).pathname

test('a file of 256 MiB is packed in less memory than it has bytes, tsx and all', () => scratch(async folder => {
  const { stdout } = await run(process.execPath, ['--import', 'tsx', script, join(folder, 'zeros'), String(2 ** 28)])
  const peaks = stdout.trim().split(' ').map(Number)
  assert.is(peaks.length, 2)
  for (const peak of peaks) assert.ok(peak < 200, `the peak was ${peak} MiB`)
}))

test.run()
