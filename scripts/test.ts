// Runs the tests: npm test [-- part-of-a-path...] [--long] [--timeout seconds] [--coverage]
// Files called *.long.test.ts try something at every request, or with many programs of others: only with --long or --coverage, or where a path asks for them.
import { spawnSync } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { glob } from 'tinyglobby'
import { publishedLibrary } from './testing/published-library.ts'
import { runTestFile, type TestFileResult } from './testing/run-test-file.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { timeout: { type: 'string', default: '300' }, coverage: { type: 'boolean', default: false }, long: { type: 'boolean', default: false } },
})
const limitSeconds = Number(values.timeout)
const stop = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => { stop.abort() })

const folder = await mkdtemp(join(tmpdir(), 'slipway-tests-'))
try {
  const all = (await glob('test/**/*.test.ts')).sort()
  const files = all.filter(chosen)
  const results = await runAll(files, await environment(files))
  if (values.coverage) reportCoverage()
  process.exitCode = stop.signal.aborted ? 130 : await report(results, positionals.length > 0 || values.long ? 0 : all.length - files.length)
} finally {
  await rm(folder, { recursive: true, force: true, maxRetries: 3 })
}

function chosen(file: string): boolean {
  return positionals.length === 0 ? values.coverage || isLong(file) === values.long : positionals.some(part => file.includes(part))
}

function isLong(file: string): boolean {
  return file.endsWith('.long.test.ts')
}

/** As many at a time as there are cores. */
async function runAll(files: readonly string[], env: NodeJS.ProcessEnv): Promise<readonly TestFileResult[]> {
  const waiting = files.entries()
  const results: TestFileResult[] = []
  const worker = async (): Promise<void> => {
    for (const [index, file] of waiting) {
      if (stop.signal.aborted) return
      const result = await runTestFile(file, {
        folder: join(folder, String(index)), limitSeconds, env, signal: stop.signal,
      })
      await rm(join(folder, String(index)), { recursive: true, force: true })
      console.log(line(result))
      results.push(result)
    }
  }
  await Promise.all(Array.from({ length: availableParallelism() }, worker))
  return results
}

/** Releases are made with the library as it is published, which starts in half the time; where lines are counted, with its modules. */
async function environment(files: readonly string[]): Promise<NodeJS.ProcessEnv> {
  if (values.coverage) return { ...process.env, NODE_V8_COVERAGE: join(folder, 'coverage') }
  if (!files.some(file => file.startsWith('test/release/'))) return process.env
  return { ...process.env, SLIPWAY_PUBLISHED: await publishedLibrary(join(folder, 'library')) }
}

function line({ file, passed, failed, skipped, seconds, problem }: TestFileResult): string {
  const counts = [`${passed} passed`, failed > 0 && `${failed} failed`, skipped > 0 && `${skipped} skipped`]
  const verdict = failed > 0 ? 'FAILED' : 'ok    '
  const text = `${verdict} ${file} (${counts.filter(Boolean).join(', ')}, ${seconds.toFixed(1)} s)`
  return problem === undefined ? text : `${text} ${problem}`
}

/** @param left files that take long, and were not asked for */
async function report(results: readonly TestFileResult[], left: number): Promise<number> {
  const surprises = process.env['CI'] === 'true' ? await unreviewedSkips(results) : []
  for (const { file, name, reason } of allSkips(results)) console.log(`skipped ${file}: ${name}: ${reason}`)
  for (const result of results.filter(one => one.failed > 0)) {
    console.log(`\n──── ${result.file}${result.problem ? `: ${result.problem}` : ''}\n${result.output.trimEnd()}`)
  }
  for (const skip of surprises) console.log(`FAILED ${skip}: skipped, and not in test/allowed-skips.txt`)
  const passed = sum(results, 'passed')
  const failed = sum(results, 'failed') + surprises.length
  const skipped = sum(results, 'skipped') - surprises.length
  if (results.length === 0) console.log('No test file matches.')
  if (left > 0) console.log(`\n${left} ${left === 1 ? 'file that takes' : 'files that take'} long: npm test -- --long`)
  console.log(`\n${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`)
  return failed > 0 || passed === 0 ? 1 : 0
}

function allSkips(results: readonly TestFileResult[]): readonly { file: string, name: string, reason: string }[] {
  return results.flatMap(({ file, skips }) => skips.map(skip => ({ file, ...skip })))
}

/** Lines of the reviewed list read `test/x.test.ts: name of the test`; `#` starts a comment. */
async function unreviewedSkips(results: readonly TestFileResult[]): Promise<readonly string[]> {
  const lines = (await readFile('test/allowed-skips.txt', 'utf8')).split('\n').map(text => text.trim())
  const allowed = new Set(lines.filter(text => text !== '' && !text.startsWith('#')))
  return allSkips(results).map(({ file, name }) => `${file}: ${name}`).filter(skip => !allowed.has(skip))
}

function sum(results: readonly TestFileResult[], key: 'passed' | 'failed' | 'skipped'): number {
  return results.reduce((total, result) => total + result[key], 0)
}

function reportCoverage(): void {
  const options = ['--all', '--include', 'lib/**', '--include', 'tasks/**', '--reporter', 'text']
  spawnSync('npx', ['c8', 'report', '--temp-directory', join(folder, 'coverage'), ...options], { stdio: 'inherit' })
}
