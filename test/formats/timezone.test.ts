import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { test } from 'uvu'
import * as assert from 'uvu/assert'

const run = promisify(execFile)
const script = new URL('support/print-digests.ts', import.meta.url).pathname

test('the bytes of archives do not depend on the time zone', async () => {
  const zones = ['UTC', 'Asia/Tokyo', 'America/New_York', 'Australia/Lord_Howe']
  const outputs = await Promise.all(zones.map(async TZ =>
    (await run(process.execPath, ['--import', 'tsx', script], { env: { ...process.env, TZ } })).stdout))
  const [first = '', ...others] = outputs
  assert.is(first.match(/ (zip|tar\.gz) [0-9a-f]{64}$/gm)?.length, 14)
  assert.is(new Set(outputs.map(output => output.split('\n')[0])).size, zones.length) // they were different zones
  for (const other of others) assert.is(withoutZone(other), withoutZone(first))
})

function withoutZone(output: string): string {
  return output.split('\n').slice(1).join('\n')
}

test.run()
