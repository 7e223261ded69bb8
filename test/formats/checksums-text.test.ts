import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { checksumsText } from '../../lib/formats/checksums-text.ts'
import { parseChecksumsText } from '../../lib/formats/parse-checksums-text.ts'
import { ReleaseError } from '../../lib/values/errors.ts'
import { needs } from '../support/needs.ts'
import { scratch } from './support/scratch.ts'

const hex = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'

const thrown = (body: () => unknown): ReleaseError => {
  try {
    body()
  } catch (error) {
    if (error instanceof ReleaseError) return error
  }
  throw new Error('expected a ReleaseError')
}

test('lines are sorted by the bytes of the names', () => {
  const names = ['b', 'a', 'B', 'a.b', '\u{1f600}', '\uff01', 'Ä']
  const text = checksumsText(names.map(name => ({ name, hex })))
  const sorted = ['B', 'a', 'a.b', 'b', 'Ä', '\uff01', '\u{1f600}']
  assert.is(text, sorted.map(name => `${hex}  ${name}\n`).join(''))
})

test('no files make no text', () => {
  assert.is(checksumsText([]), '')
  assert.equal(parseChecksumsText(''), [])
})

const unusable = [
  ['a\nb', 'it has a line break or a backslash'], ['a\rb', 'it has a line break or a backslash'],
  ['a\\b', 'it has a line break or a backslash'], ['', 'it is empty'], ['twice', 'it comes twice'],
]

for (const [name = '', why] of unusable) {
  test(`the name ${JSON.stringify(name)} is refused`, () => {
    const error = thrown(() => checksumsText(['twice', name].map(one => ({ name: one, hex }))))
    assert.equal([error.code, error.message],
      ['NAME', `Cannot write the checksum of ${JSON.stringify(name)}: the name cannot be used, ${why}`])
  })
}

test('what is written is read back', () => {
  const name = fc.string({ unit: 'grapheme', minLength: 1 }).filter(text => !/[\r\n\\]/.test(text))
  const checksum = fc.record({ name, hex: fc.stringMatching(/^[0-9a-f]{64}$/) })
  fc.assert(fc.property(fc.uniqueArray(checksum, { selector: one => one.name }), checksums => {
    const read = parseChecksumsText(checksumsText(checksums))
    assert.equal(new Map(read.map(one => [one.name, one.hex])), new Map(checksums.map(one => [one.name, one.hex])))
    assert.is(checksumsText(read), checksumsText(checksums))
  }))
})

needs('sha256sum')('sha256sum reads ours, and we read its', () => scratch(async folder => {
  const files = ['a', 'b c', '-d', 'ü']
  for (const name of files) await writeFile(join(folder, name), name)
  const checksums = files.map(name => ({ name, hex: createHash('sha256').update(name).digest('hex') }))
  execFileSync('sha256sum', ['--check', '--strict', '-'], { cwd: folder, input: checksumsText(checksums) })
  for (const mode of ['--text', '--binary']) {
    const printed = execFileSync('sha256sum', [mode, '--', ...files], { cwd: folder, encoding: 'utf8' })
    assert.equal(parseChecksumsText(printed), checksums)
  }
}))

test('upper-case digits and a missing line end are read too', () => {
  assert.equal(parseChecksumsText(`${hex.toUpperCase()}  a`), [{ name: 'a', hex }])
})

const broken = [
  `${hex}  a\n\n`, `${hex} a\n`, `${hex.slice(1)}  a\n`, `\\${hex}  a\n`, `${hex}  a\r\n`, '<html>\n', `${hex}  \n`,
]

for (const text of broken) {
  test(`${JSON.stringify(text)} is no checksums file`, () => {
    const error = thrown(() => parseChecksumsText(text))
    assert.is(error.code, 'CONTENT')
    assert.match(error.message, /^Cannot read line [12] of the checksums: it is no line of sha256sum$/)
  })
}

test('a name that comes twice is no checksums file', () => {
  assert.is(thrown(() => parseChecksumsText(`${hex}  a\n${hex}  a\n`)).message,
    'Cannot read line 2 of the checksums: a comes twice')
})

test.run()
