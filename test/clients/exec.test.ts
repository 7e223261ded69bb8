import { existsSync, readFileSync } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { fixedEnvironment } from '../../lib/clients/environment.ts'
import { createExec } from '../../lib/clients/exec.ts'
import type { Exec } from '../../lib/contracts/exec.ts'
import { ReleaseError } from '../../lib/values/errors.ts'

interface Context {
  folder: string
}

const test = suite<Context>('exec')
const node = process.execPath

test.before(async context => {
  context.folder = await mkdtemp(join(tmpdir(), 'exec-'))
})

test.after(async context => {
  await rm(context.folder, { recursive: true })
})

function execIn(cwd: string, signal = new AbortController().signal): Exec {
  return createExec({ environment: fixedEnvironment(process.env), signal, cwd })
}

async function errorOf(promise: Promise<unknown>): Promise<ReleaseError> {
  const error = await promise.then(() => undefined, (thrown: unknown) => thrown)
  assert.instance(error, ReleaseError)
  return error as ReleaseError
}

test('passes arguments as they are, without a shell', async ({ folder }) => {
  const awkward = ['$HOME', 'a b', '"', '*', '; exit 3', '', '--x=$(id)', 'ä\n1']
  const { stdout } = await execIn(folder)(node, ['-p', 'JSON.stringify(process.argv.slice(1))', '--', ...awkward])
  assert.equal(JSON.parse(stdout), awkward)
})

test('gives a fixed environment, what a call adds, and nothing else of the caller', async ({ folder }) => {
  process.env['SLIPWAY_TEST_LEAK'] = 'leaked'
  const { stdout } = await execIn(folder)(node, ['-p', 'JSON.stringify(process.env)'], { env: { GOOS: 'plan9' } })
  delete process.env['SLIPWAY_TEST_LEAK']
  const { GOOS, LC_ALL, TZ, PATH, SLIPWAY_TEST_LEAK } = JSON.parse(stdout) as Record<string, string>
  assert.equal([GOOS, LC_ALL, TZ, PATH, SLIPWAY_TEST_LEAK], ['plan9', 'C', 'UTC', process.env['PATH'], undefined])
})

test('ends standard input, or gives what it is told', async ({ folder }) => {
  const echo = ['-e', 'process.stdin.pipe(process.stdout)']
  assert.is((await execIn(folder)(node, echo)).stdout, '')
  assert.is((await execIn(folder)(node, echo, { input: '' })).stdout, '')
  assert.is((await execIn(folder)(node, echo, { input: 'in\0put' })).stdout, 'in\0put')
})

test('does not mind a program that ignores a large input', async ({ folder }) => {
  const { exitCode } = await execIn(folder)('true', [], { input: 'x'.repeat(2 ** 22) })
  assert.is(exitCode, 0)
})

test('reads fifty megabytes, and characters that fall between two chunks', async ({ folder }) => {
  const print = 'for (let i = 0; i < 50; i++) process.stdout.write("xä€😀".repeat(2 ** 20 / 10))'
  const { stdout } = await execIn(folder)(node, ['-e', print])
  assert.is(stdout, 'xä€😀'.repeat(Math.floor(2 ** 20 / 10) * 50))
})

test('reports lines of both streams as they are printed, the last one without an end too', async ({ folder }) => {
  const seen: string[] = []
  const print = 'echo one; printf "two\\r\\n10%%\\r100%%\\n"; echo three >&2; printf four'
  await execIn(folder)('sh', ['-c', print], { line: text => seen.push(text) })
  assert.equal([...seen].sort(), ['100%', 'four', 'one', 'three', 'two'])
})

test('prints nothing itself', async ({ folder }) => {
  const script = join(folder, 'quiet.mts')
  const source = (name: string): string => JSON.stringify(new URL(`../../lib/clients/${name}.ts`, import.meta.url).href)
  await writeFile(script, `
    import { createExec } from ${source('exec')}
    const exec = createExec({ environment: { PATH: process.env.PATH }, signal: new AbortController().signal, cwd: '.' })
    await exec('sh', ['-c', 'echo out; echo err >&2'])
    await exec('sh', ['-c', 'echo out; exit 3'], { check: false })
    await exec('no-such-program', []).catch(() => {})
  `)
  const tsx = new URL('../../node_modules/tsx/dist/cli.mjs', import.meta.url).pathname
  const { stdout, stderr } = await execIn(folder)(node, [tsx, script], { env: { ZX_VERBOSE: 'true' } })
  assert.equal([stdout, stderr], ['', ''])
})

test('names a program that is not there', async ({ folder }) => {
  const { message, code, hint } = await errorOf(execIn(folder)('no-such-program', ['build']))
  assert.equal([message, code], ['Cannot run no-such-program: it is not on the PATH', 'COMMAND'])
  assert.match(hint ?? '', 'Install no-such-program')
  assert.match((await errorOf(execIn(folder)('/no/such/file', []))).message, 'there is no such file')
})

test('names a folder that is not there', async ({ folder }) => {
  const { message } = await errorOf(execIn(folder)('true', [], { cwd: '/no/such/folder' }))
  assert.is(message, 'Cannot run true in /no/such/folder: there is no such folder')
})

test('names a program that may not be executed', async ({ folder }) => {
  await writeFile(join(folder, 'plain.txt'), 'text', { mode: 0o644 })
  assert.match((await errorOf(execIn(folder)(join(folder, 'plain.txt'), []))).message, 'EACCES')
})

test('names the reason why the system starts a program not at all', async ({ folder }) => {
  const tooLong = Array.from({ length: 3 }, () => 'x'.repeat(2 ** 21))
  assert.match((await errorOf(execIn(folder)('true', tooLong))).message, /^Cannot run true: .*E2BIG/)
})

test('throws what a failed program printed, both streams in order', async ({ folder }) => {
  const print = 'console.log("one"); setTimeout(() => { console.error("two"); process.exit(4) }, 50)'
  const error = await errorOf(execIn(folder)(node, ['-e', print]))
  assert.equal([error.code, error.output], ['COMMAND', 'one\ntwo\n'])
  assert.match(error.message, /^Cannot run .*node: it ended with exit code 4$/)
})

test('returns a failure where it is told not to check', async ({ folder }) => {
  const exec = execIn(folder)
  assert.equal(await exec('sh', ['-c', 'echo out; exit 7'], { check: false }),
    { stdout: 'out\n', stderr: '', exitCode: 7, signal: null })
  const killed = await exec('sh', ['-c', 'kill -9 $$'], { check: false })
  assert.equal([killed.exitCode, killed.signal], [null, 'SIGKILL'])
})

test('starts nothing after the run was stopped', async ({ folder }) => {
  const { code } = await errorOf(execIn(folder, AbortSignal.abort())('touch', ['started']))
  assert.is(code, 'CANCELLED')
  assert.not.ok(existsSync(join(folder, 'started')))
})

test('ends grandchildren on abort, those too that left for a session of their own', async ({ folder }) => {
  const controller = new AbortController()
  const script = 'sleep 300 & echo $! > child; setsid sleep 300 & echo $! > stray; wait'
  const running = errorOf(execIn(folder, controller.signal)('sh', ['-c', script]))
  const pids = await Promise.all(['child', 'stray'].map(async name => pidIn(join(folder, name))))
  controller.abort()
  const { code, message } = await running
  assert.equal([code, message], ['CANCELLED', 'Cannot finish sh: the run was stopped'])
  assert.equal(pids.filter(isRunning), [])
})

test('kills what does not listen to SIGTERM', async ({ folder }) => {
  const controller = new AbortController()
  const script = `trap '' TERM; echo $$ > deaf; while :; do sleep 1; done`
  const running = errorOf(execIn(folder, controller.signal)('sh', ['-c', script]))
  const pid = await pidIn(join(folder, 'deaf'))
  controller.abort()
  assert.is((await running).code, 'CANCELLED')
  assert.not.ok(isRunning(pid))
})

test('leaves nothing behind in the background', async ({ folder }) => {
  await execIn(folder)('sh', ['-c', 'sleep 300 >/dev/null 2>&1 & echo $! > left'])
  assert.not.ok(isRunning(await pidIn(join(folder, 'left'))))
})

test('leaves nothing behind when the release itself exits', async ({ folder }) => {
  const script = join(folder, 'exits.mts')
  const source = JSON.stringify(new URL('../../lib/clients/exec.ts', import.meta.url).href)
  await writeFile(script, `
    import { existsSync } from 'node:fs'
    import { createExec } from ${source}
    const exec = createExec({ environment: { PATH: process.env.PATH }, signal: new AbortController().signal, cwd: '.' })
    void exec('sh', ['-c', 'sleep 300 & echo $! > orphan; wait'])
    setInterval(() => { if (existsSync('orphan')) process.exit(3) }, 20)
  `)
  const tsx = new URL('../../node_modules/tsx/dist/cli.mjs', import.meta.url).pathname
  assert.is((await execIn(folder)(node, [tsx, script], { check: false })).exitCode, 3)
  const pid = await pidIn(join(folder, 'orphan'))
  while (isRunning(pid)) await delay(10)
})

test('tells how much memory the whole tree holds', async ({ folder }) => {
  const samples: number[] = []
  const hold = 'globalThis.kept = Buffer.alloc(150e6, 1); setTimeout(() => {}, 700)'
  await execIn(folder)('sh', ['-c', `'${node}' -e '${hold}'; true`], { watch: bytes => samples.push(bytes) })
  assert.ok(Math.max(...samples) > 150e6, `saw ${samples.join(' ')}`)
  assert.ok(Math.max(...samples) < 600e6, `saw ${samples.join(' ')}`)
})

test('lets many programs share one signal without a warning', async ({ folder }) => {
  const warnings: string[] = []
  const note = (warning: Error): number => warnings.push(warning.message)
  process.on('warning', note)
  const exec = execIn(folder)
  await Promise.all(Array.from({ length: 30 }, async () => exec('true', [])))
  await delay(10)
  process.off('warning', note)
  assert.equal(warnings, [])
})

test('offers its programs to the kernel before itself', async ({ folder }) => {
  if (process.platform !== 'linux') return
  const own = Number(await readFile('/proc/self/oom_score_adj', 'utf8'))
  const { stdout } = await execIn(folder)('sh', ['-c', 'sleep 0.1; cat /proc/self/oom_score_adj'])
  assert.is(Number(stdout), Math.min(1000, own + 500))
})

/** Waits for a script to write its process id into a file. */
async function pidIn(file: string): Promise<number> {
  for (;;) {
    const text = await readFile(file, 'utf8').catch(() => '')
    if (text.endsWith('\n')) return Number(text)
    await delay(10)
  }
}

/** A zombie that nobody collects does not run. */
function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
  } catch {
    return false
  }
  return process.platform !== 'linux' || !/^State:\s+[ZX]/m.test(statusOf(pid))
}

function statusOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/status`, 'utf8')
  } catch {
    return 'State: X'
  }
}

test.run()
