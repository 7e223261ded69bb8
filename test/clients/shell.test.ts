import { setTimeout as delay } from 'node:timers/promises'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { fixedEnvironment } from '../../lib/clients/environment.ts'
import { shell } from '../../lib/clients/shell.ts'
import { shellError } from '../../lib/clients/shell-error.ts'
import { ReleaseError } from '../../lib/values/errors.ts'

const environment = { ...fixedEnvironment(process.env), RELEASE_VERSION: '1.2.3' }

async function shellWith({ signal = new AbortController().signal, cwd = '/' } = {}) {
  const seen: string[] = []
  return { $: await shell({ environment, signal, cwd, line: text => seen.push(text) }), seen }
}

test('runs commands in the folder and environment of the run', async () => {
  const { $ } = await shellWith()
  assert.is((await $`pwd; echo "$RELEASE_VERSION $TZ"`).stdout, '/\n1.2.3 UTC\n')
  assert.is((await $({ cwd: '/tmp' })`echo $RELEASE_VERSION; pwd`).stdout, '1.2.3\n/tmp\n')
  assert.is($.sync`pwd`.stdout, '/\n')
})

test('quotes what is put in, and fails within a pipe', async () => {
  const { $ } = await shellWith()
  assert.is((await $`echo ${'a b; exit 4'}`).stdout, 'a b; exit 4\n')
  assert.is(await $`false | cat`.exitCode, 1)
})

test('reports commands and lines, but not what is kept quiet', async () => {
  const { $, seen } = await shellWith()
  await $`echo out; echo err >&2; printf end`
  await $({ quiet: true })`echo hushed`
  assert.equal([...seen].sort(), ['$ echo out; echo err >&2; printf end', 'end', 'err', 'out'])
})

test('pipes from one command into another', async () => {
  const { $ } = await shellWith()
  assert.is((await $`echo hello`.pipe($`tr a-z A-Z`)).stdout, 'HELLO\n')
})

test('turns a failure into an error with what was printed', async () => {
  const { $ } = await shellWith()
  const thrown: unknown = await $`echo why >&2; exit 5`.catch((error: unknown) => error)
  const error = shellError(thrown)
  assert.instance(error, ReleaseError)
  assert.equal([(error as ReleaseError).message, (error as ReleaseError).output],
    ['Cannot run a command of $: it ended with exit code 5', 'why\n'])
  assert.is(shellError(error), error)
})

test('ends commands, and what they started, with the run', async () => {
  const controller = new AbortController()
  const { $, seen } = await shellWith({ signal: controller.signal })
  const running = $`sleep 300 & echo $!; wait`.nothrow()
  while (seen.length < 2) await delay(10)
  controller.abort()
  assert.is((await running).ok, false)
  while (isThere(Number(seen[1]))) await delay(10)
})

function isThere(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

test.run()
