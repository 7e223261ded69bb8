import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { test } from 'uvu'
import * as assert from 'uvu/assert'

const index = new URL('../../lib/index.ts', import.meta.url)
const golden = new URL('../golden/exports.txt', import.meta.url)

/** A change of the public names shows in review as a change of this list. UPDATE_GOLDEN=1 writes it anew. */
test('the public names are the reviewed ones', () => {
  const names = publicNames(readFileSync(index, 'utf8')).map(name => `${name}\n`).join('')
  if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(golden, names)
  assert.fixture(names, readFileSync(golden, 'utf8'))
})

test('the public names are all there when the library is loaded', async () => {
  const values = publicNames(readFileSync(index, 'utf8')).filter(name => !name.startsWith('type '))
  assert.equal(Object.keys(await import(fileURLToPath(index)) as object).sort(), [...values].sort())
})

test('the index holds names and no logic', () => {
  const rest = readFileSync(index, 'utf8')
    .replaceAll(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '')
    .replaceAll(/^export (type )?\{[^}]*\} from '[^']+'$/gm, '')
  assert.is(rest.trim(), '')
})

/** Types as `type Name`, sorted. */
function publicNames(text: string): readonly string[] {
  return [...text.matchAll(/^export (type )?\{([^}]*)\} from/gm)].flatMap(([, all = '', list = '']) =>
    list.split(',').map(name => name.trim()).filter(name => name !== '').map(name => {
      const [, type = all, as = ''] = /^(type )?(?:\w+ as )?(\w+)$/.exec(name) ?? []
      return `${type}${as}`
    })).sort()
}

test.run()
