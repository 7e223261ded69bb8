import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { test } from 'uvu'
import * as assert from 'uvu/assert'

const script = fileURLToPath(new URL('support/log-release.ts', import.meta.url))

for (const [found, loads] of [['made', true], ['cached', false]] as const) {
  test(`the log of a release that is ${found} is written ${loads ? 'with' : 'without'} listr2`, async () => {
    const { stdout } = await promisify(execFile)(process.execPath, ['--import', 'tsx', script, found])
    assert.match(stdout, 'publish directory dist: done in')
    assert.is(stdout.includes('listr2 is loaded'), loads)
  })
}

test.run()
