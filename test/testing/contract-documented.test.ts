import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { destinationContract } from '../../lib/testing/index.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const page = join(root, 'docs/destinations/writing-your-own.md')

/** Runs the files that the page shows, as it says that they are run. @param change what becomes of their text */
async function runPage(change: (text: string) => string = text => text): Promise<{ readonly code: number; readonly stdout: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'documented-'))
  try {
    const blocks = [...(await readFile(page, 'utf8')).matchAll(/^```ts\n\/\/ (\S+\.ts)\n([\s\S]*?)^```/gm)]
    assert.equal(blocks.map(([, name]) => name), ['drive.ts', 'drive.test.ts'])
    for (const [, name = '', text = ''] of blocks) await writeFile(join(folder, name), change(text))
    await writeFile(join(folder, 'package.json'), '{"type":"module"}')
    await writeFile(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions: { paths: { slipway: [join(root, 'lib/index.ts')], 'slipway/testing': [join(root, 'lib/testing/index.ts')] } } }))
    const { NODE_TEST_CONTEXT: _context, ...env } = process.env
    return await promisify(execFile)(process.execPath, ['--import', import.meta.resolve('tsx'), '--test', '--test-reporter=tap', 'drive.test.ts'], { cwd: folder, env: { ...env, TMPDIR: folder } })
      .then(({ stdout }) => ({ code: 0, stdout }), (error: { code: number; stdout: string }) => error)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

test('the destination that the documentation shows keeps every promise', async () => {
  const { code, stdout } = await runPage()
  assert.is(code, 0, stdout)
  const all = destinationContract({ name: 'drive', place: () => Promise.reject(new Error('it is not run')), artifacts: async () => [], changed: async () => [] })
  assert.equal([...stdout.matchAll(/^ *ok \d+ - (drive .*)$/gm)].map(([, name]) => name), all.map(({ name }) => name))
})

test('and one that breaks a promise is found out', async () => {
  // A rename takes the place of what another run has put there.
  const { code, stdout } = await runPage(text => text.replace('refuseOther(artifact, await digestAt(place(artifact)), name)', 'await rm(place(artifact), { force: true })'))
  assert.is(code, 1)
  assert.match(stdout, /^ *not ok \d+ - drive refuses other bytes under a public name$/m)
})

test.run()
