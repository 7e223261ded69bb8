import { readFileSync, writeFileSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'

const index = new URL('../../lib/index.ts', import.meta.url)
const golden = new URL('../golden/exports.txt', import.meta.url)

/** A change of the public names shows in review as a change of this list. UPDATE_GOLDEN=1 writes it anew. */
test('the public names are the reviewed ones', () => {
  const names = publicNames(index).map(name => `${name}\n`).join('')
  if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(golden, names)
  assert.fixture(names, readFileSync(golden, 'utf8'))
})

test('the public values are all there when the library is loaded', async () => {
  const values = publicNames(index).filter(name => !name.startsWith('type '))
  assert.equal(Object.keys(await import(index.href) as object).sort(), values)
})

test('the index holds names and no logic', () => {
  assert.is(code(index).replaceAll(/^export (type )?(\{[^}]*\}|\*) from '[^']+'$/gm, '').trim(), '')
})

/** Sorted, types as `type Name`. */
function publicNames(file: URL): readonly string[] {
  const own = [...code(file).matchAll(/^export (type )?\{([^}]*)\} from/gm)].flatMap(([, all = '', list = '']) =>
    list.split(',').map(name => name.trim()).filter(name => name !== '').map(name => {
      const [, type = all, as = ''] = /^(type )?(?:\w+ as )?(\w+)$/.exec(name) ?? []
      return `${type}${as}`
    }))
  const passedOn = [...code(file).matchAll(/^export \* from '([^']+)'$/gm)].flatMap(([, from = '']) => publicNames(new URL(from, file)))
  return [...own, ...passedOn].sort()
}

function code(file: URL): string {
  return readFileSync(file, 'utf8').replaceAll(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '')
}

test.run()
