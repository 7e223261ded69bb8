import { setTimeout as delay } from 'node:timers/promises'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { fixedEnvironment } from '../../lib/clients/environment.ts'
import { type Shell, shell } from '../../lib/clients/shell.ts'
import { type FailedCommand, shellError } from '../../lib/clients/shell-error.ts'
import { ReleaseError } from '../../lib/values/errors.ts'

const environment = { ...fixedEnvironment(process.env), RELEASE_VERSION: '1.2.3' }

async function shellWith({ signal = new AbortController().signal, cwd = '/', variables = {} } = {}) {
  const seen: string[] = []
  const failed: FailedCommand[] = []
  const settings = { environment: { ...environment, ...variables }, signal, cwd, failed: (command: FailedCommand) => { failed.push(command) } }
  return { $: await shell({ ...settings, line: text => seen.push(text) }), seen, failed }
}

test('runs commands in the folder and environment of the run', async () => {
  const { $ } = await shellWith()
  assert.is((await $`pwd; echo "$RELEASE_VERSION $TZ"`).stdout, '/\n1.2.3 UTC\n')
  assert.is((await $({ cwd: '/tmp' })`echo $RELEASE_VERSION; pwd`).stdout, '1.2.3\n/tmp\n')
  assert.is($.sync`pwd`.stdout, '/\n')
  assert.is($.sync({ nothrow: true, cwd: '/tmp' })`pwd; exit 2`.stdout, '/tmp\n')
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

/** What a user sees of a command that fails. */
async function errorOf(run: ($: Shell) => unknown, options: Parameters<typeof shellWith>[0] = {}): Promise<ReleaseError> {
  const { $, failed } = await shellWith(options)
  try {
    await run($)
  } catch (thrown) {
    const error = shellError('finish lint', thrown, failed)
    assert.instance(error, ReleaseError)
    return error as ReleaseError
  }
  throw new Error('nothing failed')
}

test('turns a failure into an error that names the command, with what was printed', async () => {
  const error = await errorOf($ => $`echo why >&2; exit ${5}`)
  assert.equal([error.message, error.output], ['Cannot finish lint: echo why >&2; exit 5 ended with exit code 5', 'why\n'])
  const other = new Error('of the project itself')
  assert.is(shellError('finish lint', other, []), other)
})

const failures: readonly (readonly [what: string, run: ($: Shell) => unknown, message: string])[] = [
  ['the second of two', async $ => { await $`exit 3`.nothrow(); await $`exit 4` }, 'exit 4 ended with exit code 4'],
  ['a script of several lines', $ => $`\n  echo one\n  false\n`, 'echo one … ended with exit code 1'],
  ['a long one', $ => $`false ${'x'.repeat(200)}`, `false ${'x'.repeat(94)} … ended with exit code 1`],
  ['one that waits for another', $ => $`echo in`.pipe($`cat; exit 6`), 'cat; exit 6 ended with exit code 6'],
  ['one at once', $ => $.sync`exit 7`, 'exit 7 ended with exit code 7'],
  ['one that a signal ended', $ => $`kill -9 $$`, 'SIGKILL ended kill -9 $$'],
  ['one that is kept quiet', $ => $({ quiet: true })`exit 8`, 'a command of $ ended with exit code 8'],
  ['one that cannot start', $ => $({ cwd: '/nowhere' })`true`, 'true did not start: spawn bash ENOENT'],
]

for (const [what, run, message] of failures) {
  test(`names ${what}`, async () => {
    assert.is((await errorOf(run)).message.replace(/spawn .*bash/, 'spawn bash'), `Cannot finish lint: ${message}`)
  })
}

test('shows no secret of the environment', async () => {
  const variables = { DEPLOY_TOKEN: 'abc123456', SHORT_TOKEN: 'exit', KEYBOARD: 'sender' }
  const { $, seen } = await shellWith({ variables })
  await $`echo ${variables.DEPLOY_TOKEN} ${variables.KEYBOARD} > /dev/null`
  assert.equal(seen, ['$ echo $DEPLOY_TOKEN sender > /dev/null'])
  const { message } = await errorOf($ => $`false abc123456`, { variables })
  assert.is(message, 'Cannot finish lint: false $DEPLOY_TOKEN ended with exit code 1')
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
