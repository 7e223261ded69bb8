import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { test } from 'uvu'
import * as assert from 'uvu/assert'

const compiler = fileURLToPath(import.meta.resolve('typescript/package.json').replace(/package\.json$/, 'bin/tsc'))
const folder = fileURLToPath(new URL('../types/', import.meta.url))

/** What the compiler says of the files in a folder; what it says of the library itself is another check's business. */
function complaints(project: string): Promise<readonly string[]> {
  return new Promise(done => {
    execFile(process.execPath, [compiler, '--pretty', 'false', '-p', project], { cwd: folder }, (_error, stdout, stderr) => {
      done((stdout + stderr).split('\n').filter(line => /^\S/.test(line) && !line.startsWith('../')))
    })
  })
}

test('the compiler finds the mistakes, and takes what is right', async () => {
  assert.equal(await complaints('tsconfig.json'), [])
})

test('the compiler is listened to', async () => {
  assert.match((await complaints('no-such-file.json')).join(), /error TS5058/)
})

test('there are mistakes to find', async () => {
  const mistakes = (await readFile(`${folder}mistakes.ts`, 'utf8')).split('@ts-expect-error').length - 1
  assert.ok(mistakes >= 9, `${mistakes} mistakes`)
})

test.run()
