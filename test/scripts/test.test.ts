import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { test } from 'uvu'
import * as assert from 'uvu/assert'

const root = fileURLToPath(new URL('../..', import.meta.url))
const head = `import { test } from 'uvu'\nimport * as assert from 'uvu/assert'\n`

interface Run {
  readonly code: number
  readonly text: string
}

/** Runs the test runner in a folder that has these files as its tests. */
async function runTests(files: Record<string, string>, args: readonly string[] = [], env = {}): Promise<Run> {
  const folder = await mkdtemp(join(tmpdir(), 'runner-'))
  try {
    await symlink(resolve(root, 'node_modules'), join(folder, 'node_modules'))
    await writeFile(join(folder, 'package.json'), '{ "type": "module" }')
    for (const [name, text] of Object.entries({ 'test/allowed-skips.txt': '', ...files })) {
      await mkdir(dirname(join(folder, name)), { recursive: true })
      await writeFile(join(folder, name), text)
    }
    return await runIn(folder, args, env)
  } finally {
    await rm(folder, { recursive: true })
  }
}

function runIn(folder: string, args: readonly string[], env: object): Promise<Run> {
  const command = ['--import', 'tsx', join(root, 'scripts/test.ts'), ...args]
  return new Promise(done => {
    execFile(process.execPath, command, { cwd: folder, env: { ...process.env, CI: '', ...env } }, (error, stdout, stderr) => {
      done({ code: typeof error?.code === 'number' ? error.code : error ? -1 : 0, text: stdout + stderr })
    })
  })
}

test('counts what passed, over all files', async () => {
  const file = `${head}test('a', () => {})\ntest('b', () => {})\ntest.run()`
  const { code, text } = await runTests({ 'test/one.test.ts': file, 'test/deep/two.test.ts': file })
  assert.match(text, /\n4 passed, 0 failed\n$/)
  assert.is(code, 0)
})

test('shows the output of what failed, and fails', async () => {
  const file = `${head}test('a', () => assert.is(1, 2, 'what a pity'))\ntest('b', () => {})\ntest.run()`
  const { code, text } = await runTests({ 'test/one.test.ts': file })
  assert.match(text, /what a pity/)
  assert.match(text, /\n1 passed, 1 failed\n$/)
  assert.is(code, 1)
})

test('takes a file that runs no test for a failure', async () => {
  const { code, text } = await runTests({
    'test/forgot.test.ts': `${head}test('a', () => {})`,
    'test/early.test.ts': `${head}test('a', () => { process.exit(0) })\ntest.run()`,
    'test/hangs.test.ts': `${head}test('a', () => new Promise(() => {}))\ntest.run()`,
  })
  assert.match(text, /\n0 passed, 3 failed\n$/)
  assert.is(code, 1)
})

test('stops a file after its time, with all its processes', async () => {
  const file = `${head}import { spawn } from 'node:child_process'\n
    test('a', () => new Promise(() => console.log('child', spawn('sleep', ['1000']).pid)))\ntest.run()`
  const { text } = await runTests({ 'test/slow.test.ts': file }, ['--timeout', '3'])
  const child = Number(/child (\d+)/.exec(text)?.[1])
  assert.match(text, /stopped after 3 s/)
  assert.match(text, /\n0 passed, 1 failed\n$/)
  assert.not.ok(await lives(child))
})

test('takes temporary files that are left for a failure', async () => {
  const file = `${head}import { mkdtempSync } from 'node:fs'\nimport { tmpdir } from 'node:os'\n
    test('a', () => { mkdtempSync(tmpdir() + '/forgotten-') })\ntest.run()`
  const { code, text } = await runTests({ 'test/one.test.ts': file })
  assert.match(text, /left temporary files behind: forgotten-/)
  assert.is(code, 1)
})

test('shows skips with their reason, and lets CI take only those of the reviewed list', async () => {
  const support = join(root, 'test/support/unless.ts')
  const files = {
    'test/one.test.ts': `${head}import { unless } from '${support}'\n
      unless('no moon')('a tide', () => {})\ntest('b', () => {})\ntest.run()`,
  }
  const local = await runTests(files)
  assert.match(local.text, /skipped test\/one.test.ts: a tide: no moon\n/)
  assert.match(local.text, /\n1 passed, 0 failed, 1 skipped\n$/)
  const refused = await runTests(files, [], { CI: 'true' })
  assert.match(refused.text, /\n1 passed, 1 failed\n$/)
  const reviewed = await runTests({ ...files, 'test/allowed-skips.txt': '# why\ntest/one.test.ts: a tide\n' }, [], { CI: 'true' })
  assert.match(reviewed.text, /\n1 passed, 0 failed, 1 skipped\n$/)
})

test('runs the files that are asked for, and fails where there is none', async () => {
  const file = `${head}test('a', () => {})\ntest.run()`
  const files = { 'test/one.test.ts': file, 'test/two.test.ts': file }
  assert.match((await runTests(files, ['two'])).text, /\n1 passed, 0 failed\n$/)
  const none = await runTests(files, ['three'])
  assert.match(none.text, /No test file matches.\n\n0 passed, 0 failed\n$/)
  assert.is(none.code, 1)
})

test('leaves what takes long to those who ask for it, and says so', async () => {
  const file = `${head}test('a', () => {})\ntest.run()`
  const files = { 'test/one.test.ts': file, 'test/two.long.test.ts': file, 'test/three.test.ts': file }
  const usual = await runTests(files)
  assert.match(usual.text, /\n1 file that takes long: npm test -- --long\n\n2 passed, 0 failed\n$/)
  assert.not.match(usual.text, /two/)
  const long = await runTests(files, ['--long'])
  assert.match(long.text, /two\.long\.test\.ts/)
  assert.match(long.text, /\n1 passed, 0 failed\n$/)
  assert.match((await runTests(files, ['two'])).text, /\n1 passed, 0 failed\n$/)
})

/** Whether a process still runs; one that is dead and only waits for its parent does not. */
async function lives(pid: number): Promise<boolean> {
  for (let turn = 0; turn < 50; turn++) {
    const status = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => 'Z')
    if (status.slice(status.lastIndexOf(')')).startsWith(') Z') || status === 'Z') return false
    await new Promise(done => { setTimeout(done, 20) })
  }
  return true
}

test.run()
