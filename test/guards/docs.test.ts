import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { test } from 'uvu'
import * as assert from 'uvu/assert'

const root = fileURLToPath(new URL('../..', import.meta.url))
const pages = ['README.md', ...readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' }).filter(name => name.endsWith('.md')).sort().map(name => `docs/${name}`)]

test('every TypeScript example in the documentation compiles against the library', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-docs-'))
  try {
    const examples = pages.flatMap(page => examplesOf(page))
    assert.ok(examples.length >= 5, `only ${examples.length} examples were found`)
    for (const [index, { page, code }] of examples.entries()) {
      // One that says what its file is called can be imported by others of its page.
      const [, name = `${index}.ts`] = /^\/\/ ([\w.-]+\.ts)$/m.exec(code.split('\n')[0] ?? '') ?? []
      mkdirSync(join(folder, 'examples', page), { recursive: true })
      writeFileSync(join(folder, 'examples', page, name), `${code}\nexport {}\n`, { flag: 'wx' })
    }
    writeFileSync(join(folder, 'package.json'), '{"type":"module"}')
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({
      extends: join(root, 'tsconfig.json'),
      compilerOptions: {
        typeRoots: [join(root, 'node_modules/@types')],
        paths: { slipway: [join(root, 'lib/index.ts')], 'slipway/testing': [join(root, 'lib/testing/index.ts')], zx: [join(root, 'node_modules/zx/build/index.d.ts')] },
      },
      include: ['examples'],
    }))
    const { stdout } = await promisify(execFile)(join(root, 'node_modules/.bin/tsc'), ['-p', folder], { cwd: folder })
      .catch((error: { stdout: string }) => error)
    assert.is(stdout, '')
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})

test('every file that the documentation links to is there', () => {
  for (const page of pages) {
    const text = readFileSync(join(root, page), 'utf8')
    for (const [, link = ''] of text.matchAll(/\]\(([^)#:]+)\)/g)) {
      assert.not.throws(() => readFileSync(join(root, page, '..', link)), `${page} links to ${link}`)
    }
  }
})

/** The fenced TypeScript of a page. */
function examplesOf(page: string): readonly { readonly page: string, readonly code: string }[] {
  const text = readFileSync(join(root, page), 'utf8')
  return [...text.matchAll(/^```ts\n([\s\S]*?)^```/gm)].map(([, code = '']) => ({ page, code }))
}

test.run()
