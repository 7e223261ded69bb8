// Draws a release on standard error, for tests that look at a terminal: draw-sample.ts <folder> [jobs] [stubborn]
// A step ends when a file of its name (`binary-linux-386`) is in the folder, or `all`; it fails where the file says `fail`.
// Stubborn steps do not care when they are to stop.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { createRenderer } from '../../../lib/render.ts'
import { ReleaseError } from '../../../lib/values/errors.ts'
import type { Target } from '../../../lib/values/target.ts'
import { memoryStore } from '../../support/memory-store.ts'
import { drawWalk } from './draw-walk.ts'
import { sampleRelease } from './sample-release.ts'

const [folder = '.', jobs = '4', stubborn] = process.argv.slice(2)
const stop = new AbortController()
const onSignal = (): void => {
  if (stop.signal.aborted) process.exit(130)
  stop.abort(new ReleaseError('stopped by SIGINT', { code: 'CANCELLED' }))
}
process.on('SIGINT', onSignal)
// The terminal outlives a test that is killed; this does not.
setTimeout(() => process.exit(1), 120_000).unref()

const systems = { darwin: ['amd64', 'arm64'], linux: ['386', 'amd64', 'arm64', 'ppc64le', 'riscv64', 's390x'], windows: ['386', 'amd64'] }
const targets = Object.entries(systems).flatMap(([system, machines]) => machines.map((machine): Target => `${system}/${machine}`))
const store = memoryStore()
const renderer = await createRenderer({ output: process.stderr, quiet: false, verbose: false, environment: process.env })
const { archives, publish } = sampleRelease(targets, async (what, { signal, notice }) => {
  notice('what goes on is only a test')
  const said = await order(what, signal)
  if (said === 'fail') {
    throw new ReleaseError(`Cannot make ${what}: ${'the reason is long '.repeat(12)}`, { code: 'COMPILE', output: 'the tool speaks' })
  }
})
await drawWalk([...archives, publish], { store, renderer, signal: stop.signal, jobs: Number(jobs), expected: () => 12_000 })
await renderer.finish()
await store.close()
console.log(stop.signal.aborted ? 'stopped' : 'over')
process.exitCode = stop.signal.aborted ? 130 : 0
process.off('SIGINT', onSignal)

/** Waits for what a file says that is called like the step, or `all`. */
async function order(what: string, signal: AbortSignal): Promise<string> {
  for (;;) {
    for (const name of [what.replaceAll(/\W+/g, '-'), 'all']) {
      const said = await readFile(join(folder, name), 'utf8').catch(() => undefined)
      if (said !== undefined) return said.trim()
    }
    await wait(20, undefined, stubborn ? {} : { signal })
  }
}
