import { spawn } from 'node:child_process'
import { mkdir, open, readdir, readFile, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { type TestSummary, testSummary } from './test-summary.ts'

export interface TestFileResult extends TestSummary {
  readonly file: string
  readonly seconds: number
  readonly output: string
  /** What is wrong with the file as a whole, besides its failed tests. */
  readonly problem?: string
}

export interface TestFileOptions {
  /** A folder for what the file writes: its output, and its temporary files. */
  readonly folder: string
  readonly limitSeconds: number
  readonly env: NodeJS.ProcessEnv
  readonly signal: AbortSignal
}

interface Ending {
  readonly code: number | null
  readonly signal: string | null
  readonly late: boolean
}

/** The folder of its own that tsx keeps in TMPDIR: shared, or every file would compile all of the library again. */
const tsxCache = `tsx-${process.getuid?.() ?? 0}`

/**
 * Runs one file of tests in a process group of its own, which is gone afterwards whatever the file did.
 * Each file has a TMPDIR of its own, and leaving something in it is a failure.
 */
export async function runTestFile(file: string, options: TestFileOptions): Promise<TestFileResult> {
  const started = performance.now()
  const temporary = join(options.folder, 'tmp')
  const log = join(options.folder, 'output')
  await mkdir(temporary, { recursive: true })
  await shareTsxCache(options.folder, temporary)
  const ending = await waitFor(file, log, { ...options.env, TMPDIR: temporary }, options)
  const output = await readFile(log, 'utf8')
  const left = (await readdir(temporary)).filter(name => name !== tsxCache && name !== 'node-compile-cache')
  const seconds = (performance.now() - started) / 1000
  return { file, seconds, output, ...judge(testSummary(output), ending, left, options.limitSeconds) }
}

async function shareTsxCache(folder: string, temporary: string): Promise<void> {
  const shared = join(folder, '..', tsxCache)
  await mkdir(shared, { recursive: true })
  await symlink(shared, join(temporary, tsxCache))
}

/** Output goes to a file: a pipe would stay open as long as any grandchild that the test forgot. */
async function waitFor(file: string, log: string, env: NodeJS.ProcessEnv, options: TestFileOptions): Promise<Ending> {
  await using output = await open(log, 'w')
  const child = spawn(process.execPath, ['--import', 'tsx', file], {
    detached: true, env, stdio: ['ignore', output.fd, output.fd],
  })
  return await new Promise((resolve, reject) => {
    let late = false
    const end = (): void => { killGroup(child.pid) }
    const timer = setTimeout(() => { late = true; end() }, options.limitSeconds * 1000)
    options.signal.addEventListener('abort', end, { once: true })
    child.once('error', reject)
    child.once('exit', (code, signal) => {
      clearTimeout(timer)
      options.signal.removeEventListener('abort', end)
      end()
      resolve({ code, signal, late })
    })
  })
}

function killGroup(leader: number | undefined): void {
  if (leader === undefined) return
  try {
    process.kill(-leader, 'SIGKILL')
  } catch {
    // The group is gone already, as it should be.
  }
}

type Judgement = TestSummary & { readonly problem?: string }

function judge(summary: TestSummary | undefined, ending: Ending, left: readonly string[], limit: number): Judgement {
  const problem = wrong(summary, ending, left, limit)
  const counted = summary ?? { passed: 0, failed: 0, skipped: 0, skips: [] }
  if (problem === undefined) return counted
  return { ...counted, failed: Math.max(counted.failed, 1), problem }
}

function wrong(
  summary: TestSummary | undefined, ending: Ending, left: readonly string[], limit: number,
): string | undefined {
  if (ending.late) return `stopped after ${limit} s`
  if (ending.signal !== null) return `ended by ${ending.signal}`
  if (!summary) return `ended with exit code ${ending.code} before its tests did, or without test.run()`
  if (summary.passed + summary.failed + summary.skipped === 0) return 'ran no test'
  if (ending.code !== 0 && summary.failed === 0) return `exit code ${ending.code} although every test passed`
  if (summary.skipped > summary.skips.length) return 'skips tests without a reason (test/support/needs.ts), or has a test.only'
  if (left.length > 0) return `left temporary files behind: ${left.join(', ')}`
  return undefined
}
